"""Who owes what: each event opens, meets, cancels, pauses or moves an obligation."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import select

from services.coordinator import actions
from services.coordinator.tables import Obligation
from shared.errors import Invalid, RuleBroken
from shared.events import (
    OUTSIDE,
    ConcernAcknowledged,
    ConcernRaised,
    FollowUpDone,
    FollowUpPlanned,
    ReferralAccepted,
    ReferralCancelled,
    ReferralClosed,
    ReferralCompleted,
    ReferralFailed,
    ReferralHeld,
    ReferralReceived,
    ReferralRejected,
    ReferralResumed,
    ReferralUpdated,
    ReportSent,
    SessionBooked,
    SessionCancelled,
    SessionCompleted,
    SessionMissed,
    SessionMoved,
)
from shared.identifiers import new_id
from tests.coordinator.office import ASKER, MONDAY, Office, referral, session


def requested(office: Office, **more: Any) -> dict[str, Any]:
    """A referral that was stored by the unit."""
    names = referral(**more)
    office.hear(office.request(names), source=names["requester"])
    office.hear(ReferralReceived(**names))
    return names


def accepted(office: Office, **more: Any) -> dict[str, Any]:
    names = requested(office, **more)
    office.hear(ReferralAccepted(**names))
    return names


def book(office: Office, names: dict[str, Any], number: int = 1, **ahead: float) -> dict[str, Any]:
    one = session(names, number)
    starts_at = office.clock.now() + timedelta(**ahead or {"hours": 2})
    office.hear(SessionBooked(**one, starts_at=starts_at, minutes=30))
    return one


def test_a_referral_is_to_be_answered_in_three_working_days(office: Office) -> None:
    names = requested(office)
    (row,) = office.obligations()
    assert (row.what, row.debtor, row.creditor) == ("answer-referral", "rtms_unit", ASKER)
    assert row.subject == row.referral_id == names["referral_id"]
    assert row.due_at == datetime(2026, 11, 26, 17, tzinfo=UTC)
    assert office.told() == ["opened"]


def test_the_answer_may_arrive_before_the_request(office: Office) -> None:
    names = referral()
    office.hear(ReferralReceived(**names), at=MONDAY + timedelta(seconds=2))
    office.hear(ReferralAccepted(**names), at=MONDAY + timedelta(seconds=9))
    office.hear(office.request(names), source=ASKER)
    assert office.owed() == ["book-session"]


def test_a_question_stops_the_ladder_until_it_is_answered(office: Office) -> None:
    names = requested(office)
    question = office.note("Which stimulator?", names["patient_id"])
    office.hear(ReferralHeld(**names, question=question))
    assert office.owed() == ["answer-question"]
    assert office.owed("paused") == ["answer-referral"]
    office.wait(days=2)
    answer = office.note("None.", names["patient_id"])
    office.hear(ReferralResumed(**names, answer=answer), source=ASKER)
    (row,) = office.obligations()
    assert row.what == "answer-referral"
    assert row.due_at == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert office.told() == ["opened", "cancelled", "opened", "remind", "opened", "met"]


def test_an_older_question_does_not_undo_its_answer(office: Office) -> None:
    names = requested(office)
    note = office.note("…", names["patient_id"])
    later = MONDAY + timedelta(hours=1)
    office.hear(ReferralResumed(**names, answer=note), source=ASKER, at=later)
    office.hear(ReferralHeld(**names, question=note), at=MONDAY + timedelta(minutes=30))
    assert office.owed() == ["answer-referral"]


def test_a_decline_is_decided_upon_by_the_referrer(office: Office) -> None:
    names = requested(office)
    note = office.note("", names["patient_id"])
    answer: dict[str, Any] = {
        "reason_code": "capacity",
        "next_step": "refer-onward",
        "onward_to": "psychologist",
    }
    office.hear(ReferralRejected(**names, **answer, note=note))
    (row,) = office.obligations()
    assert (row.what, row.debtor, row.creditor) == ("decide-next-step", ASKER, "rtms_unit")
    onward = referral(performer="psychologist")
    replaces = names["referral_id"]
    office.hear(office.request(onward, replaces=replaces), source=ASKER)
    assert office.owed() == ["answer-referral"]
    assert office.owed("met") == ["answer-referral", "decide-next-step"]


def test_for_a_referrer_outside_the_unit_itself_sees_to_it(office: Office) -> None:
    names = requested(office, requester=OUTSIDE)
    note = office.note("", names["patient_id"])
    office.hear(ReferralHeld(**names, question=note))
    (row,) = office.obligations()
    assert (row.what, row.debtor, row.creditor) == ("answer-question", "rtms_unit", OUTSIDE)


def test_a_session_is_owed_at_its_end(office: Office) -> None:
    names = accepted(office)
    assert office.owed() == ["book-session"]
    one = book(office, names)
    (row,) = office.obligations()
    assert row.what == "record-outcome"
    assert row.due_at == MONDAY + timedelta(hours=2, minutes=30)
    assert row.late_at == datetime(2026, 11, 23, 17, tzinfo=UTC)
    office.hear(SessionCompleted(**one))
    assert office.owed() == ["plan-next"]
    assert "record-outcome" in office.owed("met")


def test_a_moved_session_is_owed_on_its_new_day(office: Office) -> None:
    one = book(office, accepted(office))
    was_at, starts_at = MONDAY + timedelta(hours=2), MONDAY + timedelta(days=2)
    office.hear(SessionMoved(**one, starts_at=starts_at, minutes=30, was_at=was_at))
    (row,) = office.obligations()
    assert row.due_at == starts_at + timedelta(minutes=30)
    assert office.owed("cancelled") == ["record-outcome"]


def test_a_missed_session_is_owed_until_another_is_booked(office: Office) -> None:
    names = accepted(office)
    first = book(office, names)
    book(office, names, number=2, days=1)
    office.hear(SessionMissed(**first, reason_code="transport"))
    assert office.owed() == ["make-up-session", "record-outcome"]
    book(office, names, number=3, days=2)
    assert office.owed() == ["record-outcome", "record-outcome"]
    assert "make-up-session" in office.owed("met")


def test_a_cancelled_session_leaves_the_first_one_to_book(office: Office) -> None:
    one = book(office, accepted(office))
    office.hear(SessionCancelled(**one, reason_code="patient-request"))
    assert office.owed() == ["book-session"]
    assert office.owed("cancelled") == ["record-outcome"]


def test_the_end_owes_a_report_and_the_report_a_reading(office: Office) -> None:
    names = accepted(office)
    office.hear(ReferralCompleted(**names, outcome_code="advice-given"))
    assert office.owed() == ["report-back"]
    report = office.note("Advice was given.", names["patient_id"])
    office.hear(ReportSent(**names, report=report))
    assert office.owed() == ["read-report"]
    office.hear(ReferralClosed(**names), source=ASKER)
    assert office.owed() == []


def test_a_referrer_outside_does_not_owe_us_a_reading(office: Office) -> None:
    names = accepted(office, requester=OUTSIDE)
    report = office.note("Done.", names["patient_id"])
    office.hear(ReferralCompleted(**names), ReportSent(**names, report=report))
    assert office.owed() == []


def test_a_withdrawal_cancels_what_is_owed(office: Office) -> None:
    names = requested(office)
    office.hear(ReferralCancelled(**names, reason_code="withdrawn"), source=ASKER)
    assert office.owed() == []
    assert office.told() == ["opened", "cancelled"]


def test_a_withdrawal_after_the_end_changes_nothing(office: Office) -> None:
    names = accepted(office)
    office.hear(ReferralCompleted(**names))
    office.hear(ReferralCancelled(**names, reason_code="withdrawn"), source=ASKER)
    assert office.owed() == ["report-back"]


def test_a_follow_up_is_owed_on_its_day(office: Office) -> None:
    names = referral()
    point = {**names, "follow_up_id": new_id(), "point": "month-1"}
    office.hear(FollowUpPlanned(**point, due_on=date(2026, 12, 24)))
    (row,) = office.obligations()
    assert (row.what, row.due_at) == ("follow-up", datetime(2026, 12, 24, 17, tzinfo=UTC))
    office.hear(FollowUpDone(**point, nrs=3))
    assert office.owed() == []


def test_an_urgent_concern_climbs_by_the_hour(office: Office) -> None:
    patient_id, concern_id = new_id(), new_id()
    names: dict[str, Any] = {
        "patient_id": patient_id,
        "concern_id": concern_id,
        "raised_by": "psychologist",
        "addressed_to": ASKER,
        "note": office.note("Please call.", patient_id),
    }
    office.hear(ConcernRaised(**names), source="psychologist")
    for _ in range(7):
        office.wait(hours=1)
    assert office.told() == ["opened", "remind", "chase", "tell-coordinator", "tell-coordinator"]
    office.hear(ConcernAcknowledged(**names), source=ASKER)
    assert office.owed() == []


def test_an_urgent_referral_climbs_a_shorter_ladder(office: Office) -> None:
    names = requested(office)
    changed = office.request(names, urgency="urgent")
    words = changed.model_dump(include={"urgency", "identity", "details"})
    office.hear(ReferralUpdated(**names, **words), source=ASKER)
    (row,) = office.obligations()
    assert (row.urgent, row.due_at) == (True, datetime(2026, 11, 24, 17, tzinfo=UTC))


def test_the_ladder_is_climbed_step_by_step_and_ends_with_handing_back(office: Office) -> None:
    names = requested(office)
    for _ in range(20):
        office.wait(days=1)
    assert office.told() == ["opened", "remind", "chase", "tell-coordinator", "hand-back"]
    office.hear(ReferralFailed(**names))
    assert office.owed() == ["decide-next-step"]
    assert office.owed("cancelled") == ["answer-referral"]


def test_after_an_outage_the_highest_step_is_told_once(office: Office) -> None:
    for _ in range(3):
        requested(office)
    office.wait(days=16)
    assert office.told() == ["opened"] * 3 + ["chase", "tell-coordinator"] * 3
    office.wait(hours=1)
    assert len(office.told()) == 9


def test_a_kind_of_another_release_keeps_no_other_waiting(office: Office) -> None:
    requested(office)
    with office.running.work() as work:
        row = work.first(select(Obligation))
        row.what, row.next_at = "answer-riddle", office.clock.now()
    requested(office)
    for _ in range(5):
        office.wait(days=1)
    assert Counter(office.told())["remind"] == 2


def test_what_is_met_climbs_no_further(office: Office) -> None:
    names = accepted(office)
    book(office, names, days=40)
    office.wait(days=30)
    assert office.told() == ["opened", "met", "opened", "met", "opened"]


def test_the_coordinator_chases_once_an_hour(office: Office) -> None:
    requested(office)
    (row,) = office.obligations()
    with office.running.work() as work:
        actions.remind_now(work, row.id)
    with pytest.raises(RuleBroken), office.running.work() as work:
        actions.remind_now(work, row.id)
    assert office.told() == ["opened", "chase"]


def test_settled_outside_is_not_opened_again_by_the_next_event(office: Office) -> None:
    names = accepted(office)
    (row,) = office.obligations()
    with pytest.raises(Invalid), office.running.work() as work:
        actions.settle(work, row.id, " ")
    with office.running.work() as work:
        actions.settle(work, row.id, "Booked on paper.")
    office.hear(ReferralAccepted(**names))
    assert office.owed() == []
    book(office, names)
    assert office.owed("settled") == []
    assert office.owed() == ["record-outcome"]


def test_settling_is_taken_back_within_the_day(office: Office) -> None:
    accepted(office)
    (row,) = office.obligations()
    with office.running.work() as work:
        actions.settle(work, row.id, "Booked on paper.")
    with office.running.work() as work:
        actions.take_back(work, row.id)
    (again,) = office.obligations()
    assert (again.id, again.next_at) == (row.id, row.next_at)
    with office.running.work() as work:
        actions.settle(work, row.id, "Booked on paper.")
    office.wait(days=1)
    with pytest.raises(RuleBroken), office.running.work() as work:
        actions.take_back(work, row.id)
