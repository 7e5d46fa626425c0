"""The rules of medicines: what an entry may say, and that no sequence of entries breaks it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pain_physician.rules import guidelines
from services.pain_physician.rules.drugs import ADVERSE_EFFECTS, CLASSES, DRUGS, UNITS
from services.pain_physician.rules.medication import Dose, Taken, check, doses_of
from shared.errors import Refused

TODAY = date(2026, 11, 23)
BEGUN = date(2026, 9, 1)
STOPPED = date(2026, 11, 20)
TAKEN = Taken("duloxetine", "snri", "mg/d", (Dose(BEGUN, 30), Dose(date(2026, 10, 1), 60)))
ENDED = replace(TAKEN, stopped_on=STOPPED, stop_reason="no-effect", relief="none")


def wrong_field(taken: Taken, *others: Taken) -> str:
    """The field that a refusal names."""
    with pytest.raises(Refused) as refused:
        check(taken, others, TODAY)
    return refused.value.field


def test_a_medicine_that_runs_and_one_that_was_stopped_are_possible() -> None:
    check(TAKEN, [], TODAY)
    check(ENDED, [], TODAY)
    check(replace(ENDED, doses=(Dose(BEGUN, None),)), [], TODAY)


@pytest.mark.parametrize("dose", [0, -5, None, float("nan"), float("inf"), 100_001])
def test_a_dose_is_a_number_above_zero(dose: float | None) -> None:
    assert wrong_field(replace(TAKEN, doses=(Dose(BEGUN, dose),))) == "dose"


@pytest.mark.parametrize(
    ("taken", "field"),
    [
        (replace(TAKEN, drug="moon-dust"), "drug"),
        (replace(TAKEN, drug="other"), "name"),
        (replace(TAKEN, name="Cymbalta"), "name"),
        (replace(TAKEN, drug_class="dust"), "drug_class"),
        (replace(TAKEN, dose_unit="spoons"), "dose_unit"),
        (replace(TAKEN, doses=(Dose(TODAY + timedelta(days=1), 30),)), "on"),
        (replace(TAKEN, doses=(*TAKEN.doses, Dose(BEGUN, 90))), "on"),
        (replace(TAKEN, doses=(*TAKEN.doses, Dose(STOPPED, 60))), "dose"),
        (replace(TAKEN, stop_reason="no-effect"), "stopped_on"),
        (replace(TAKEN, relief="much"), "relief"),
        (replace(TAKEN, adverse_effects=("moon",)), "adverse_effects"),
        (replace(ENDED, stopped_on=date(2026, 9, 30)), "stopped_on"),
        (replace(ENDED, stopped_on=TODAY + timedelta(days=1)), "stopped_on"),
        (replace(ENDED, stop_reason=""), "stop_reason"),
        (replace(ENDED, stop_reason="adverse-effect"), "adverse_effects"),
        (replace(ENDED, relief="substantial"), "relief"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(taken: Taken, field: str) -> None:
    assert wrong_field(taken) == field


def test_the_same_medicine_is_taken_again_from_the_day_it_was_stopped() -> None:
    again = replace(TAKEN, doses=(Dose(STOPPED, 30),))
    check(again, [ENDED], TODAY)
    assert wrong_field(replace(TAKEN, doses=(Dose(date(2026, 11, 19), 30),)), ENDED) == "drug"
    assert wrong_field(TAKEN, again) == "drug"


def test_each_dose_has_its_day() -> None:
    assert doses_of([BEGUN], []) == (Dose(BEGUN, None),)
    for days, amounts in (([BEGUN], [30.0, 60.0]), ([], []), ([BEGUN, STOPPED], [30.0])):
        with pytest.raises(Refused):
            doses_of(days, amounts)


days = st.integers(-1, 9).map(lambda n: TODAY - timedelta(days=n))
doses = st.lists(st.tuples(days, st.sampled_from([None, 0.0, 30.0, 60.0])), max_size=2)
entries = st.tuples(
    st.sampled_from(["duloxetine", "tramadol"]), days, doses, st.none() | days, st.booleans()
)
Entry = tuple[str, date, list[tuple[date, float | None]], date | None, bool]


def entered(entry: Entry) -> Taken:
    drug, start, later, stopped_on, why = entry
    taken = Taken(drug, "snri", "mg/d", (Dose(start, 20), *(Dose(*dose) for dose in later)))
    return replace(taken, stopped_on=stopped_on, stop_reason="no-effect" if why else "")


@given(st.lists(st.tuples(st.integers(0, 3), entries), max_size=12))
def test_no_sequence_of_entries_leaves_something_impossible(
    steps: list[tuple[int, Entry]],
) -> None:
    """Each entry is new or takes the place of an earlier one; what is refused changes nothing."""
    kept: list[Taken] = []
    for place, entry in steps:
        others = kept[:place] + kept[place + 1 :]
        try:
            check(entered(entry), others, TODAY)
        except Refused:
            continue
        kept = [*others, entered(entry)]
        assert_sane(kept)


def assert_sane(kept: list[Taken]) -> None:
    for taken in kept:
        on = [dose.on for dose in taken.doses]
        assert on == sorted(set(on))
        assert on[-1] <= (taken.stopped_on or TODAY) <= TODAY
        assert all(dose.dose is None or dose.dose > 0 for dose in taken.doses)
    for day in (TODAY - timedelta(days=n) for n in range(14)):
        for drug in ("duloxetine", "tramadol"):
            at_once = [t for t in kept if t.drug == drug and taken_on(t, day)]
            assert len(at_once) <= 1, (day, at_once)


def taken_on(taken: Taken, day: date) -> bool:
    """Whether it is taken on the evening of a day: no longer on the day on which it is stopped."""
    return taken.started_on <= day and (taken.stopped_on is None or day < taken.stopped_on)


def test_every_medicine_and_every_table_is_made_of_codes_that_exist() -> None:
    for drug in DRUGS.values():
        assert drug.drug_class in CLASSES
        assert drug.unit in UNITS
    assert "seizure" in ADVERSE_EFFECTS
    for table in guidelines.PUBLISHED:
        assert {place.treatment for place in table.places} <= guidelines.TREATMENTS.keys()
        assert {place.line for place in table.places} <= guidelines.LINES.keys()
        assert len({place.treatment for place in table.places}) == len(table.places)


def test_every_table_says_its_source_its_year_and_what_is_only_remembered() -> None:
    for table in guidelines.PUBLISHED:
        assert str(table.year) in table.source
        assert 2015 <= table.year <= 2026
        assert table.confirmed == (not table.source.endswith(("remembered", "summary")))


@pytest.mark.parametrize(
    ("table", "drug", "line"),
    [
        (guidelines.NEUPSIG_2015, "pregabalin", "first"),
        (guidelines.FRENCH_2020, "pregabalin", "second"),
        (guidelines.NEUPSIG_2025, "pregabalin", "first"),
        (guidelines.NEUPSIG_2015, "tramadol", "second"),
        (guidelines.NEUPSIG_2025, "tramadol", "third"),
        (guidelines.NEUPSIG_2015, "levetiracetam", "against"),
        (guidelines.NEUPSIG_2015, "topiramate", None),
    ],
)
def test_a_medicine_is_found_by_its_name_before_its_class(
    table: guidelines.Guideline, drug: str, line: str | None
) -> None:
    place = table.place_of(drug, DRUGS[drug].drug_class)
    assert (place.line if place else None) == line
