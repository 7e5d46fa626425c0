"""Patients on their way: referred by the physician to a unit, or from outside to the centre."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.pain_physician import actions as physician
from services.pain_physician import forms
from shared.discipline.tables import Referral
from shared.events import (
    OUTSIDE,
    Event,
    Identity,
    Note,
    ReferralCancelled,
    ReferralDetails,
    ReferralRequested,
)
from shared.identifiers import new_id
from tests.clinic import Clinic

QUESTION = "Could stimulation help against the burning in the left hand?"


@dataclass(frozen=True)
class Referred:
    """A referral that has arrived at the service that shall answer it."""

    patient_id: UUID
    id: UUID
    performer: str

    @property
    def url(self) -> str:
        return f"/{self.performer}/referrals/{self.id}"

    @property
    def api(self) -> str:
        return f"/{self.performer}/api/referrals/{self.id}"


def register(clinic: Clinic, family: str = "Lefèvre", given: str = "Hélène") -> UUID:
    """A new patient of the pain physician."""
    entry = forms.Register(family=family, given=given, birth_date=date(1958, 9, 3), sex="female")
    with clinic.work("pain_physician", clinic.physician) as work:
        return physician.register(work, entry).id


def refer(
    clinic: Clinic, performer: str = "rtms_unit", patient_id: UUID | None = None, **more: Any
) -> Referred:
    """The pain physician puts one question to one service."""
    patient_id = patient_id or register(clinic)
    entry = forms.Refer(performer=performer, question=QUESTION, **more)
    with clinic.work("pain_physician", clinic.physician) as work:
        sent = physician.refer(work, patient_id, entry)
    clinic.settle()
    return Referred(patient_id, sent.id, performer)


def refer_from_outside(clinic: Clinic, patient_id: UUID | None = None, **more: Any) -> Referred:
    """A hospital asks the centre; its message was understood and became an event."""
    patient_id, referral_id = patient_id or new_id(), new_id()
    front_door = clinic.team.directory.front_door().name
    with clinic.work("interop") as work:
        identity = Identity(family="Adeyemi", given="Tunde", birth_date=date(1971, 2, 28))
        details = ReferralDetails(question="Please take over.", referrer="Hôpital Saint-Luc")
        work.announce(
            ReferralRequested(
                patient_id=patient_id,
                referral_id=referral_id,
                requester=OUTSIDE,
                performer=front_door,
                requested_at=work.now,
                identity=work.seal(identity, patient_id),
                details=work.seal(details, patient_id),
                **more,
            )
        )
    clinic.settle()
    return Referred(patient_id, referral_id, front_door)


def withdraw(clinic: Clinic, referred: Referred, note: str = "") -> None:
    """The pain physician takes a referral back."""
    entry = forms.Cancel(reason_code="withdrawn", note=note)
    with clinic.work("pain_physician", clinic.physician) as work:
        physician.cancel(work, referred.id, entry)
    clinic.settle()


def say(clinic: Clinic, service: str, event: Event) -> None:
    """A service announces something, and everybody hears it."""
    with clinic.work(service) as work:
        work.announce(event)
    clinic.settle()


def cancelled_outside(clinic: Clinic, referred: Referred, reason_code: str) -> ReferralCancelled:
    """The message of the hospital that takes its referral back."""
    with clinic.look("interop") as work:
        note = work.seal(Note(text="A mistake."), referred.patient_id)
    return ReferralCancelled(
        patient_id=referred.patient_id,
        referral_id=referred.id,
        requester=OUTSIDE,
        performer=referred.performer,
        reason_code=reason_code,
        note=note,
    )


def stored(clinic: Clinic, referred: Referred) -> Referral:
    """The referral as the performing service keeps it."""
    with clinic.look(referred.performer) as work:
        return work.get(Referral, referred.id)


def announced(clinic: Clinic, service: str) -> list[str]:
    """The kinds of what a service has said so far, in order."""
    with clinic.team[service].reader.connect() as connection:
        rows = connection.exec_driver_sql("select kind from event order by id")
        return [kind for (kind,) in rows]
