"""Proposals: how a plan would be. Nothing is changed, so a look is enough to ask for one."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.reading import protocols
from services.rtms_unit.reading import unit as reading
from services.rtms_unit.reading.courses import Line, WholeCourse
from services.rtms_unit.reading.stops import passed_by
from services.rtms_unit.reading.unit import minute_of
from services.rtms_unit.rules import account as rules
from services.rtms_unit.rules.planning import (
    Days,
    Diary,
    Entry,
    Proposal,
    Rhythm,
    Wanted,
    arrange,
    make_up,
    wanted_of,
)
from services.rtms_unit.rules.planning.arranging import FARTHEST
from services.rtms_unit.rules.protocols import Protocol, side_of
from services.rtms_unit.tables import Course, CourseSession
from shared.discipline.tables import CareSession, Referral
from shared.errors import Invalid, NotFound
from shared.i18n import N_
from shared.work import Work


@dataclass(frozen=True)
class Wish:
    """What a person enters to plan a course. `side` only where the protocol leaves a choice."""

    protocol: str
    pain_side: str
    first_on: date
    at: time
    side: str = ""
    practitioner_id: UUID | None = None


@dataclass(frozen=True)
class Draft:
    """A course that is not planned yet."""

    protocol: Protocol
    side: str
    proposal: Proposal


def draft(work: Work, referral: Referral, wish: Wish) -> Draft:
    """The sessions of a new course on real days."""
    protocol = protocols.newest(work, wish.protocol)
    side = side_of(protocol.side_rule, wish.pain_side, wish.side)
    _check_first(wish.first_on, work.today)
    diary = reading.diary_of(work, reading.opening_of(work), work.today)
    today, minute = reading.since_now(work)
    rhythm = Rhythm(
        patient=referral.patient_id,
        operator=wish.practitioner_id,
        since=(wish.first_on, minute if wish.first_on == today else 0),
        wish=minute_of(wish.at),
        minutes=protocol.minutes,
        away=reading.away(work, referral.patient_id),
    )
    return Draft(protocol, side, Proposal(arrange(wanted_of(protocol), diary, rhythm)))


def _check_first(first_on: date, today: date) -> None:
    if first_on < today:
        raise Invalid(N_("This day has already passed."), field="first_on")
    if first_on > today + FARTHEST:
        raise Invalid(N_("This is more than two years ahead."), field="first_on")


def moved(work: Work, course: WholeCourse, session_id: UUID, day: date, at: time) -> Proposal:
    """The plan when one session goes elsewhere: what follows it shifts if it must."""
    line = _line(course, session_id)
    refuse_unmovable(line)
    target = replace(line.place, day=day, minute=minute_of(at))
    if target == line.place:
        raise Invalid(N_("The session is already at that time."), field="time")
    wanted = [
        replace(each.wanted, kept=target, by_hand=True, why="moved")
        if each is line
        else each.wanted
        for each in upcoming(work, course, session_id)
    ]
    return Proposal(arrange(wanted, *_around(work, course, wanted_keys(wanted))))


def refuse_unmovable(line: Line) -> None:
    """Only a session that is still to come is moved."""
    if line.session.status != "booked":
        raise Invalid(N_("This session is no longer to come."), field="session_id")


def caught_up(work: Work, course: WholeCourse) -> Proposal:
    """The plan after a stop: what went by meanwhile is given on the next days that fit."""
    passed = passed_by(work, course)
    rules.refuse_up_to_date(not passed)
    late = [replace(line.wanted, why="resumed") for line in passed]
    wanted = [*late, *(line.wanted for line in upcoming(work, course))]
    return Proposal(arrange(wanted, *_around(work, course, wanted_keys(wanted))))


def made_up(
    work: Work,
    course: WholeCourse,
    session_id: UUID,
    day: date | None = None,
    at: time | None = None,
) -> Proposal:
    """The plan with another session for one that was not given, on a day of its own choice."""
    line = _line(course, session_id)
    ahead = [each.wanted for each in upcoming(work, course)]
    _refuse_made_up(course, line)
    diary, rhythm = _around(work, course, wanted_keys(ahead), line.place.minute)
    missing = replace(line.wanted, key=None, was=None, why="made-up", makes_up=session_id)
    if day is None:  # not on the day on which the patient has just not come
        tomorrow = max(rhythm.since, (work.today + timedelta(days=1), 0))
        return _made_up(replace(missing, kept=None), ahead, diary, replace(rhythm, since=tomorrow))
    minute = line.place.minute if at is None else minute_of(at)
    place = replace(line.place, day=day, minute=minute)
    return _made_up(replace(missing, kept=place, by_hand=True), ahead, diary, rhythm)


def _made_up(missing: Wanted, ahead: Sequence[Wanted], diary: Diary, rhythm: Rhythm) -> Proposal:
    return Proposal(make_up(missing, ahead, diary, rhythm))


def _refuse_made_up(course: WholeCourse, line: Line) -> None:
    rules.refuse_unless_lost(line.session.status)
    alive = [each for each in course.lines if each.session.status != "cancelled"]
    rules.refuse_second_stand_in(line.session.id in {each.link.makes_up for each in alive})
    later = course.protocol.phases.index(line.phase)
    begun = [each for each in alive if each.session.status in rules.GIVEN]
    rules.refuse_after_next_phase(
        any(course.protocol.phases.index(each.phase) > later for each in begun)
    )


def shifted(
    work: Work, course: WholeCourse, diary: Diary, besides: Sequence[Line] | None = None
) -> Proposal:
    """The plan on a calendar that has changed: what cannot stay shifts."""
    lines = upcoming(work, course) if besides is None else besides
    return Proposal(arrange([each.wanted for each in lines], diary, rhythm_of(work, course, lines)))


def upcoming(work: Work, course: WholeCourse, besides: UUID | None = None) -> list[Line]:
    """The sessions that can still be elsewhere: booked, and ahead; `besides` even if it is past."""
    since = reading.since_now(work)
    return [
        line
        for line in course.lines
        if line.session.status == "booked"
        and (line.place.moment >= since or line.session.id == besides)
    ]


def wanted_keys(wanted: Sequence[Wanted]) -> list[UUID]:
    """The ids of the sessions that are booked already."""
    return [each.key for each in wanted if each.key is not None]


def _around(
    work: Work, course: WholeCourse, without: Collection[UUID], wish: int | None = None
) -> tuple[Diary, Rhythm]:
    """What the sessions are arranged in: the unit's diary without them, and their rhythm."""
    diary = reading.diary_of(work, reading.opening_of(work), work.today, without)
    lines = [line for line in course.lines if line.session.id in without]
    return diary, rhythm_of(work, course, lines, wish)


def rhythm_of(
    work: Work, course: WholeCourse, lines: Sequence[Line], wish: int | None = None
) -> Rhythm:
    """The rhythm of a running course; `lines` are the sessions that are arranged."""
    arranged = {line.session.id for line in lines}
    fixed = [
        line.place.day
        for line in course.lines
        if line.session.id not in arranged and line.session.status in rules.GIVEN | rules.TO_COME
    ]
    usual = lines[0].place.minute if lines else 0
    return Rhythm(
        patient=course.course.patient_id,
        operator=course.course.practitioner_id,
        since=reading.since_now(work),
        wish=usual if wish is None else wish,
        minutes=course.protocol.minutes,
        away=reading.away(work, course.course.patient_id),
        given=tuple(fixed),
    )


def _line(course: WholeCourse, session_id: UUID) -> Line:
    line = course.line(session_id)
    if line is None:
        raise NotFound
    return line


def touched(work: Work, days: Days) -> list[Course]:
    """The courses that have a session to come on some days, by the first of these."""
    start, end = reading.bounds(work, days)
    statement = (
        select(Course)
        .join(CourseSession, col(CourseSession.course_id) == col(Course.id))
        .join(CareSession, col(CareSession.id) == col(CourseSession.session_id))
        .where(
            col(CareSession.status) == "booked",
            col(CareSession.starts_at) >= max(start, work.now),
            col(CareSession.starts_at) < end,
        )
        .order_by(col(CareSession.starts_at))
    )
    return list({course.id: course for course in work.all(statement)}.values())


def entry_of(line: Line, course: Course) -> Entry:
    """The session as the diary has it."""
    return Entry(line.session.id, line.place, course.patient_id, course.practitioner_id)
