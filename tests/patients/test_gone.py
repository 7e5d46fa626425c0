"""A patient dies or is transferred: what is planned ends by rule, and what must be known stays."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import col, select

from services.pain_physician.tables import SentReferral
from services.rtms_unit.actions import adverse_events, deciding, stopping
from services.rtms_unit.reading.gates import open_gates
from services.rtms_unit.rules.effects import Noticed
from services.rtms_unit.tables import Course
from shared.discipline import actions as unit
from shared.discipline.tables import CareSession, FollowUp, Referral
from shared.errors import RuleBroken
from shared.events import PatientUpdated
from shared.patients import Patient, identity_of, read
from tests.clinic import Clinic
from tests.discipline.unit import words
from tests.patients.gone import WEDNESDAY, Life, Status, obligations, owed, stand
from tests.referring import announced, refer, refer_from_outside, register, say, stored
from tests.rtms_unit.planner import session

UNITS = ("rtms_unit", "psychologist", "psychophysical_therapist")
STARTED = [("record-outcome", "rtms_unit")] * 2
"""The sessions of Tuesday and Wednesday began, and nobody has said what became of them."""


@pytest.mark.parametrize("status", ["deceased", "transferred"])
def test_what_is_planned_ends_in_every_unit(clinic: Clinic, status: Status) -> None:
    life = Life(clinic)
    stand(clinic, life.patient, status)
    with clinic.look("rtms_unit") as work:
        [course] = work.all(select(Course))
        sessions = work.all(select(CareSession).order_by(col(CareSession.starts_at)))
        follow_ups = work.all(select(FollowUp))
    assert (course.status, course.reason_code) == ("revoked", f"patient-{status}")
    assert [each.status for each in sessions[:2]] == ["booked", "booked"]
    assert {(s.status, s.reason_code) for s in sessions[2:]} == {("cancelled", f"patient-{status}")}
    assert {(f.status, f.reason_code) for f in follow_ups} == {("cancelled", f"patient-{status}")}
    for sent in (life.stimulation, life.talks, life.relaxing):
        assert stored(clinic, sent).status == "cancelled"
    for service in UNITS:
        assert "referral.cancelled" in announced(clinic, service)
    with clinic.look("pain_physician") as work:
        assert {sent.status for sent in work.all(select(SentReferral))} == {"cancelled"}
        assert not any(sent.waits for sent in work.all(select(SentReferral)))
    assert life.owed() == STARTED
    assert clinic.verify() == []


def test_what_lies_after_the_day_of_death_did_not_take_place(clinic: Clinic) -> None:
    life = Life(clinic)
    stand(clinic, life.patient, on=date(2026, 11, 24))
    with clinic.look("rtms_unit") as work:
        sessions = work.all(select(CareSession).order_by(col(CareSession.starts_at)))
    assert [each.status for each in sessions[:3]] == ["booked", "cancelled", "cancelled"]
    assert life.owed() == STARTED[:1]


def test_what_took_place_can_still_be_recorded(clinic: Clinic) -> None:
    life = Life(clinic)
    first = session(clinic, life.course, 1)
    stand(clinic, life.patient)
    with clinic.work("rtms_unit", clinic.operator) as work:
        unit.miss(work, first, "illness")
    assert life.owed() == STARTED[:1]


def test_a_correction_books_nothing_and_what_is_owed_is_derived_anew(clinic: Clinic) -> None:
    life = Life(clinic)
    with clinic.work("rtms_unit", clinic.operator) as work:
        referral = work.get(Referral, life.stimulation.id)
        stopping.stop(work, referral, "seizure", note="In the night.")
    assert ("decide-at-gate", "pain_physician") in life.owed()
    stand(clinic, life.patient)
    assert life.owed() == STARTED
    with clinic.look("rtms_unit") as work:
        assert open_gates(work) == []
    stand(clinic, life.patient, "active", reason="It was another patient.")
    assert life.owed() == [("decide-at-gate", "pain_physician"), *STARTED]
    with clinic.look("rtms_unit") as work:
        assert [gate.gate for gate in open_gates(work)] == ["stop"]
        assert {s.status for s in work.all(select(CareSession))} == {"booked", "cancelled"}
    again = refer(clinic, "psychologist", life.patient)
    assert stored(clinic, again).status == "received"


def test_a_harm_a_worry_and_a_report_are_still_owed(clinic: Clinic) -> None:
    life = Life(clinic)
    with clinic.work("rtms_unit", clinic.operator) as work:
        harm = Noticed("headache", "moderate", "possible", "none")
        adverse_events.report(work, life.stimulation.id, harm)
    with clinic.work("psychologist", clinic.psychologist) as work:
        unit.raise_concern(work, life.talks.id, "The patient speaks of giving up.")
        unit.accept(work, life.talks.id)
        unit.complete(work, life.talks.id, "advice-given")
    stand(clinic, life.patient)
    assert life.owed() == [
        ("acknowledge-adverse-event", "pain_physician"),
        ("acknowledge-concern", "pain_physician"),
        *STARTED,
        ("report-back", "psychologist"),
    ]
    with clinic.work("psychologist", clinic.psychologist) as work:
        unit.send_report(work, life.talks.id, "Three talks; the patient has died.")
    assert ("read-report", "pain_physician") in life.owed()


def test_whoever_sent_the_patient_from_outside_is_told(clinic: Clinic) -> None:
    sent = refer_from_outside(clinic)
    stand(clinic, sent.patient_id)
    assert stored(clinic, sent).status == "failed"
    assert owed(clinic, sent.patient_id) == [("decide-next-step", "pain_physician")]
    with clinic.work("pain_physician", clinic.physician) as work:
        unit.tell_referrer(work, sent.id)
    assert owed(clinic, sent.patient_id) == []


def test_a_referral_that_comes_too_late_is_not_stuck(clinic: Clinic) -> None:
    """One that crossed with the news: it is stored, ended by rule, and its sender is told."""
    patient = register(clinic)
    stand(clinic, patient)
    late = refer_from_outside(clinic, patient)
    assert stored(clinic, late).status == "failed"
    assert owed(clinic, patient) == [("decide-next-step", "pain_physician")]
    clinic.wait(days=30)
    assert owed(clinic, patient) == [("decide-next-step", "pain_physician")]


def test_an_answer_that_crossed_with_the_news_owes_nothing(clinic: Clinic) -> None:
    life = Life(clinic)
    with clinic.team["psychologist"].work(
        viewer=clinic.viewer("psychologist", clinic.psychologist)
    ) as work:
        unit.decline(work, life.talks.id, "capacity", "back-to-referrer")
    stand(clinic, life.patient)
    with clinic.look("pain_physician") as work:
        sent = work.get(SentReferral, life.talks.id)
    assert (sent.status, sent.waits) == ("rejected", False)
    assert life.owed() == STARTED


def test_nothing_new_is_planned_for_who_is_gone(clinic: Clinic) -> None:
    life = Life(clinic)
    with clinic.work("psychologist", clinic.psychologist) as work:
        unit.accept(work, life.talks.id)
        unit.complete(work, life.talks.id, "goals-met", "All is well.")
    stand(clinic, life.patient, on=WEDNESDAY)
    said = "The patient died on 25 Nov 2026: nothing new is planned."
    tomorrow = clinic.now + timedelta(days=1)
    with pytest.raises(RuleBroken, match=said):
        refer(clinic, "psychologist", life.patient)
    for deed in (
        lambda work: unit.book(work, life.talks.id, tomorrow, 30),
        lambda work: unit.accept(work, life.talks.id),
        lambda work: unit.plan_follow_up(work, life.talks.id, "month-1", tomorrow.date()),
    ):
        with (
            pytest.raises(RuleBroken, match=said),
            clinic.work("psychologist", clinic.psychologist) as work,
        ):
            deed(work)
    first = session(clinic, life.course, 1)
    with (
        pytest.raises(RuleBroken, match="belongs to a course"),
        clinic.work("rtms_unit", clinic.operator) as work,
    ):
        unit.move(work, first, tomorrow)


def test_a_session_that_nobody_recorded_is_not_moved_into_the_future(clinic: Clinic) -> None:
    sent = refer(clinic, "psychologist")
    with clinic.work("psychologist", clinic.psychologist) as work:
        unit.accept(work, sent.id)
        booked = unit.book(work, sent.id, clinic.now + timedelta(hours=1), 30).id
    clinic.wait(hours=3)
    stand(clinic, sent.patient_id)
    with (
        pytest.raises(RuleBroken, match="The patient died on"),
        clinic.work("psychologist", clinic.psychologist) as work,
    ):
        unit.move(work, booked, clinic.now + timedelta(days=1))


def test_mails_stop_at_once(clinic: Clinic) -> None:
    life = Life(clinic)
    stand(clinic, life.patient)
    with clinic.work("rtms_unit", clinic.operator) as work:
        for number in (1, 2):
            unit.miss(work, session(clinic, life.course, number), "illness")
    assert life.owed() == []
    clinic.wait(days=1)
    before = len(clinic.mailer.sent)
    for _ in range(30):
        clinic.wait(days=7)
    assert len(clinic.mailer.sent) == before


def test_every_service_that_knows_the_patient_shows_it(clinic: Clinic) -> None:
    life = Life(clinic)
    stand(clinic, life.patient, "transferred", on=date(2026, 11, 24))
    pages = {
        f"/pain_physician/patients/{life.patient}": clinic.physician,
        f"/rtms_unit/referrals/{life.stimulation.id}": clinic.operator,
        f"/rtms_unit/courses/{life.course}": clinic.operator,
        life.talks.url: clinic.psychologist,
        f"/coordinator/patients/{life.patient}": clinic.coordinator,
    }
    [obligation, *_] = obligations(clinic, life.patient)
    pages[f"/coordinator/obligations/{obligation}"] = clinic.coordinator
    for address, member in pages.items():
        page = clinic.http(member).get(address)
        assert page.status_code == 200, address
        assert "transferred on Tue 24 Nov" in words(page.text), address


def test_news_of_a_patient_whom_a_unit_does_not_know_is_none_of_its_business(
    clinic: Clinic,
) -> None:
    patient = register(clinic)
    stand(clinic, patient)
    with clinic.look("rtms_unit") as work:
        assert work.find(Patient, patient) is None


def test_a_correction_of_the_address_does_not_wake_the_dead(clinic: Clinic) -> None:
    life = Life(clinic)
    stand(clinic, life.patient)
    browser = clinic.http(clinic.physician)
    address = f"/pain_physician/api/patients/{life.patient}"
    known = browser.get(address).json()["patient"]
    person = {k: known["identity"][k] for k in ("family", "given", "birth_date", "sex")}
    changed = {**person, "address": "3 rue Haute", "version": known["version"]}
    assert browser.put(address, json=changed).status_code == 200
    clinic.settle()
    for service in (*UNITS, "coordinator"):
        with clinic.look(service) as work:
            patient = work.get(Patient, life.patient)
            assert (patient.status, patient.address) == ("deceased", "3 rue Haute")


def test_a_release_that_does_not_know_of_it_keeps_everybody_alive(clinic: Clinic) -> None:
    sent = refer(clinic)
    with clinic.look("pain_physician") as work:
        identity = work.seal(identity_of(read(work, sent.patient_id)), sent.patient_id)
    old: dict[str, Any] = {"patient_id": sent.patient_id, "identity": identity}
    say(clinic, "pain_physician", PatientUpdated(**old))
    assert stored(clinic, sent).status == "received"


def test_a_decision_about_a_stop_after_the_death_changes_nothing_here(clinic: Clinic) -> None:
    """Somebody decides although nobody is asked any more: it is kept, and nothing goes on."""
    life = Life(clinic)
    supervisor = clinic.join("Dr Malik Roussel", roles=["physician"], units=["rtms_unit"])
    clinic.settle()
    with clinic.work("rtms_unit", clinic.operator) as work:
        gate = stopping.stop(work, work.get(Referral, life.stimulation.id), "seizure").id
    stand(clinic, life.patient)
    with clinic.work("rtms_unit", supervisor) as work:
        deciding.release(work, gate, "Weighed before the news came.")
    with clinic.look("rtms_unit") as work:
        [course] = work.all(select(Course))
    assert course.status == "revoked"
    assert life.owed() == STARTED
