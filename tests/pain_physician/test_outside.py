"""Referrals that come from outside: the patient becomes one of the centre, and stays the same."""

from datetime import date
from uuid import UUID

from services.pain_physician import actions, forms
from services.pain_physician.reading.record import record
from shared.discipline import actions as discipline
from shared.events import (
    OUTSIDE,
    Identifier,
    Identity,
    ReferralDetails,
    ReferralRequested,
    ReferralUpdated,
)
from shared.identifiers import new_id
from shared.patients import Patient, read
from tests.clinic import Clinic
from tests.pain_physician.hands import API, HELENE, ok, registered

JULIE = Identity(
    family="Jones",
    given="Julie",
    birth_date=date(1959, 5, 4),
    phone="07 00",
    identifiers=(Identifier(system="urn:nhs", value="3478526985"),),
)
WORDS = ReferralDetails(question="Neuropathic pain?", referrer="Dr A. Baker, Overtown")


def arrives(clinic: Clinic, patient_id: UUID, identity: Identity = JULIE) -> UUID:
    """The id of a referral that another organisation sent."""
    referral_id = new_id()
    with clinic.work("interop") as work:
        work.announce(
            ReferralRequested(
                patient_id=patient_id,
                referral_id=referral_id,
                requester=OUTSIDE,
                performer=work.directory.front_door().name,
                requested_at=work.now,
                identity=work.seal(identity, patient_id),
                details=work.seal(WORDS, patient_id),
            )
        )
    return referral_id


def updated(clinic: Clinic, patient_id: UUID, referral_id: UUID, identity: Identity) -> None:
    with clinic.work("interop") as work:
        work.announce(
            ReferralUpdated(
                patient_id=patient_id,
                referral_id=referral_id,
                requester=OUTSIDE,
                performer=work.directory.front_door().name,
                identity=work.seal(identity, patient_id),
                details=work.seal(WORDS, patient_id),
            )
        )


def known(clinic: Clinic, patient_id: UUID, service: str = "pain_physician") -> Patient:
    with clinic.look(service) as work:
        return read(work, patient_id)


def test_an_unknown_patient_gets_a_number_and_everybody_may_know(clinic: Clinic) -> None:
    patient_id = new_id()
    arrives(clinic, patient_id)
    patient = known(clinic, patient_id)
    assert (patient.family, patient.number) == ("Jones", "250 001")
    assert known(clinic, patient_id, "coordinator").number == "250 001"


def test_a_second_referral_makes_no_second_patient(clinic: Clinic) -> None:
    patient_id = new_id()
    arrives(clinic, patient_id)
    arrives(clinic, patient_id)
    patient = known(clinic, patient_id)
    assert (patient.number, patient.version) == ("250 001", 2)
    assert ok(clinic.http(clinic.physician).post(f"{API}/patients/search", json={})) != []


def test_an_update_corrects_and_takes_nothing_away(clinic: Clinic) -> None:
    patient_id = new_id()
    referral_id = arrives(clinic, patient_id)
    said = Identity(family="Jones-Grayson", given="Julie", birth_date=JULIE.birth_date)
    updated(clinic, patient_id, referral_id, said)
    for service in ("pain_physician", "coordinator"):
        patient = known(clinic, patient_id, service)
        assert (patient.family, patient.phone) == ("Jones-Grayson", "07 00")
        assert (patient.number, len(patient.identifiers)) == ("250 001", 1)


def test_the_story_holds_what_happened_to_the_referral(clinic: Clinic) -> None:
    patient_id = new_id()
    referral_id = arrives(clinic, patient_id)
    with clinic.work("pain_physician", clinic.physician) as work:
        discipline.accept(work, referral_id)
    with clinic.look("pain_physician") as work:
        told = {(line.line.sentence, line.who) for line in record(work, patient_id).story}
    assert ("%(who)s accepted it.", "Dr Élise Caradec") in told
    assert ("%(who)s asked for it.", "Dr A. Baker, Overtown") in told


def test_somebody_registered_by_hand_is_shown_as_perhaps_the_same(clinic: Clinic) -> None:
    by_hand = registered(clinic.http(clinic.physician))
    patient_id = new_id()
    same = Identity(
        family="lefevre", given="Helene", birth_date=date.fromisoformat(HELENE["birth_date"])
    )
    arrives(clinic, patient_id, same)
    with clinic.look("pain_physician") as work:
        assert [str(other.id) for other in record(work, patient_id).alike] == [by_hand]


def test_a_concern_about_such_a_patient_comes_back_to_this_unit(clinic: Clinic) -> None:
    referral_id = arrives(clinic, new_id())
    with clinic.work("pain_physician", clinic.physician) as work:
        concern_id = discipline.raise_concern(work, referral_id, "She sounds desperate.")
    browser = clinic.http(clinic.physician)
    waiting = ok(browser.get(f"{API}/waiting"))["concerns"]
    assert [concern["note"] for concern in waiting] == ["She sounds desperate."]
    with clinic.work("pain_physician", clinic.physician) as work:
        actions.acknowledge(work, concern_id, forms.Acknowledge(what_is_done="I called her."))
    assert ok(browser.get(f"{API}/waiting"))["concerns"] == []
    done = ok(browser.get(f"{API}/concerns/{concern_id}"))
    assert done["what_is_done"] == "I called her."
