"""The way to the centre: its dates, what follows from the record, and medians that count all."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pain_physician.rules.way import (
    DATES,
    PARTS,
    Wandering,
    complete,
    waits,
)
from shared.measuring.waiting import Wait, median
from tests.clinic import Clinic
from tests.pain_physician.hands import API, PAGES, PICTURE, ok, press, registered, words_of
from tests.referring import refer_from_outside

TODAY = date(2026, 11, 23)


def over(*days: int) -> list[Wait]:
    return [Wait(each, over=True) for each in days]


def still(*days: int) -> list[Wait]:
    return [Wait(each, over=False) for each in days]


@pytest.mark.parametrize(
    ("waited", "days"),
    [
        ([], None),
        (over(7), 7),
        (over(1, 2, 3), 2),
        (over(1, 2, 3, 4), 2),
        (still(100, 200), None),
        (over(10) + still(100), 10),
        (over(10) + still(100, 100), None),
        (over(10, 20) + still(5, 5), 10),
        (over(10, 10, 20) + still(15), 10),
        (over(6, 6, 6, 7, 10, 13, 16, 22, 23) + still(6, 9, 10, 11, 17, 19, 20, 25), 22),
        (
            over(6, 6, 6, 7, 10, 13, 16, 22, 23)
            + still(6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35),
            23,
        ),
    ],
)
def test_the_median_is_that_of_kaplan_and_meier(waited: list[Wait], days: int | None) -> None:
    """The last line is the group under 6-MP of Freireich 1963, of which textbooks print 23."""
    assert median(waited) == days


@given(st.lists(st.builds(Wait, st.integers(0, 3000), st.booleans()), max_size=40))
def test_whoever_still_waits_never_makes_the_median_shorter(waited: list[Wait]) -> None:
    arrived = median([wait for wait in waited if wait.over])
    found = median(waited)
    if found is not None:
        assert arrived is not None
        assert found in {wait.days for wait in waited if wait.over}
        longer = median([*waited, Wait(3001, over=False)])
        assert longer is None or longer >= found


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=40))
def test_without_anybody_waiting_it_is_the_lower_median(days: list[int]) -> None:
    assert median(over(*days)) == sorted(days)[(len(days) - 1) // 2]


def test_the_first_treatment_is_the_first_one_from_the_first_assessment_on() -> None:
    before, after = date(2026, 1, 1), date(2026, 5, 1)
    way = complete(Wandering(), date(2026, 3, 1), [after, before, date(2026, 8, 1)])
    assert (way.first_assessment, way.first_treatment) == (date(2026, 3, 1), after)
    assert complete(Wandering(), None, [after]).first_treatment is None
    given_by_hand = Wandering(first_treatment=before)
    assert complete(given_by_hand, date(2026, 3, 1), [after]).first_treatment == before


def test_who_has_not_arrived_waits_until_today() -> None:
    part = PARTS[1]
    onset = TODAY - timedelta(days=100)
    ways = [
        Wandering(onset=onset, diagnosis=TODAY - timedelta(days=40)),
        Wandering(onset=onset),
        Wandering(diagnosis=TODAY),
        Wandering(onset=TODAY, diagnosis=onset),
    ]
    assert waits(part, ways, TODAY) == [Wait(60, over=True), Wait(100, over=False)]


def test_every_part_leads_from_one_date_to_another_and_names_its_source() -> None:
    for part in PARTS:
        assert {part.start, part.end} <= set(DATES)
    published = {p.published.months: p.published.year for p in PARTS if p.published}
    assert published == {43.4: 2021, 20.1: 2021}


def test_the_dates_of_an_assessment_and_of_the_record_are_one_way(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    address = f"{API}/patients/{patient_id}/way"
    ok(browser.post(f"{API}/patients/{patient_id}/assessments", json=PICTURE))
    way = ok(browser.get(address))
    assert (way["onset"], way["first_assessment"]) == ("2020-07-01", "2026-11-23")
    assert (way["diagnosis"], way["first_treatment"]) == (None, None)
    medicine = {"drug": "duloxetine", "dose": 30}
    ok(browser.post(f"{API}/patients/{patient_id}/medicines", json=medicine))
    assert ok(browser.get(address))["first_treatment"] == "2026-11-23"
    page = words_of(browser.get(f"{PAGES}/patients/{patient_id}"))
    assert "71 months from the first pain" in page
    assert "43.4 months" in page


def test_a_date_is_corrected_by_hand_and_may_be_taken_away(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    patient_id = registered(browser)
    ok(browser.post(f"{API}/patients/{patient_id}/assessments", json=PICTURE))
    form = f"/patients/{patient_id}/way"
    entry = {"onset": "2019-01-01", "diagnosis": "2021-03", "first_treatment": "2020-01-01"}
    wrong = press(browser, form, onset="2021-01-01", diagnosis="2020-01-01")
    assert (wrong.status_code, "must have come first" in wrong.text) == (422, True)
    assert press(browser, form, **entry).is_redirect
    way = ok(browser.get(f"{API}{form}"))
    assert (way["onset"], way["first_consultation"]) == ("2019-01-01", None)
    assert (way["diagnosis"], way["first_treatment"]) == ("2021-03-01", "2020-01-01")
    later = {**PICTURE, "onset": None, "first_consultation": "2019-02"}
    ok(browser.post(f"{API}/patients/{patient_id}/assessments", json=later))
    way = ok(browser.get(f"{API}{form}"))
    assert (way["onset"], way["first_consultation"]) == ("2019-01-01", "2019-02-01")
    assert press(clinic.http(clinic.operator), form, **entry).status_code == 403


def test_the_figures_count_those_who_still_wait(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    assert "Nobody was registered in this period" in words_of(browser.get(f"{PAGES}/figures"))
    assessed = registered(browser)
    ok(browser.post(f"{API}/patients/{assessed}/assessments", json=PICTURE))
    refer_from_outside(clinic)
    found = ok(browser.get(f"{API}/figures"))
    parts = {figure["part"]["code"]: figure for figure in found["figures"]}
    referral = parts["onset-referral"]
    assert (referral["months"], referral["known"], referral["waiting"]) == (71.4, 1, 0)
    assessment = parts["referral-assessment"]
    assert (assessment["known"], assessment["waiting"]) == (2, 1)
    page = words_of(browser.get(f"{PAGES}/figures"))
    assert "2 patients registered in this period" in page
    assert "more than half still wait" in page
    assert "mean 43.4 months" in page
    before = ok(browser.get(f"{API}/figures", params={"last": "2026-11-22"}))
    assert (before["patients"], before["figures"][0]["known"]) == (0, 0)


def test_the_figures_are_a_file_for_a_spreadsheet(clinic: Clinic) -> None:
    browser = clinic.http(clinic.coordinator, language="fr")
    registered(clinic.http(clinic.physician))
    answer = browser.get(f"{PAGES}/figures.csv", params={"first": "2026-01-01", "last": "moon"})
    lines = answer.text.lstrip("\ufeff").splitlines()
    assert answer.headers["content-type"].startswith("text/csv")
    assert len(lines) == len(PARTS) + 1
    assert "Perrot et al., Pain Medicine, 2021" in lines[3]
    assert lines[1].endswith("2026-01-01,2026-11-23")
    assert clinic.http(clinic.operator).get(f"{PAGES}/figures").status_code == 403
