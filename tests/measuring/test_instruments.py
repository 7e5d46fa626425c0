"""Every instrument: its range holds, its numbers have a source, and a part of it gives no total."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.errors import Invalid
from shared.measuring import INSTRUMENTS, OPEN, SCORES_ONLY, check, instrument, total
from shared.measuring.instruments import HADS_A, PGIC, PHQ_9, Instrument
from shared.measuring.items import FORMS, PHQ_9_ITEM_9
from shared.measuring.points import DEFAULT_POINTS, DEFAULT_SOURCE, POINTS
from shared.measuring.response import DRIFT, IMMPACT

every_instrument = pytest.mark.parametrize("known", INSTRUMENTS.values(), ids=INSTRUMENTS)
RANGES = {
    "nrs-now": (0, 10),
    "nrs-worst": (0, 10),
    "nrs-least": (0, 10),
    "nrs-average": (0, 10),
    "dn4": (0, 10),
    "npsi-total": (0, 100),
    "npsi-burning": (0, 10),
    "npsi-pressing": (0, 10),
    "npsi-paroxysmal": (0, 10),
    "npsi-evoked": (0, 10),
    "npsi-paraesthesia": (0, 10),
    "bpi-interference": (0, 10),
    "hads-a": (0, 21),
    "hads-d": (0, 21),
    "phq-9": (0, 27),
    "pcs": (0, 52),
    "pgic": (1, 7),
}


def accepted(code: str, value: float) -> bool:
    try:
        check(code, value)
    except Invalid as refusal:
        return refusal.field != code.replace("-", "_")
    return True


def test_the_ranges_are_those_of_the_instruments() -> None:
    assert {code: (known.low, known.high) for code, known in INSTRUMENTS.items()} == RANGES


@given(code=st.sampled_from(sorted(RANGES)), value=st.floats() | st.integers())
def test_a_score_is_in_its_range_and_on_a_step_or_refused(code: str, value: float) -> None:
    low, high = RANGES[code]
    tenths = (code.startswith("npsi-") and code != "npsi-total") or code == "bpi-interference"
    shown = f"{value:.{int(tenths)}f}"
    fits = math.isfinite(value) and low <= value <= high and float(shown) == value
    assert accepted(code, value) == fits


@every_instrument
def test_both_ends_are_possible_and_what_lies_beyond_is_not(known: Instrument) -> None:
    assert accepted(known.code, known.low)
    assert accepted(known.code, known.high)
    assert not accepted(known.code, known.low - 1)
    assert not accepted(known.code, known.high + 1)


def test_not_measured_is_no_score_and_passes() -> None:
    check("phq-9", None)


def test_a_score_of_no_instrument_is_refused() -> None:
    with pytest.raises(Invalid, match="no score that the centre knows"):
        check("made-up", 3)


@every_instrument
def test_every_number_says_where_it_comes_from(known: Instrument) -> None:
    for source in (known.source, *(cut.source for cut in known.cut_offs)):
        assert source.text
        assert 1950 <= source.year <= 2026
    assert known.licence in (OPEN, SCORES_ONLY)
    assert known.completeness


def test_every_default_says_where_it_comes_from() -> None:
    for source in (DRIFT.source, IMMPACT, DEFAULT_SOURCE):
        assert source.text
        assert source.year
    assert not DRIFT.source.confirmed, "no consensus was found"
    assert set(DEFAULT_POINTS) <= POINTS.keys()


@every_instrument
def test_cut_offs_rise_within_the_range(known: Instrument) -> None:
    values = [cut.value for cut in known.cut_offs]
    assert values == sorted(set(values))
    assert all(known.low <= value <= known.high for value in values)


@pytest.mark.parametrize(
    ("known", "value", "words"),
    [
        (PHQ_9, 4, ""),
        (PHQ_9, 5, "mild"),
        (PHQ_9, 10, "moderate depression"),
        (PHQ_9, 15, "moderately severe"),
        (PHQ_9, 27, "severe depression (20"),
        (HADS_A, 7, ""),
        (HADS_A, 8, "a possible case"),
        (HADS_A, 11, "a probable case"),
        (instrument("pcs"), 29, ""),
        (instrument("pcs"), 30, "high"),
        (PGIC, 2, "an important improvement"),
        (PGIC, 3, "no important improvement"),
    ],
)
def test_what_a_value_reads_as(known: Instrument, value: float, words: str) -> None:
    assert known.reads(value).startswith(words)
    assert bool(known.reads(value)) == bool(words)


ANSWERS = st.lists(st.none() | st.integers(-1, 4), max_size=11)


@given(ANSWERS)
def test_a_form_gives_a_total_only_when_it_is_whole(answers: list[int | None]) -> None:
    whole = len(answers) == 9 and all(answer in range(4) for answer in answers)
    try:
        sum_ = total("phq-9", answers)
    except Invalid:
        assert not whole
        return
    assert whole
    assert sum_ == sum(answer or 0 for answer in answers)
    check("phq-9", sum_)


def test_the_refusal_names_the_question_and_the_rule() -> None:
    with pytest.raises(Invalid, match="All 9 questions must be answered") as refused:
        total("phq-9", [0, 1, None, 0, 0, 0, 0, 0, 0])
    assert refused.value.field == "item_3"


def test_the_codes_of_the_phq_9_are_not_mixed_up() -> None:
    """44260-8 is the last question; some programs take it for the total."""
    form = FORMS["phq-9"]
    assert PHQ_9.loinc == "44261-6"
    assert form.loincs[PHQ_9_ITEM_9] == "44260-8"
    assert "better off dead" in form.questions[PHQ_9_ITEM_9]
    assert len(form.loincs) == len(form.questions) == PHQ_9.items == 9
    assert (len(form.answers) - 1) * PHQ_9.items == PHQ_9.high
