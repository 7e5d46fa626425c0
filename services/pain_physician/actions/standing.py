"""A patient died or was transferred: it is said here, and everything that is planned ends."""

from uuid import UUID

from sqlmodel import col, select

from services.pain_physician import forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.actions.referrals import move, refresh
from services.pain_physician.actions.story import tell
from services.pain_physician.rules import referrals as referral_rules
from services.pain_physician.rules import standing as rules
from services.pain_physician.tables import SentReferral, StandingChange
from shared import patients
from shared.discipline import actions as discipline
from shared.errors import NotFound, RuleBroken
from shared.events import (
    OUTSIDE,
    PatientUpdated,
    ReferralCancelled,
    ReferralRequested,
    ReferralUpdated,
)
from shared.i18n import N_
from shared.patients import Patient, Standing, standing_of, why_gone
from shared.patients.gone import DECEASED, GONE
from shared.work import Work

FromReferrer = ReferralRequested | ReferralUpdated | ReferralCancelled


def set_standing(work: Work, patient_id: UUID, entry: forms.Stand) -> Patient:
    """Record it with its reason, or take it back. Nothing that ended is booked again by itself."""
    may_act(work)
    discipline.hold_referrals(work, patient_id)
    patient = work.hold(Patient, patient_id)
    if patient is None:
        raise NotFound
    if entry.version != patient.version:
        raise RuleBroken(
            N_("Somebody changed this record after you opened the page. Please look again."),
        )
    rules.check_change(patient.status, entry.status, entry.on, patient.birth_date, work.today)
    rules.refuse_unsure(entry.sure)
    on = entry.on if entry.status in GONE else None
    _stand(work, patient, Standing(entry.status, on), entry.reason)
    tell(work, patient_id, rules.STORY[entry.status])
    return patient


def hear_of_death(work: Work, event: FromReferrer) -> None:
    """A referrer outside says that the patient has died: it is believed, and can be corrected."""
    patient = work.find(Patient, event.patient_id)
    if event.patient_status != DECEASED or patient is None or patient.status == DECEASED:
        return
    discipline.hold_referrals(work, event.patient_id)
    _stand(work, patient, Standing(DECEASED, event.patient_status_on), "")
    tell(work, patient.id, "deceased-outside", OUTSIDE, event.referral_id)


def changes_of(work: Work, patient_id: UUID) -> list[StandingChange]:
    """What was said of it, the latest first."""
    statement = select(StandingChange).where(col(StandingChange.patient_id) == patient_id)
    latest_first = statement.order_by(col(StandingChange.at).desc(), col(StandingChange.id).desc())
    return list(work.all(latest_first))


def _stand(work: Work, patient: Patient, standing: Standing, reason: str) -> None:
    if not patients.set_standing(patient, standing):
        return
    work.add(
        StandingChange(
            patient_id=patient.id,
            status=standing.status,
            status_on=standing.on,
            reason=reason,
            at=work.said_at,
            by=work.actor,
            person=work.viewer.name if work.viewer else "",
        )
    )
    announce_change(work, patient)
    _end_what_was_sent(work, patient)
    discipline.end_what_is_planned(work, patient)


def announce_change(work: Work, patient: Patient) -> None:
    """Tell every service who and how the patient is.

    As it is now: whoever corrects a name must not bring a patient back who died meanwhile.
    """
    work.hold(Patient, patient.id)
    identity, now = work.seal(patients.identity_of(patient), patient.id), standing_of(patient)
    work.announce(
        PatientUpdated(
            patient_id=patient.id, identity=identity, status=now.status, status_on=now.on
        )
    )


def _end_what_was_sent(work: Work, patient: Patient) -> None:
    """The units end these referrals as well, and say so to everybody else."""
    of_patient = select(SentReferral).where(col(SentReferral.patient_id) == patient.id)
    for sent in work.all(of_patient.order_by(col(SentReferral.id)).with_for_update()):
        if patient.is_gone and sent.status in referral_rules.OPEN:
            sent.cancel_reason = why_gone(patient)
            move(work, sent, referral_rules.CANCELLED)
        refresh(work, sent)
