"""How many patients responded, by protocol and point: always with the numbers, never alone."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from services.rtms_unit.reading.kept import Kept, kept_of
from services.rtms_unit.reading.relief import Given, Relief
from services.rtms_unit.rules.protocols import Phase, Protocol
from services.rtms_unit.tables import Course
from shared.discipline.tables import FollowUp
from shared.measuring import Rate, Response, rate, response
from shared.work import Work

WINDOW = timedelta(days=28)
"""A measure belongs to the end of a phase until the next session, or for so long at most."""
SHORTLY = timedelta(days=1)
"""A measure may have been taken the day before the last session of a phase."""


@dataclass(frozen=True)
class Outcome:
    """What was found of one course at one point: a response, or None when nothing was measured."""

    point: str
    found: Response | None


@dataclass(frozen=True)
class Treated:
    """A course of which at least one session was given, and what was found at its points."""

    course: Course
    protocol: Protocol
    outcomes: Sequence[Outcome]


@dataclass(frozen=True)
class Figures:
    """The responder rate of one version of a protocol at each of its points, in their order."""

    protocol: Protocol
    treated: int
    rates: Mapping[str, Rate]


def figures(work: Work, first: date, last: date) -> list[Figures]:
    """The figures of all courses that began in a period, both days included."""
    treated = sorted(_treated(work, first, last), key=_version)
    return [_figures(list(same)) for _, same in groupby(treated, _version)]


def _version(each: Treated) -> tuple[str, int]:
    return each.protocol.code, each.protocol.version


def _figures(same: Sequence[Treated]) -> Figures:
    points = dict.fromkeys(outcome.point for each in same for outcome in each.outcomes)
    return Figures(
        same[0].protocol,
        len(same),
        {point: rate(_at(same, point)) for point in points},
    )


def _at(same: Sequence[Treated], point: str) -> Iterator[Response | None]:
    """One answer for each course that has reached the point."""
    for each in same:
        yield from (outcome.found for outcome in each.outcomes if outcome.point == point)


def _treated(work: Work, first: date, last: date) -> Iterator[Treated]:
    kept = kept_of(work, first, last)
    for course in kept.courses:
        yield _outcomes(work, kept, course)


def _outcomes(work: Work, kept: Kept, course: Course) -> Treated:
    protocol, given = kept.protocol(course), kept.given(course)
    average, now = kept.relief(course)
    ended = _phases_over(protocol, given, kept.going_on(course))
    found = [
        Outcome(phase.decision, _response(_in_phase(phase, given), average, now)) for phase in ended
    ]
    due = [each for each in kept.follow_ups(course) if _is_due(work, each)]
    found += [Outcome(each.point, _asked(each, average)) for each in due]
    return Treated(course, protocol, found)


def _phases_over(protocol: Protocol, given: Sequence[Given], going_on: set[str]) -> list[Phase]:
    """The phases that end with a decision, and of which no session is to come."""
    over = {each.phase for each in given} - going_on
    return [p for p in protocol.phases if p.decision and p.code in over]


def _in_phase(phase: Phase, given: Sequence[Given]) -> Callable[[datetime], bool]:
    """Whether a moment belongs to the end of the phase."""
    last = max(each.at for each in given if each.phase == phase.code)
    end = min([each.at for each in given if each.at > last], default=last + WINDOW)
    return lambda at: last - SHORTLY <= at < min(end, last + WINDOW)


def _response(within: Callable[[datetime], bool], *reliefs: Relief) -> Response | None:
    """The response of the first score that was measured there: average pain before pain now."""
    for relief in reliefs:
        values = [row.value for row in relief.rows if within(row.measured_at)]
        if values and relief.baseline:
            return response(relief.baseline, values[-1])
    return None


def _is_due(work: Work, follow_up: FollowUp) -> bool:
    return follow_up.status == "done" or follow_up.due_on <= work.today


def _asked(follow_up: FollowUp, average: Relief) -> Response | None:
    if follow_up.nrs is None or average.baseline is None:
        return None
    return response(average.baseline, follow_up.nrs)
