"""What the events of other services do to the referrals of this one. News is never refused."""

from uuid import UUID

from sqlmodel import SQLModel, col, select

from shared import patients
from shared.discipline.actions.leaving import leave
from shared.discipline.actions.records import mark, write
from shared.discipline.actions.withdrawing import cancel_what_is_planned, end
from shared.discipline.naming import about_referral
from shared.discipline.rules.referral import OPEN
from shared.discipline.tables import Referral, Step
from shared.discipline.wording import REFERRER
from shared.events import (
    ConcernAcknowledged,
    Identity,
    Note,
    ObligationEscalated,
    PatientUpdated,
    ReferralCancelled,
    ReferralClosed,
    ReferralDetails,
    ReferralEvent,
    ReferralFailed,
    ReferralReceived,
    ReferralRequested,
    ReferralResumed,
    ReferralUpdated,
)
from shared.work import Work


def needs(
    event: ReferralEvent | PatientUpdated | ObligationEscalated,
) -> list[tuple[type[SQLModel], UUID]]:
    """The rows that news of a referral, or of who a patient is, are about."""
    if isinstance(event, ObligationEscalated):
        return [(Referral, event.subject)]
    patient = (patients.Patient, event.patient_id)
    return (
        [patient, (Referral, event.referral_id)] if isinstance(event, ReferralEvent) else [patient]
    )


def receive(work: Work, event: ReferralRequested) -> None:
    """Store the referral and say so. It is not acceptance."""
    if work.find(Referral, event.referral_id) is not None:
        return
    identity = work.open(event.identity, Identity, event.patient_id)
    patient = patients.merge(work, event.patient_id, identity)
    referral = _referral(work, event)
    work.add(referral)
    work.session.flush()  # the steps refer to it
    write(work, referral, "requested", by=REFERRER).at = event.requested_at
    write(work, referral, "received", by=f"service:{work.service}")
    work.announce(ReferralReceived(**about_referral(referral)))
    if patient.is_gone:
        leave(work, referral)


def _referral(work: Work, event: ReferralRequested) -> Referral:
    details = work.open(event.details, ReferralDetails, event.patient_id)
    return Referral(
        id=event.referral_id,
        **event.model_dump(
            include={
                "patient_id",
                "requester",
                "performer",
                "requester_member",
                "urgency",
                "reason_code",
                "requested_at",
            }
        ),
        **details.model_dump(),
        received_at=work.now,
        changed_at=work.now,
        changed_by=REFERRER,
    )


def correct(work: Work, event: ReferralUpdated) -> None:
    """The referrer corrected the referral or the patient: the new words replace the old ones."""
    referral = work.find(Referral, event.referral_id)
    if referral is None:
        return
    patients.merge(work, event.patient_id, work.open(event.identity, Identity, event.patient_id))
    details = work.open(event.details, ReferralDetails, event.patient_id)
    referral.sqlmodel_update(
        {**details.model_dump(), "urgency": event.urgency, "reason_code": event.reason_code}
    )
    mark(work, referral, REFERRER)
    write(work, referral, "updated", by=REFERRER)


def take_answer(work: Work, event: ReferralResumed) -> None:
    """The referrer answered: the referral waits for this service again."""
    referral = work.find(Referral, event.referral_id)
    if referral is None:
        return
    answer = work.open(event.answer, Note, event.patient_id).text
    referral.hold_answer = answer
    if referral.status == "on-hold":
        referral.status = "received"
    mark(work, referral, REFERRER)
    write(work, referral, "answered", by=REFERRER, note=answer)


def take_back(work: Work, event: ReferralCancelled) -> None:
    """The referrer withdrew it: what is planned is cancelled; what was done stays."""
    referral = work.find(Referral, event.referral_id)
    if referral is None:
        return
    note = work.open(event.note, Note, event.patient_id).text if event.note else ""
    if referral.status in OPEN:
        end(work, referral, REFERRER, note)
    else:
        cancel_what_is_planned(work, referral)
        write(work, referral, "withdrawn-too-late", by=REFERRER, note=note)


def fail(work: Work, event: ObligationEscalated) -> None:
    """Nobody answered after the whole ladder: hand the referral back, never close it silently."""
    referral = work.find(Referral, event.subject)
    if referral is None or referral.status != "received":
        return
    referral.status = "failed"
    mark(work, referral)
    write(work, referral, "handed-back", by=f"service:{work.service}")
    work.announce(ReferralFailed(**about_referral(referral)))


def noted(work: Work, event: ReferralClosed) -> None:
    """The referrer took note of what this service answered."""
    referral = work.find(Referral, event.referral_id)
    if referral is not None:
        write(work, referral, "noted", by=REFERRER)


def acknowledged(work: Work, event: ConcernAcknowledged) -> None:
    """Somebody read the concern that was raised here, and says what is done about it."""
    raised = work.first(
        select(Step).where(
            col(Step.subject) == event.concern_id, col(Step.what) == "concern-raised"
        )
    )
    if raised is None:
        return
    note = work.open(event.note, Note, event.patient_id).text
    by = f"service:{event.addressed_to}"
    referral = work.get(Referral, raised.referral_id)
    write(work, referral, "concern-acknowledged", subject=event.concern_id, by=by, note=note)
