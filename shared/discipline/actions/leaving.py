"""A patient died or was transferred: what is planned here ends by rule, and the others hear it."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from shared import patients
from shared.discipline.actions.withdrawing import (
    cancel_what_is_planned,
    end_by_rule,
    now_and_locked,
)
from shared.discipline.rules.referral import OPEN
from shared.discipline.tables import CareSession, Referral
from shared.events import Identity, PatientUpdated
from shared.patients import Patient, Standing, why_gone
from shared.work import Work

TO_COME = ("booked", "arrived")


def hear(work: Work, event: PatientUpdated) -> None:
    """Keep who and how a patient of this service is; of one who is gone, everything ends."""
    if work.find(Patient, event.patient_id) is None:
        return
    hold(work, event.patient_id)
    identity = work.open(event.identity, Identity, event.patient_id)
    patient = patients.store(work, event.patient_id, identity)
    patients.set_standing(patient, Standing(event.status, event.status_on))
    end_what_is_planned(work, patient)


def hold(work: Work, patient_id: UUID) -> Sequence[Referral]:
    """The referrals of a patient; whoever books or records meanwhile comes before or after.

    Held before the patient is, and with the sessions to come: whoever moves or starts one holds
    it first and the patient then, so that nobody waits in a circle.
    """
    of_patient = select(Referral).where(col(Referral.patient_id) == patient_id)
    referrals = work.all(now_and_locked(of_patient.order_by(col(Referral.id))))
    sessions = select(CareSession).where(
        col(CareSession.patient_id) == patient_id, col(CareSession.status).in_(TO_COME)
    )
    work.all(now_and_locked(sessions.order_by(col(CareSession.id))))
    return referrals


def end_what_is_planned(work: Work, patient: Patient) -> None:
    """Referrals, sessions to come and follow-ups; what took place is still to be recorded."""
    if not patient.is_gone:
        return
    for referral in hold(work, patient.id):
        leave(work, referral)


def leave(work: Work, referral: Referral) -> None:
    """End one referral of a patient who is gone, as far as it has not ended."""
    if referral.status in OPEN:
        end_by_rule(work, referral, why_gone(work.find(Patient, referral.patient_id)))
    else:
        cancel_what_is_planned(work, referral)
