"""A unit answers: it accepts, declines or asks, and everybody sees who did what when."""

import pytest
from sqlmodel import col, select

from shared.discipline import actions
from shared.discipline.tables import Referral, Step
from shared.errors import Invalid, NotAllowed, RuleBroken
from shared.events import ObligationEscalated, PatientUpdated
from shared.identifiers import new_id
from shared.patients import Patient, identity_of
from tests.clinic import Clinic
from tests.referring import (
    QUESTION,
    announced,
    cancelled_outside,
    refer,
    refer_from_outside,
    register,
    say,
    stored,
    withdraw,
)


def steps(clinic: Clinic, service: str) -> list[str]:
    with clinic.look(service) as work:
        found = work.all(select(Step).order_by(col(Step.at), col(Step.id)))
        return [step.what for step in found]


def test_a_referral_is_received_by_itself_with_its_patient_and_its_words(clinic: Clinic) -> None:
    sent = refer(clinic, reason="No sleep", tried="Amitriptyline", urgency="urgent")
    referral = stored(clinic, sent)
    assert (referral.status, referral.urgency) == ("received", "urgent")
    assert (referral.question, referral.reason, referral.tried) == (
        QUESTION,
        "No sleep",
        "Amitriptyline",
    )
    assert referral.referrer == "Dr Élise Caradec"
    assert referral.received_at == clinic.now
    with clinic.look("rtms_unit") as work:
        assert work.get(Patient, sent.patient_id).family == "Lefèvre"
    assert announced(clinic, "rtms_unit") == ["referral.received"]
    assert steps(clinic, "rtms_unit") == ["requested", "received"]


def test_only_the_service_that_is_asked_keeps_it(clinic: Clinic) -> None:
    sent = refer(clinic)
    with clinic.look("psychologist") as work:
        assert work.find(Referral, sent.id) is None
        assert work.find(Patient, sent.patient_id) is None


def test_accepting_tells_the_others(clinic: Clinic) -> None:
    sent = refer(clinic)
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.accept(work, sent.id, "Gladly.")
    referral = stored(clinic, sent)
    assert (referral.status, referral.answered_at) == ("accepted", clinic.now)
    assert referral.changed_by == f"member:{clinic.operator}"
    assert announced(clinic, "rtms_unit")[-2:] == ["referral.accepted", "gate.closed"]


@pytest.mark.parametrize("answer", ["accept", "decline", "ask"])
def test_a_second_answer_is_refused_with_the_name_of_the_first(clinic: Clinic, answer: str) -> None:
    sent = refer(clinic)
    calls = {
        "accept": lambda work: actions.accept(work, sent.id),
        "decline": lambda work: actions.decline(work, sent.id, "not-indicated", "back-to-referrer"),
        "ask": lambda work: actions.ask(work, sent.id, "Since when?"),
    }
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.accept(work, sent.id)
    clinic.wait(days=1)
    with clinic.work("rtms_unit", clinic.operator) as work, pytest.raises(RuleBroken) as refused:
        calls[answer](work)
    assert str(refused.value) == "Tomas Hartl accepted it on Mon 23 Nov 09:00."
    assert announced(clinic, "rtms_unit").count("referral.accepted") == 1


def test_a_decline_carries_reason_and_next_step(clinic: Clinic) -> None:
    sent = refer(clinic)
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.decline(
            work, sent.id, "other-service-better", "refer-onward", "psychologist", "Mood first."
        )
    referral = stored(clinic, sent)
    assert referral.status == "rejected"
    assert (referral.decline_reason, referral.next_step) == ("other-service-better", "refer-onward")
    assert referral.onward_to == "psychologist"


@pytest.mark.parametrize(
    ("reason", "step", "onward_to", "field"),
    [
        ("bad-mood", "back-to-referrer", "", "reason_code"),
        ("capacity", "nowhere", "", "next_step"),
        ("capacity", "refer-onward", "", "onward_to"),
        ("capacity", "refer-onward", "rtms_unit", "onward_to"),
        ("capacity", "refer-onward", "pain_physician", "onward_to"),
        ("capacity", "refer-onward", "coordinator", "onward_to"),
        ("capacity", "refer-again-when", "", "note"),
    ],
)
def test_a_decline_that_leaves_the_patient_nowhere_is_refused(
    clinic: Clinic, reason: str, step: str, onward_to: str, field: str
) -> None:
    sent = refer(clinic)
    with clinic.work("rtms_unit", clinic.operator) as work, pytest.raises(Invalid) as refused:
        actions.decline(work, sent.id, reason, step, onward_to)
    assert refused.value.field == field
    assert stored(clinic, sent).status == "received"


def test_a_question_puts_it_on_hold_and_only_the_referrer_of_the_team_answers(
    clinic: Clinic,
) -> None:
    sent = refer(clinic)
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.ask(work, sent.id, "Any metal in the head?")
    assert stored(clinic, sent).status == "on-hold"
    with clinic.work("rtms_unit", clinic.operator) as work, pytest.raises(RuleBroken):
        actions.resume(work, sent.id, "No.")
    physician = clinic.http(clinic.physician)
    answer = {"answer": "None, the X-ray is clear."}
    assert physician.post(f"/pain_physician/sent/{sent.id}/answer", data=answer).status_code == 303
    clinic.settle()
    referral = stored(clinic, sent)
    assert (referral.status, referral.hold_answer) == ("received", "None, the X-ray is clear.")
    assert steps(clinic, "rtms_unit") == ["requested", "received", "asked", "answered"]


def test_nobody_else_answers_for_a_unit(clinic: Clinic) -> None:
    sent = refer(clinic)
    for stranger in (clinic.psychologist, clinic.coordinator, clinic.physician):
        with clinic.work("rtms_unit", stranger) as work, pytest.raises(NotAllowed):
            actions.accept(work, sent.id)
    assert stored(clinic, sent).status == "received"


def test_an_old_page_does_not_overwrite_what_is_new(clinic: Clinic) -> None:
    sent = refer(clinic)
    colleague = clinic.join("Lea Sommer", roles=["rtms_operator"], units=["rtms_unit"])
    clinic.settle()
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.accept(work, sent.id, version=1)
    with clinic.work("rtms_unit", colleague) as work, pytest.raises(RuleBroken) as refused:
        actions.complete(work, sent.id, "advice-given", version=1)
    assert "Tomas Hartl changed this on Mon 23 Nov 09:00" in str(refused.value)
    assert stored(clinic, sent).status == "accepted"


def test_after_the_whole_ladder_it_is_handed_back(clinic: Clinic) -> None:
    sent = refer(clinic)
    event = ObligationEscalated(
        patient_id=sent.patient_id,
        obligation_id=new_id(),
        what="answer-referral",
        debtor="rtms_unit",
        creditor="pain_physician",
        subject=sent.id,
        referral_id=sent.id,
        step="chase",
        due_at=clinic.now,
    )
    say(clinic, "coordinator", event)
    assert stored(clinic, sent).status == "received"
    say(clinic, "coordinator", event.model_copy(update={"step": "hand-back"}))
    assert stored(clinic, sent).status == "failed"
    assert announced(clinic, "rtms_unit")[-1] == "referral.failed"
    with clinic.work("rtms_unit", clinic.operator) as work, pytest.raises(RuleBroken) as refused:
        actions.accept(work, sent.id)
    assert "handed back to the referrer on Mon 23 Nov 09:00" in str(refused.value)


def test_an_answer_in_time_is_never_handed_back(clinic: Clinic) -> None:
    sent = refer(clinic)
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.accept(work, sent.id)
    event = ObligationEscalated(
        patient_id=sent.patient_id,
        obligation_id=new_id(),
        what="answer-referral",
        debtor="rtms_unit",
        creditor="pain_physician",
        subject=sent.id,
        step="hand-back",
        due_at=clinic.now,
    )
    say(clinic, "coordinator", event)
    assert stored(clinic, sent).status == "accepted"


def test_the_referrer_takes_it_back(clinic: Clinic) -> None:
    sent = refer(clinic)
    withdraw(clinic, sent, "The patient moved away.")
    referral = stored(clinic, sent)
    assert (referral.status, referral.cancelled_at) == ("cancelled", clinic.now)
    with clinic.work("rtms_unit", clinic.operator) as work, pytest.raises(RuleBroken) as refused:
        actions.accept(work, sent.id)
    assert str(refused.value) == "Dr Élise Caradec withdrew it on Mon 23 Nov 09:00."


def test_a_correction_of_the_patient_reaches_those_who_know_him(clinic: Clinic) -> None:
    sent, other = refer(clinic), register(clinic, "Martin", "Luc")
    with clinic.look("pain_physician") as work:
        patient = work.get(Patient, sent.patient_id)
        identity = identity_of(patient).model_copy(update={"family": "Lefèvre-Roux"})
        events = [
            PatientUpdated(patient_id=key, identity=work.seal(identity, key))
            for key in (sent.patient_id, other)
        ]
    for event in events:
        say(clinic, "pain_physician", event)
    with clinic.look("rtms_unit") as work:
        assert work.get(Patient, sent.patient_id).family == "Lefèvre-Roux"
        assert work.find(Patient, other) is None


class TestFromOutside:
    """A referrer who is not in the team is spoken for by the service that was asked."""

    def test_the_unit_writes_down_what_the_referrer_says(self, clinic: Clinic) -> None:
        sent = refer_from_outside(clinic)
        with clinic.work(sent.performer, clinic.physician) as work:
            actions.ask(work, sent.id, "Which medicines?")
            actions.resume(work, sent.id, "Pregabalin 300 mg.")
        referral = stored(clinic, sent)
        assert (referral.status, referral.hold_answer) == ("received", "Pregabalin 300 mg.")
        assert announced(clinic, sent.performer)[-2:] == ["referral.held", "referral.resumed"]

    def test_the_referrer_hears_of_a_decline_once(self, clinic: Clinic) -> None:
        sent = refer_from_outside(clinic)
        with clinic.work(sent.performer, clinic.physician) as work:
            actions.decline(work, sent.id, "capacity", "back-to-referrer")
            actions.tell_referrer(work, sent.id)
            with pytest.raises(RuleBroken, match="told the outside referrer"):
                actions.tell_referrer(work, sent.id)
        assert announced(clinic, sent.performer)[-2:] == ["referral.rejected", "referral.closed"]

    def test_the_unit_withdraws_in_the_referrers_name(self, clinic: Clinic) -> None:
        sent = refer_from_outside(clinic)
        with clinic.work(sent.performer, clinic.physician) as work:
            actions.withdraw(work, sent.id, "patient-declined", "By telephone.")
        assert stored(clinic, sent).status == "cancelled"
        assert announced(clinic, sent.performer)[-1] == "referral.cancelled"

    def test_a_message_that_revokes_cancels(self, clinic: Clinic) -> None:
        sent = refer_from_outside(clinic)
        say(clinic, "interop", cancelled_outside(clinic, sent, "entered-in-error"))
        assert stored(clinic, sent).status == "cancelled"

    def test_a_referral_of_the_team_is_not_spoken_for(self, clinic: Clinic) -> None:
        sent = refer(clinic)
        with clinic.work("rtms_unit", clinic.operator) as work:
            with pytest.raises(RuleBroken):
                actions.withdraw(work, sent.id, "withdrawn")
            actions.decline(work, sent.id, "capacity", "back-to-referrer")
            with pytest.raises(RuleBroken):
                actions.tell_referrer(work, sent.id)
