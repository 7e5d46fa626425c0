"""Puts the sessions of one course on days: by the rhythm of its phases, where there is room.

What already has a place keeps it as long as it can; what cannot shifts as little as possible.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID

from services.rtms_unit.rules.planning.diary import Diary, Place
from services.rtms_unit.rules.planning.opening import Days
from services.rtms_unit.rules.planning.reasons import Reason
from services.rtms_unit.rules.protocols.model import Phase, Protocol
from shared.errors import Invalid, RuleBroken
from shared.i18n import N_

REACH = 60
"""Days that the planner looks ahead for a place before it says that there is none."""
FARTHEST = timedelta(days=731)
"""Two years: later than that is a slip of the pen."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Wanted:
    """A session of a course that needs a place.

    `key` is its id and `was` where it is now, None for one that is not booked yet. It stays at
    `kept` if it can; with `by_hand` it must. `why` is the first reason told about its place.
    """

    ordinal: int
    phase: Phase
    key: UUID | None = None
    was: Place | None = None
    kept: Place | None = None
    by_hand: bool = False
    why: str = ""
    makes_up: UUID | None = None


@dataclass(frozen=True)
class Placed:
    """A session with its place, the day that the rhythm would have given it, and the reasons.

    `late`: days beyond what the protocol tolerates, open ones where the phase counts these.
    """

    wanted: Wanted
    place: Place
    nominal: date
    reasons: tuple[Reason, ...] = ()
    late: int = 0

    @property
    def changed(self) -> bool:
        """Whether it is new, or at another time than now."""
        return self.wanted.was is None or self.wanted.was.moment != self.place.moment


@dataclass(frozen=True)
class Rhythm:
    """For whom a course is arranged, and from when.

    `since` is the first moment that counts (day, minute of it); `wish` the minute of the day that
    the patient wishes; `given` the days of sessions of the course that were given, or are on.
    """

    patient: UUID
    operator: UUID | None
    since: tuple[date, int]
    wish: int
    minutes: int
    away: tuple[Days, ...] = ()
    given: tuple[date, ...] = ()


@dataclass
class _Walk:
    """How far the arranging has come."""

    days: list[date]
    phase: str = ""
    anchor: date = date.min
    """The day of the first session of the phase, as the rhythm has it."""
    index: int = 0
    placed: list[Placed] = field(default_factory=list)

    @property
    def last(self) -> date | None:
        return max(self.days, default=None)

    def week(self, day: date) -> int:
        """How many sessions of the course lie in the calendar week of a day."""
        return sum(one.isocalendar()[:2] == day.isocalendar()[:2] for one in self.days)


def wanted_of(protocol: Protocol) -> list[Wanted]:
    """All sessions of a protocol, none of them placed yet."""
    phases = [phase for phase in protocol.phases for _ in range(phase.sessions)]
    return [Wanted(number, phase) for number, phase in enumerate(phases, 1)]


def arrange(wanted: Iterable[Wanted], diary: Diary, rhythm: Rhythm) -> list[Placed]:
    """A place for each session, in the order given, which is that of the plan.

    The diary must not hold the sessions that are arranged, and is left as it is: two of one
    course never share a day. Raises `RuleBroken` when there is no room within `REACH` days, and
    `Invalid` for a place that was chosen by hand and cannot be.
    """
    walk = _Walk(list(rhythm.given))
    for each in wanted:
        walk.placed.append(_place(each, diary, rhythm, walk))
        walk.days.append(walk.placed[-1].place.day)
    return walk.placed


def _place(wanted: Wanted, diary: Diary, rhythm: Rhythm, walk: _Walk) -> Placed:
    nominal = _nominal(wanted, diary, rhythm, walk)
    if wanted.kept is None:
        return _search(wanted, nominal, diary, rhythm, walk)
    problem = _problem(wanted.kept, wanted.phase, diary, rhythm, walk)
    found = None if problem else diary.free(wanted.kept, rhythm.patient, rhythm.operator)
    if found is not None:
        own = (Reason(wanted.why, found.day),) if wanted.why else ()
        return Placed(wanted, found, found.day, own)
    if wanted.by_hand:
        raise Invalid(_BY_HAND[problem or "full"], field="day" if problem else "time")
    return _search(wanted, wanted.kept.day, diary, rhythm, walk)


def _nominal(wanted: Wanted, diary: Diary, rhythm: Rhythm, walk: _Walk) -> date:
    """The day that the rhythm of the phase gives; what is made up is so as soon as it can be.

    A phase counts from the day that the session before it should have had: one holiday does not
    move all that follows.
    """
    phase, opening = wanted.phase, diary.opening
    if walk.phase != phase.code:
        walk.phase, walk.index = phase.code, 0
        base = walk.placed[-1].nominal if walk.placed else walk.last
        walk.anchor = rhythm.since[0] if base is None else _step(base, phase.after, phase, diary)
    else:
        walk.index += 1
    if wanted.makes_up:
        return _earliest(phase, rhythm, walk)
    if phase.open_days and walk.last is not None and walk.index:
        return opening.later(walk.last, phase.step)
    return walk.anchor + walk.index * timedelta(days=phase.step)


def _step(base: date, days: int, phase: Phase, diary: Diary) -> date:
    return diary.opening.later(base, days) if phase.open_days else base + timedelta(days=days)


def _search(wanted: Wanted, nominal: date, diary: Diary, rhythm: Rhythm, walk: _Walk) -> Placed:
    """The first day from its own on that has room, and what was in the way before it."""
    wish = wanted.kept.minute if wanted.kept else rhythm.wish
    day = max(nominal, _earliest(wanted.phase, rhythm, walk))
    reasons = [Reason(wanted.why, nominal)] if wanted.why else []
    reasons += [Reason("follows", nominal)] if wanted.kept and day > nominal and not reasons else []
    for _ in range(REACH):
        why = _why_not(day, wanted.phase, diary, rhythm, walk)
        found = None if why else _time(day, wish, diary, rhythm)
        if found is not None:
            other = [Reason("other-time", day)] if found.minute != wish else []
            late = _days(nominal, day, wanted.phase, diary) - wanted.phase.tolerance
            return Placed(wanted, found, nominal, (*reasons, *other), max(0, late))
        reasons += [] if why == "weekend" else [Reason(why or "full", day)]
        day += _DAY
    raise RuleBroken(
        N_("There is no room for session %(number)s within %(days)s days of its day."),
        number=wanted.ordinal,
        days=REACH,
    )


def _days(nominal: date, day: date, phase: Phase, diary: Diary) -> int:
    """How many days lie between, as the phase counts them."""
    apart = (day - nominal).days
    every = (nominal + timedelta(days=number) for number in range(1, apart + 1))
    return sum(diary.opening.usually(one) for one in every) if phase.open_days else apart


def _time(day: date, wish: int, diary: Diary, rhythm: Rhythm) -> Place | None:
    since = rhythm.since[1] if day == rhythm.since[0] else 0
    people = (rhythm.patient, rhythm.operator)
    return diary.first_free(day, wish, rhythm.minutes, people, since)


def _earliest(phase: Phase, rhythm: Rhythm, walk: _Walk) -> date:
    after = [] if walk.last is None else [walk.last + timedelta(days=phase.least_gap)]
    return max([rhythm.since[0], *after])


def _problem(place: Place, phase: Phase, diary: Diary, rhythm: Rhythm, walk: _Walk) -> str:
    """What speaks against a place beside other people's sessions."""
    if place.moment < rhythm.since:
        return "past"
    if place.day > rhythm.since[0] + FARTHEST:
        return "too-far"
    if place.day < _earliest(phase, rhythm, walk):
        return "too-early"
    return _why_not(place.day, phase, diary, rhythm, walk)


def _why_not(day: date, phase: Phase, diary: Diary, rhythm: Rhythm, walk: _Walk) -> str:
    """What speaks against a day; empty when nothing does."""
    if closed := diary.opening.why_closed(day):
        return closed
    if any(day in days for days in rhythm.away):
        return "patient-away"
    return "week-full" if walk.week(day) >= phase.per_week else ""


_BY_HAND = {
    "past": N_("This time has already passed."),
    "too-far": N_("This is more than two years ahead."),
    "too-early": N_("This is too close to the session before it, or before that session."),
    "weekend": N_("The unit is not open on this weekday."),
    "public-holiday": N_("This is a public holiday."),
    "closure": N_("The unit is closed on this day."),
    "patient-away": N_("The patient cannot come on this day."),
    "week-full": N_("This week has as many sessions as the protocol allows."),
    "full": N_(
        "Not free at this time: the unit is closed, or machine, operator or patient is taken."
    ),
}
