"""The pain of a patient as a picture beside the course: how it was before, and what came of it."""

from collections.abc import Sequence
from itertools import groupby

from services.rtms_unit.reading.courses import courses_of, protocol_of
from services.rtms_unit.reading.relief import AVERAGE, NOW, Given, Relief, given_of, relief_of
from services.rtms_unit.tables import Course
from shared.discipline.practice import Panel
from shared.discipline.scores import points, scores_of
from shared.discipline.tables import Referral
from shared.measuring import Response, instrument, response
from shared.measuring.plot import Phase, Plot, plot_of
from shared.measuring.response import IMMPACT
from shared.work import Work


def pain(work: Work, referral: Referral) -> list[Panel]:
    """Average pain, and pain right now before each session; nothing until it was measured."""
    course, given = _begun(work, referral)
    reliefs = relief_of(work, course, given[0].at) if course else None
    drawn = [_drawn(work, referral, code, reliefs) for code in (AVERAGE, NOW)]
    shown = [picture for picture in drawn if picture is not None]
    if not shown:
        return []
    values = {
        "pictures": shown,
        "found": [found for each in reliefs or () if (found := _found(each))],
        "source": IMMPACT,
    }
    return [Panel("rtms_unit/pain_panel.html", values)]


def _begun(work: Work, referral: Referral) -> tuple[Course | None, Sequence[Given]]:
    """The latest course of the referral of which a session was given."""
    for course in courses_of(work, referral.id):
        if given := given_of(work, course):
            return course, given
    return None, ()


def _drawn(
    work: Work, referral: Referral, code: str, reliefs: tuple[Relief, Relief] | None
) -> Plot | None:
    rows = scores_of(work, referral.patient_id, [code])
    if code == NOW:
        rows = [r for r in rows if (r.referral_id, r.context) == (referral.id, "session-before")]
    against = next((each.baseline for each in reliefs or () if each.code == code), None)
    return plot_of(instrument(code), points(rows), against, _phases(work, referral))


def _phases(work: Work, referral: Referral) -> list[Phase]:
    course, given = _begun(work, referral)
    if course is None:
        return []
    protocol = protocol_of(work, course)
    found = []
    for code, sessions in groupby(given, lambda each: each.phase):
        moments = [each.at for each in sessions]
        found.append(Phase(moments[0], moments[-1], protocol.phase(code).title))
    return found


def _found(relief: Relief) -> Response | None:
    """The response so far: the last measure against the baseline."""
    if relief.baseline is None or not relief.rows:
        return None
    return response(relief.baseline, relief.rows[-1].value)
