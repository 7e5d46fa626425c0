"""When a session can be booked, moved and recorded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from shared.discipline.rules.referral import Deed
from shared.errors import Invalid, RuleBroken
from shared.i18n import N_

SHORTEST, LONGEST = 5, 480
"""Minutes of a session."""
FARTHEST = timedelta(days=731)
"""Two years: later than that is a slip of the pen."""

ALLOWED: Mapping[str, frozenset[str]] = {
    "move": frozenset({"booked"}),
    "cancel": frozenset({"booked"}),
    "arrive": frozenset({"booked"}),
    "complete": frozenset({"booked", "arrived"}),
    "interrupt": frozenset({"booked", "arrived"}),
    "miss": frozenset({"booked", "arrived"}),
}

_ALREADY: Mapping[str, str] = {
    "booked": N_("%(who)s booked this session on %(when)s."),
    "arrived": N_("%(who)s noted on %(when)s that the patient is here."),
    "completed": N_("%(who)s completed this session on %(when)s."),
    "interrupted": N_("%(who)s recorded on %(when)s that this session was interrupted."),
    "missed": N_("%(who)s recorded on %(when)s that this session was missed."),
    "cancelled": N_("%(who)s cancelled this session on %(when)s."),
}


@dataclass(frozen=True)
class Slot:
    """A time that is taken, by whom and for whom."""

    starts_at: datetime
    minutes: int
    patient_id: UUID
    practitioner_id: UUID | None

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)

    def overlaps(self, other: "Slot") -> bool:
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


def refuse_unless_possible(verb: str, status: str, last: Deed) -> None:
    """Say who did what when, if the session is no longer in a state for it."""
    if status not in ALLOWED[verb]:
        raise RuleBroken(_ALREADY[status], who=last.who, when=last.when)


def check_time(starts_at: datetime, minutes: int, now: datetime) -> None:
    """A session lies ahead, within two years, and lasts between 5 minutes and 8 hours."""
    if starts_at < now:
        raise Invalid(N_("This time has already passed."), field="starts_at")
    if starts_at > now + FARTHEST:
        raise Invalid(N_("This is more than two years ahead."), field="starts_at")
    if not SHORTEST <= minutes <= LONGEST:
        raise Invalid(
            N_("A session lasts between %(shortest)s and %(longest)s minutes."),
            field="minutes",
            shortest=SHORTEST,
            longest=LONGEST,
        )


def refuse_double(wanted: Slot, taken: Iterable[Slot]) -> None:
    """Nobody is in two sessions at once, neither the patient nor the practitioner."""
    for slot in taken:
        if not slot.overlaps(wanted):
            continue
        if slot.patient_id == wanted.patient_id:
            raise RuleBroken(
                N_("The patient already has a session at that time."), field="starts_at"
            )
        if wanted.practitioner_id and slot.practitioner_id == wanted.practitioner_id:
            raise RuleBroken(
                N_("The practitioner already has a session at that time."), field="starts_at"
            )


def refuse_before_its_day(day: date, today: date) -> None:
    """What happened in a session is known on its day at the earliest."""
    if day > today:
        raise RuleBroken(
            N_("This session has not taken place yet. If it took place earlier, move it first.")
        )


def refuse_same_time(starts_at: datetime, minutes: int, before: Slot) -> None:
    """A move goes somewhere."""
    if (starts_at, minutes) == (before.starts_at, before.minutes):
        raise Invalid(N_("The session is already at that time."), field="starts_at")


def refuse_stranger(practitioner_id: UUID | None, colleagues: Iterable[UUID]) -> None:
    """A session is given by somebody who works in the unit."""
    if practitioner_id is not None and practitioner_id not in set(colleagues):
        raise Invalid(N_("This person does not work in the unit."), field="practitioner_id")


def possible(status: str) -> set[str]:
    """What can be done with a session."""
    return {verb for verb, states in ALLOWED.items() if status in states}
