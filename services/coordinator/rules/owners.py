"""Who owes something now: whoever was named, unless that person or unit cannot.

One function decides it, whichever way the question comes: when something is opened or given to
somebody else, when a member leaves or a unit closes, and on each morning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from shared.i18n import N_

COORDINATION = "coordinator"
"""The service that owes what nobody else can owe."""

AWAY, LEFT, CLOSED, NOBODY = "away", "left", "closed", "nobody"
WHY: Mapping[str, str] = {
    AWAY: N_("because the person named is away"),
    LEFT: N_("because the person named does not work there any more"),
    CLOSED: N_("because the unit is closed for good"),
    NOBODY: N_("because nobody works in the unit"),
}


@dataclass(frozen=True)
class Seat:
    """Who owes: a unit (a service), or one member of it."""

    unit: str
    member: UUID | None = None


@dataclass(frozen=True)
class Owner:
    """Who owes it now, and why that is not whoever was named; empty when it is."""

    unit: str
    member: UUID | None = None
    why: str = ""

    @property
    def is_last_resort(self) -> bool:
        """Whether the coordinator owes it only because nobody else can."""
        return self.unit == COORDINATION and self.why in (CLOSED, NOBODY)


@dataclass(frozen=True)
class Colleague:
    """A member: in which units, and whether there. `deputy` counts on days away only."""

    units: frozenset[str]
    active: bool = True
    away: bool = False
    deputy: UUID | None = None


@dataclass(frozen=True)
class Staff:
    """The team on one day. `closed`: units that are closed for good, with their successor."""

    day: date
    colleagues: Mapping[UUID, Colleague] = field(default_factory=dict)
    closed: Mapping[str, str] = field(default_factory=dict)

    def works_in(self, member: UUID | None, unit: str) -> bool:
        """Whether this is an active member of the unit, there or away."""
        colleague = self.colleagues.get(member) if member else None
        return colleague is not None and colleague.active and unit in colleague.units

    def has_anybody(self, unit: str) -> bool:
        """Whether at least one active member works in the unit."""
        return any(self.works_in(member, unit) for member in self.colleagues)


def owner_now(seat: Seat, staff: Staff) -> Owner:
    """Who owes now what this seat owes by the rules, or since a person moved it there.

    Before any member is known at all, which is so for a moment when a centre begins, it stays
    with whoever was named.
    """
    if not staff.colleagues:
        return Owner(seat.unit, seat.member)
    unit = _open_unit(seat.unit, staff)
    if not unit:
        return Owner(COORDINATION, why=CLOSED)
    if unit != COORDINATION and not staff.has_anybody(unit):
        return Owner(COORDINATION, why=NOBODY)
    moved = CLOSED if unit != seat.unit else ""
    member, why = _person(seat.member, unit, staff)
    return Owner(unit, member, moved or why)


def _open_unit(unit: str, staff: Staff) -> str:
    """The unit, or whoever took over its work; empty when nobody did."""
    seen: set[str] = set()
    while unit in staff.closed and unit not in seen:
        seen.add(unit)
        unit = staff.closed[unit]
    return "" if unit in staff.closed else unit


def _person(member: UUID | None, unit: str, staff: Staff) -> tuple[UUID | None, str]:
    """The person who owes it, if one does: the one named, or on days away the deputy.

    A deputy must work in the unit too: only its members can open its pages.
    """
    if member is None:
        return None, ""
    if not staff.works_in(member, unit):
        return None, LEFT
    named, asked = member, set[UUID]()
    while staff.colleagues[member].away:
        asked.add(member)
        deputy = staff.colleagues[member].deputy
        if deputy is None or deputy in asked or not staff.works_in(deputy, unit):
            return None, AWAY
        member = deputy
    return member, "" if member == named else AWAY
