"""A patient is found by the beginnings of the names or by the number, however they are typed."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import patients
from shared.events import Identifier, Identity
from shared.identifiers import new_id
from shared.patients.rules import search_key, words
from tests.clinic import Clinic

PEOPLE = [
    Identity(number="250 871", family="Lefèvre", given="Hélène"),
    Identity(number="250 872", family="Lefebvre", given="Hector"),
    Identity(number="240 118", family="Vasseur-Legrand", given="Marie-Hélène"),
    Identity(number="100 %", family="O’Connor_Œdi", given="Søren"),
]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("hele lefe", {"Hélène"}),
        ("LEFE", {"Hélène", "Hector"}),
        ("  lefèvre,  helene ", {"Hélène"}),
        ("250871", {"Hélène"}),
        ("250 87", {"Hélène", "Hector"}),
        ("legrand", {"Marie-Hélène"}),
        ("grand", set()),
        ("helene", {"Hélène", "Marie-Hélène"}),
        ("oedi soren", {"Søren"}),
        ("%", {"Hélène", "Hector", "Marie-Hélène", "Søren"}),
        ("le%re", set()),
        ("o_connor", {"Søren"}),
    ],
)
def test_search(clinic: Clinic, typed: str, found: set[str]) -> None:
    with clinic.work("rtms_unit") as work:
        for person in PEOPLE:
            patients.store(work, new_id(), person)
    with clinic.look("rtms_unit") as work:
        assert {each.given for each in patients.search(work, typed)} == found


def test_the_list_is_in_the_order_of_names_and_has_an_end(clinic: Clinic) -> None:
    with clinic.work("rtms_unit") as work:
        for person in PEOPLE:
            patients.store(work, new_id(), person)
        assert [each.family for each in patients.search(work, "", limit=2)] == [
            "Lefebvre",
            "Lefèvre",
        ]


@given(st.text(), st.text())
def test_whatever_a_name_is_its_own_words_find_it(family: str, given_name: str) -> None:
    key = search_key(family, given_name)
    assert all(f" {word}" in key for word in words(f"{given_name} {family}"))


def test_what_is_stored_comes_back_whole(clinic: Clinic) -> None:
    whole = Identity(
        number="250 871",
        family="Lefèvre",
        given="Hélène",
        sex="female",
        phone="01 23 45 67 89",
        doctor_name="Dr P. Aubry",
        identifiers=(Identifier(system="urn:oid:1.2", value="A 17"),),
    )
    key = new_id()
    with clinic.work("psychologist") as work:
        patients.store(work, key, whole)
    with clinic.look("psychologist") as work:
        assert patients.identity_of(patients.read(work, key)) == whole


def test_a_correction_is_found_under_the_new_name_only(clinic: Clinic) -> None:
    key = new_id()
    with clinic.work("rtms_unit") as work:
        patients.store(work, key, PEOPLE[0])
    with clinic.work("rtms_unit") as work:
        patients.update_if_known(work, key, PEOPLE[0].model_copy(update={"family": "Martin"}))
        patients.update_if_known(work, new_id(), PEOPLE[1])
    with clinic.look("rtms_unit") as work:
        assert [each.id for each in patients.search(work, "martin")] == [key]
        assert patients.search(work, "lef") == []
        assert patients.read(work, key).version == 2


def test_the_same_again_is_no_new_version(clinic: Clinic) -> None:
    key = UUID(int=7)
    with clinic.work("rtms_unit") as work:
        patients.store(work, key, PEOPLE[2])
        patients.store(work, key, PEOPLE[2])
        assert patients.read(work, key).version == 1
