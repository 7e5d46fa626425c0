"""Relief against a baseline, its bands, the rate of responders, and relief that is lost."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.measuring import Baseline, Rate, drifted, rate, relapse, response
from shared.measuring.response import BANDS

NRS = st.integers(0, 10)
BASELINES = st.integers(1, 10)


def before(value: float) -> Baseline:
    return Baseline(value, "average pain before the course")


@pytest.mark.parametrize(
    ("baseline", "value", "percent", "band"),
    [
        (8, 8, 0, "none"),
        (10, 9, 10, "minimal"),
        (10, 9.1, 9, "none"),
        (7, 5, 28, "minimal"),
        (10, 7, 30, "moderate"),
        (7, 4.9, 30, "moderate"),
        (8, 4.1, 48, "moderate"),
        (8, 4, 50, "substantial"),
        (8, 0, 100, "substantial"),
        (4, 8, -100, "none"),
    ],
)
def test_the_bands_of_immpact(baseline: float, value: float, percent: int, band: str) -> None:
    found = response(before(baseline), value)
    assert found is not None
    assert (found.shown, found.band.code) == (percent, band)
    assert found.baseline.name == "average pain before the course"
    assert found.is_response == (band in ("moderate", "substantial"))


@given(BASELINES, st.floats(0, 10))
def test_what_is_shown_never_belongs_to_a_higher_band(baseline: int, value: float) -> None:
    found = response(before(baseline), value)
    assert found is not None
    higher = [band for band in BANDS if band.from_percent > found.band.from_percent]
    assert all(found.shown < band.from_percent for band in higher)


def test_who_had_no_pain_cannot_be_relieved_of_it() -> None:
    assert response(before(0), 0) is None


def test_a_rate_has_its_numbers_and_counts_who_was_not_measured() -> None:
    found = [response(before(8), value) for value in (4, 5, 7)]
    seen = rate([*found, None])
    assert seen == Rate(treated=4, measured=3, responders=2)
    assert (seen.not_measured, seen.percent) == (1, 67)
    assert rate([None, None]).percent is None
    assert rate([]) == Rate(0, 0, 0)


@pytest.mark.parametrize(
    ("values", "lost"),
    [
        ([4, 6, 6], True),
        ([4, 6], False),
        ([4, 6, 5, 6], False),
        ([7, 7, 7], False),
        ([4, 5.6, 5.6], False),
        ([4, 7, 8, 9], True),
        ([4, 6, 6, 4], False),
        ([], False),
    ],
)
def test_relief_is_lost_after_two_measures_above_the_level(values: list[float], lost: bool) -> None:
    assert drifted(8, values) == lost, "the level is 70 % of 8, which is 5.6"


@given(BASELINES, st.lists(NRS))
def test_a_relapse_follows_a_response_and_lasts_to_the_end(
    baseline: int, values: list[int]
) -> None:
    run = relapse(baseline, values)
    level = baseline * 0.7
    if not run:
        return
    assert run.stop == len(values)
    assert len(run) >= 2
    assert all(values[place] > level - 1e-6 for place in run)
    assert values[run.start - 1] <= level + 1e-6


@given(BASELINES, st.lists(NRS, max_size=30))
def test_between_two_relapses_lies_a_response(baseline: int, values: list[int]) -> None:
    """Whoever alarms when a relapse begins alarms once for each of them."""
    starts = {relapse(baseline, values[:end]).start for end in range(len(values) + 1)} - {0}
    ordered = sorted(starts)
    for first, second in pairwise(ordered):
        between = values[first:second]
        assert any(value <= baseline * 0.7 + 1e-6 for value in between)
