"""News of the house that the exchange must know: who the patients are, what was withdrawn."""

from services.interop import actions
from shared.events import (
    OUTSIDE,
    Identity,
    PatientRegistered,
    PatientUpdated,
    ReferralCancelled,
)
from shared.service import Handlers
from shared.work import Work

handlers = Handlers()


@handlers.on(PatientRegistered)
def learn_patient(event: PatientRegistered, work: Work) -> None:
    actions.learn(work, event.patient_id, work.open(event.identity, Identity, event.patient_id))


@handlers.on(PatientUpdated)
def learn_correction(event: PatientUpdated, work: Work) -> None:
    actions.learn(work, event.patient_id, work.open(event.identity, Identity, event.patient_id))


@handlers.on(ReferralCancelled)
def note_withdrawal(event: ReferralCancelled, work: Work) -> None:
    if event.requester == OUTSIDE:
        actions.note_end(work, event.referral_id)
