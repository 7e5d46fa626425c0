"""When two descriptions are of the same person, and when a correction goes too far."""

from datetime import date

from services.interop.rules.matching import contradict, is_same, may_be_corrected
from shared.events import Identifier, Identity

BORN = date(1971, 2, 28)
YSALINE = Identity(family="Quérouane", given="Ysaline Maud", birth_date=BORN)


def numbered(*numbers: str, person: Identity = YSALINE) -> Identity:
    """A person with numbers written `organisation:number`."""
    pairs = [number.split(":") for number in numbers]
    listed = tuple(Identifier(system=system, value=value) for system, value in pairs)
    return person.model_copy(update={"identifiers": listed})


def named(family: str, born: date | None = BORN) -> Identity:
    return YSALINE.model_copy(update={"family": family, "birth_date": born})


def test_the_same_number_is_the_same_person_whatever_the_name() -> None:
    assert is_same(numbered("a:1", "b:2"), numbered("b:2", person=named("Other")))
    assert is_same(numbered("a:12 34"), numbered("a:1234"))


def test_another_number_of_the_same_organisation_is_another_person() -> None:
    assert not is_same(numbered("a:1"), numbered("a:2"))
    assert contradict(numbered("a:1"), numbered("a:2"))
    assert not contradict(numbered("a:1"), numbered("b:2"))
    assert not contradict(numbered("a:1", "a:2"), numbered("a:2", "a:3"))


def test_without_a_common_number_name_and_birth_decide() -> None:
    assert is_same(YSALINE, named("QUEROUANE"))
    assert is_same(numbered("a:1"), numbered("b:2"))
    assert not is_same(YSALINE, named("Quérouane", date(1971, 2, 27)))
    assert not is_same(named("Quérouane", None), named("Quérouane", None))


def test_one_thing_may_be_put_right_but_not_everything() -> None:
    assert may_be_corrected(YSALINE, named("Kerouane"))
    assert may_be_corrected(YSALINE, named("Quérouane", None))
    assert not may_be_corrected(YSALINE, named("Vauquelin", date(1950, 1, 1)))
    assert not may_be_corrected(named("Quérouane", None), named("Vauquelin", None))
    assert not may_be_corrected(numbered("a:1"), numbered("a:2"))
    assert may_be_corrected(numbered("a:1"), numbered("a:1", person=named("Vauquelin", None)))
