"""Relief that is lost in maintenance: the physician is told once for each relapse."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from services.rtms_unit.reading.courses import protocol_of
from services.rtms_unit.reading.relief import Given, Relief, given_of, relief_of
from services.rtms_unit.tables import Course
from shared.discipline.actions import raise_concern
from shared.discipline.tables import Measurement
from shared.discipline.wording import language_of
from shared.i18n import N_, translator
from shared.measuring import DRIFT, relapse
from shared.patients import Patient, why_gone
from shared.work import Work

MAINTENANCE = "maintenance"
SUSPECTED = N_(
    "Relapse suspected: %(name)s was %(before)s, and the last measures are %(values)s, above "
    "%(level)s per cent of it, after a relief of %(relief)s per cent or more."
)


def watch(work: Work, measurement: Measurement) -> None:
    """See after each score whether relief was lost, and tell whoever sent the patient."""
    course, given = _latest_course(work, measurement)
    if course is None or why_gone(work.find(Patient, measurement.patient_id)):
        return
    since = _maintenance_since(work, course, given)
    lost = [(each, _lost(each)) for each in relief_of(work, course, given[0].at)]
    if since is None or any(row.concern_id for _, run in lost for row in run):
        return
    for relief, run in lost:
        late = [row for row in run if row.measured_at >= since]
        if len(late) >= DRIFT.consecutive:
            note = _said(work, relief, run)
            late[-1].concern_id = raise_concern(
                work, course.referral_id, note, urgent=False, reason_code="relapse-suspected"
            )
            return


def _latest_course(work: Work, row: Measurement) -> tuple[Course | None, list[Given]]:
    """The latest course of the patient of which a session was given."""
    work.session.flush()  # what is measured now counts
    statement = select(Course).where(col(Course.patient_id) == row.patient_id)
    for course in work.all(statement.order_by(col(Course.planned_at).desc())):
        if given := given_of(work, course):
            return course, given
    return None, []


def _maintenance_since(work: Work, course: Course, given: Sequence[Given]) -> datetime | None:
    """When relief had to last: the first session of the maintenance, or the end of the course."""
    protocol = protocol_of(work, course)
    kept = [each.at for each in given if protocol.phase(each.phase).kind == MAINTENANCE]
    return min([*kept, *([course.ended_at] if course.ended_at else [])], default=None)


def _lost(relief: Relief) -> Sequence[Measurement]:
    """The measures of a relapse that lasts still; none when there is no relapse."""
    if relief.baseline is None:
        return []
    run = relapse(relief.baseline.value, [row.value for row in relief.rows])
    return [relief.rows[place] for place in run]


def _said(work: Work, relief: Relief, run: Sequence[Measurement]) -> str:
    say = translator(language_of(work)).gettext
    before = relief.baseline
    return say(SUSPECTED) % {
        "name": say(before.name) if before else "",
        "before": f"{before.value:g}" if before else "",
        "values": ", ".join(f"{row.value:g}" for row in run),
        "level": DRIFT.back_above,
        "relief": 100 - DRIFT.back_above,
    }
