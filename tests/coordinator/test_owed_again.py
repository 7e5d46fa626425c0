"""What was settled, paused or replaced is still owed when it turns out to be another thing."""

from datetime import timedelta

from services.coordinator import actions
from shared.events import (
    ReferralCompleted,
    ReferralHeld,
    ReferralResumed,
    ReferralUpdated,
    ReportSent,
    SessionMoved,
)
from tests.coordinator.office import ASKER, MONDAY, Office, referral
from tests.coordinator.test_obligations import accepted, book, requested


def test_what_was_settled_for_one_day_is_owed_again_for_another(office: Office) -> None:
    one = book(office, accepted(office))
    (row,) = office.obligations()
    with office.running.work() as work:
        actions.settle(work, row.id, "Entered twice.")
    assert office.owed() == []
    was_at, starts_at = MONDAY + timedelta(hours=2), MONDAY + timedelta(days=2)
    office.hear(SessionMoved(**one, starts_at=starts_at, minutes=30, was_at=was_at))
    (again,) = office.obligations()
    assert (again.what, again.due_at) == ("record-outcome", starts_at + timedelta(minutes=30))


def test_a_referral_that_becomes_urgent_on_hold_is_urgent_when_it_goes_on(office: Office) -> None:
    names = requested(office)
    office.hear(ReferralHeld(**names, question=office.note("Metal?", names["patient_id"])))
    said = office.request(names)
    urgent = ReferralUpdated(
        **names, urgency="urgent", reason_code="", identity=said.identity, details=said.details
    )
    office.hear(urgent, source=ASKER)
    office.clock.move(minutes=1)
    answer = office.note("None.", names["patient_id"])
    office.hear(ReferralResumed(**names, answer=answer), source=ASKER)
    assert [(row.what, row.urgent) for row in office.obligations()] == [("answer-referral", True)]


def test_a_report_that_comes_after_the_next_question_must_still_be_read(office: Office) -> None:
    names = accepted(office)
    office.hear(ReferralCompleted(**names, outcome_code="advice-given"))
    next_one = {**referral(), "patient_id": names["patient_id"]}
    next_question = office.request(next_one, replaces=names["referral_id"])
    office.hear(next_question, source=ASKER)
    report = office.note("Advice was given.", names["patient_id"])
    office.hear(ReportSent(**names, report=report))
    assert "read-report" in office.owed()
