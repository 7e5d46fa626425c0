"""Who is there on a day: members who are away, their deputies, and deputies in a circle."""

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlmodel import select

from shared.access.members import absence_on, present, stand_in, stand_ins
from shared.access.tables import Member
from shared.work import Work
from tests.clinic import Clinic

TODAY = date(2026, 11, 23)
UNIT = "psychologist"


@pytest.fixture
def work(clinic: Clinic) -> Iterator[Work]:
    """Three psychologists, A, B and C; Nora Benali of the clinic is one, too."""
    for name in "ABC":
        clinic.join(name, roles=["psychologist"], units=[UNIT])
    clinic.settle()
    with clinic.team[UNIT].work() as work:
        yield work


def known_as(work: Work, name: str) -> Member:
    member = work.first(select(Member).where(Member.name == name))
    assert isinstance(member, Member)
    return member


def leave(work: Work, name: str, deputy: str = "", days: tuple[int, int] = (0, 0)) -> UUID:
    """The member is away from and until so many days from today, and the deputy stands in."""
    member = known_as(work, name)
    first, last = (TODAY + timedelta(days=after) for after in days)
    stands_in = str(known_as(work, deputy).id) if deputy else None
    absence = {"begins": first.isoformat(), "ends": last.isoformat(), "deputy": stands_in}
    member.absences = [*member.absences, absence]
    return member.id


def names_there(work: Work, day: date = TODAY) -> list[str]:
    return [member.name for member in present(work, UNIT, day)]


def test_both_ends_of_an_absence_are_part_of_it(work: Work) -> None:
    leave(work, "A", days=(1, 3))
    member = known_as(work, "A")
    away = [absence_on(member, TODAY + timedelta(days=n)) is not None for n in range(5)]
    assert away == [False, True, True, True, False]


def test_whoever_is_away_is_replaced_by_the_deputy_who_is_added_once(work: Work) -> None:
    assert names_there(work) == ["A", "B", "C", "Nora Benali"]
    leave(work, "A", "B")
    assert names_there(work) == ["B", "C", "Nora Benali"]
    leave(work, "C", "Claire Morvan")
    assert names_there(work) == ["B", "Claire Morvan", "Nora Benali"]
    assert names_there(work, TODAY + timedelta(days=1)) == ["A", "B", "C", "Nora Benali"]


def test_a_deputy_who_is_away_has_a_deputy(work: Work) -> None:
    member_id = leave(work, "A", "B")
    leave(work, "B", "C")
    found = stand_in(work, member_id, TODAY)
    assert found is not None
    assert found.name == "C"
    assert names_there(work) == ["C", "Nora Benali"]


def test_deputies_in_a_circle_and_nobody_else_are_nobody(work: Work) -> None:
    ids = leave(work, "A", "B"), leave(work, "B", "C"), leave(work, "C", "A")
    assert [stand_in(work, member_id, TODAY) for member_id in ids] == [None] * 3
    assert names_there(work) == ["Nora Benali"]


def test_nobody_stands_in_without_a_deputy_or_for_one_who_left(work: Work) -> None:
    alone, gone = leave(work, "A"), known_as(work, "B")
    gone.active = False
    with_gone = leave(work, "C", "B")
    found = stand_ins(work, TODAY, alone, gone.id, with_gone)
    assert found == {alone: None, gone.id: None, with_gone: None}


def test_the_deputy_of_one_who_left_while_away_still_stands_in(work: Work) -> None:
    member_id = leave(work, "A", "B")
    known_as(work, "A").active = False
    found = stand_in(work, member_id, TODAY)
    assert found is not None
    assert found.name == "B"


def test_a_member_who_is_not_known_here_has_nobody(work: Work) -> None:
    nobody = UUID(int=7)
    assert stand_in(work, nobody, TODAY) is None
