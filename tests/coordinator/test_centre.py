"""The figures of the centre: whoever still waits is counted, and no figure stands alone."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.coordinator.actions.centre import Centre, read_centre
from services.coordinator.rules.centre import Harm, Period, what_became
from shared.events import (
    AdverseEventReported,
    ReferralAccepted,
    ReferralRejected,
    SessionBooked,
    SessionCompleted,
    SessionMissed,
)
from shared.identifiers import new_id
from shared.measuring.waiting import Wait, median
from tests.clinic import Clinic
from tests.coordinator.office import ASKER, MONDAY, UNIT, Office, session
from tests.coordinator.seen import see
from tests.coordinator.test_obligations import requested

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 31))


def centre(office: Office) -> Centre:
    with office.look() as work:
        return read_centre(work, NOVEMBER)


def visit(
    office: Office, names: dict[str, Any], number: int, starts_at: datetime
) -> dict[str, Any]:
    one = session(names, number)
    office.hear(SessionBooked(**one, starts_at=starts_at, minutes=30))
    return one


def test_who_still_waits_is_counted(office: Office) -> None:
    first, second, third = (requested(office) for _ in range(3))
    office.clock.move(days=4)
    office.hear(ReferralAccepted(**first))
    note = office.note("", second["patient_id"])
    reason: dict[str, Any] = {"reason_code": "capacity", "next_step": "back-to-referrer"}
    office.hear(ReferralRejected(**second, **reason, note=note))
    office.clock.move(days=6)
    assert third["performer"] == UNIT
    (answers,) = centre(office).answers
    assert (answers.unit, answers.days, answers.n, answers.still) == (UNIT, 4, 3, 1)
    # Who was declined waits for no session.
    (firsts,) = centre(office).firsts
    assert (firsts.days, firsts.n, firsts.still) == (None, 2, 2)


def test_sessions_that_are_to_come_were_not_missed(office: Office) -> None:
    names = requested(office)
    given_one, missed, _ = (
        visit(office, names, number, MONDAY + timedelta(days=number - 1, hours=1))
        for number in (1, 2, 3)
    )
    office.clock.move(days=1, hours=3)
    office.hear(SessionCompleted(**given_one), SessionMissed(**missed, reason_code="no-show"))
    (came,) = centre(office).attendance
    assert (came.n, came.percent, came.reasons) == (2, 50.0, {"no-show": 1})


def test_what_was_owed_is_in_time_late_or_open(office: Office) -> None:
    in_time, late, _ = (requested(office) for _ in range(3))
    office.clock.move(days=1)
    office.hear(ReferralAccepted(**in_time))
    office.clock.move(days=9)
    office.hear(ReferralAccepted(**late))
    (answers,) = [row for row in centre(office).promises if row.what == "answer-referral"]
    assert (answers.in_time, answers.late, answers.still, answers.n) == (1, 1, 1, 3)
    assert answers.percent == pytest.approx(33.3)


def test_adverse_events_stand_beside_the_sessions(office: Office) -> None:
    names = requested(office)
    one = visit(office, names, 1, MONDAY + timedelta(hours=1))
    office.clock.move(hours=2)
    office.hear(SessionCompleted(**one))
    about: dict[str, Any] = {"patient_id": names["patient_id"], "referral_id": names["referral_id"]}
    for serious in (False, True):
        found: dict[str, Any] = {"code": "headache", "severity": "mild", "serious": serious}
        ids: dict[str, Any] = {
            "adverse_event_id": new_id(),
            "raised_by": UNIT,
            "addressed_to": ASKER,
        }
        office.hear(AdverseEventReported(**about, **ids, **found, occurred_at=MONDAY))
    (harm,) = centre(office).harms
    assert (harm.n, harm.sessions, harm.rate, harm.serious) == (2, 1, 2000.0, 1)
    assert Harm(UNIT, 0, {"mild": 1}, 0).rate is None


def test_what_became_of_courses_at_risk() -> None:
    changes = [
        ("one", "missed", True),
        ("two", "missed", True),
        ("one", "made-up", False),
        ("three", "moved", False),
        ("two", "risk-accepted", False),
        ("four", "missed", True),
        ("two", "moved", False),
    ]
    found = what_became(changes, n=9)
    assert (found.n, found.at_risk) == (9, 3)
    assert (found.made_up, found.accepted, found.still_at_risk) == (1, 1, 1)


@given(st.lists(st.builds(Wait, st.integers(0, 400), st.booleans()), max_size=30))
def test_the_median_lies_within_what_was_waited(waits: list[Wait]) -> None:
    found = median(waits)
    ended = sorted(wait.days for wait in waits if wait.over)
    if found is None:
        assert not waits or not all(wait.over for wait in waits)
    else:
        assert found in ended
    if waits and all(wait.over for wait in waits):
        assert found == ended[(len(ended) - 1) // 2]


def test_the_page_says_so_in_both_languages_and_as_a_file(clinic: Clinic) -> None:
    assert "Nobody was referred in this period." in see(clinic, "figures")
    assert "Chiffres du centre" in see(clinic, "figures", language="fr")
    file = clinic.http(clinic.coordinator).get("/coordinator/figures.csv?first=x&last=2026-11-23")
    assert "Period,2025-11-23 – 2026-11-23" in file.text
    assert clinic.http(clinic.operator).get("/coordinator/figures").status_code == 403
