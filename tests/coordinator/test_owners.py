"""Who owes something now: whoever was named, unless that person or unit cannot."""

from datetime import date
from uuid import UUID

import pytest

from services.coordinator.rules.owners import (
    AWAY,
    CLOSED,
    LEFT,
    NOBODY,
    Colleague,
    Owner,
    Seat,
    Staff,
    owner_now,
)

DAY = date(2026, 11, 23)
TOMAS, ROSA, NORA, GONE = (UUID(int=number) for number in range(1, 5))
UNIT, OTHER, EMPTY, OFFICE = "rtms_unit", "psychologist", "physiotherapist", "coordinator"


def staff(
    closed: dict[str, str] | None = None,
    away: dict[UUID, UUID | None] | None = None,
    inactive: tuple[UUID, ...] = (GONE,),
) -> Staff:
    """Two in the unit, one in the other, and one who has left."""
    units = {TOMAS: UNIT, ROSA: UNIT, NORA: OTHER, GONE: UNIT}
    absences = away or {}
    colleagues = {
        member: Colleague(
            frozenset({unit}),
            active=member not in inactive,
            away=member in absences,
            deputy=absences.get(member),
        )
        for member, unit in units.items()
    }
    return Staff(DAY, colleagues, closed or {})


EVERYBODY = (TOMAS, ROSA, NORA, GONE)
TABLE = {
    "a unit with members": (Seat(UNIT), staff(), Owner(UNIT)),
    "a person who is there": (Seat(UNIT, TOMAS), staff(), Owner(UNIT, TOMAS)),
    "away, with a deputy": (Seat(UNIT, TOMAS), staff(away={TOMAS: ROSA}), Owner(UNIT, ROSA, AWAY)),
    "away, without one": (Seat(UNIT, TOMAS), staff(away={TOMAS: None}), Owner(UNIT, None, AWAY)),
    "the deputy is away too": (
        Seat(UNIT, TOMAS),
        staff(away={TOMAS: ROSA, ROSA: TOMAS}),
        Owner(UNIT, None, AWAY),
    ),
    "the deputy has left": (Seat(UNIT, TOMAS), staff(away={TOMAS: GONE}), Owner(UNIT, None, AWAY)),
    "a deputy of another unit": (
        Seat(UNIT, TOMAS),
        staff(away={TOMAS: NORA}),
        Owner(UNIT, None, AWAY),
    ),
    "one's own deputy": (Seat(UNIT, TOMAS), staff(away={TOMAS: TOMAS}), Owner(UNIT, None, AWAY)),
    "disabled": (Seat(UNIT, GONE), staff(), Owner(UNIT, None, LEFT)),
    "no longer of the unit": (Seat(UNIT, NORA), staff(), Owner(UNIT, None, LEFT)),
    "never heard of": (Seat(UNIT, UUID(int=9)), staff(), Owner(UNIT, None, LEFT)),
    "closed, with a successor": (Seat(UNIT), staff({UNIT: OTHER}), Owner(OTHER, None, CLOSED)),
    "closed, the person went along": (
        Seat(OTHER, TOMAS),
        staff({OTHER: UNIT}),
        Owner(UNIT, TOMAS, CLOSED),
    ),
    "closed, the person stayed": (
        Seat(UNIT, TOMAS),
        staff({UNIT: OTHER}),
        Owner(OTHER, None, CLOSED),
    ),
    "closed, nobody follows": (Seat(UNIT), staff({UNIT: ""}), Owner(OFFICE, None, CLOSED)),
    "its successor closed too": (
        Seat(EMPTY),
        staff({EMPTY: UNIT, UNIT: OTHER}),
        Owner(OTHER, None, CLOSED),
    ),
    "they follow each other": (
        Seat(UNIT),
        staff({UNIT: OTHER, OTHER: UNIT}),
        Owner(OFFICE, None, CLOSED),
    ),
    "a successor without anybody": (
        Seat(UNIT),
        staff({UNIT: EMPTY}),
        Owner(OFFICE, None, NOBODY),
    ),
    "a unit without anybody": (Seat(EMPTY), staff(), Owner(OFFICE, None, NOBODY)),
    "a person in a unit without anybody": (
        Seat(EMPTY, TOMAS),
        staff(),
        Owner(OFFICE, None, NOBODY),
    ),
    "all have left": (Seat(UNIT), staff(inactive=EVERYBODY), Owner(OFFICE, None, NOBODY)),
    "all are away": (
        Seat(UNIT),
        staff(away=dict.fromkeys(EVERYBODY)),
        Owner(UNIT),
    ),
    "the office itself": (Seat(OFFICE), staff(), Owner(OFFICE)),
    "nobody is known yet": (Seat(UNIT, TOMAS), Staff(DAY), Owner(UNIT, TOMAS)),
}


@pytest.mark.parametrize("case", TABLE)
def test_who_owes_it_now(case: str) -> None:
    seat, team, owner = TABLE[case]
    assert owner_now(seat, team) == owner


def test_the_coordinator_is_the_last_resort_only_where_nobody_else_can() -> None:
    assert owner_now(Seat(EMPTY), staff()).is_last_resort
    assert not owner_now(Seat(OFFICE), staff()).is_last_resort
    assert not owner_now(Seat(UNIT, GONE), staff()).is_last_resort
