"""Referring a patient to another service, answering its question, and ending what was asked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.pain_physician import forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.actions.story import tell
from services.pain_physician.rules import referrals as rules
from services.pain_physician.tables import SentReferral
from shared import patients
from shared.access.units import open_units
from shared.errors import Invalid, NotFound, Refused
from shared.events import (
    Note,
    ReferralCancelled,
    ReferralClosed,
    ReferralDetails,
    ReferralRequested,
    ReferralResumed,
)
from shared.i18n import N_
from shared.patients import refuse_gone, why_gone
from shared.patients.tables import Patient
from shared.work import Work


def refer(work: Work, patient_id: UUID, entry: forms.Refer) -> SentReferral:
    """Put one question to one service; with `replaces` it follows a referral that has ended."""
    may_act(work)
    patient = work.hold(Patient, patient_id)
    if patient is None:
        raise NotFound
    refuse_gone(work, patient_id)
    offered = {plate.name for plate in open_units(work)}
    rules.check_request(entry.performer, offered, entry.urgency, entry.reason_code)
    rules.check_not_asked_twice(entry.question, _open_questions(work, patient_id, entry.performer))
    sent = _sent(work, patient_id, entry)
    if entry.replaces is not None:
        _take_place_of(work, entry.replaces, sent)
    work.add(sent)
    work.announce(_request(work, sent, patient))
    tell(work, patient_id, "requested", sent.performer, sent.id)
    return sent


def refer_all(work: Work, patient_id: UUID, entries: Sequence[forms.Refer]) -> None:
    """One referral for each question, all of them or none; a refusal names its service's field."""
    if not entries:
        raise Invalid(N_("Write a question for at least one service."))
    for entry in entries:
        try:
            refer(work, patient_id, entry)
        except Refused as refusal:
            if refusal.field in {"question", "urgency"}:
                refusal.field = f"{refusal.field}-{entry.performer}"
            raise


def answer(work: Work, referral_id: UUID, entry: forms.Answer) -> SentReferral:
    """Answer the question of the service; the referral waits for that service again."""
    sent = _to_change(work, referral_id)
    rules.check_answerable(sent.status)
    sent.hold_answer = entry.answer
    move(work, sent, rules.RECEIVED)
    sealed = work.seal(Note(text=entry.answer), sent.patient_id)
    work.announce(ReferralResumed(**about(work, sent), answer=sealed))
    tell(work, sent.patient_id, "answered", sent.performer, sent.id)
    return sent


def cancel(work: Work, referral_id: UUID, entry: forms.Cancel) -> SentReferral:
    """Withdraw a referral that has not ended."""
    sent = _to_change(work, referral_id)
    rules.check_cancellable(sent.status, entry.reason_code)
    sent.cancel_reason = entry.reason_code
    move(work, sent, rules.CANCELLED)
    note = work.seal(Note(text=entry.note), sent.patient_id) if entry.note else None
    work.announce(ReferralCancelled(**about(work, sent), reason_code=entry.reason_code, note=note))
    tell(work, sent.patient_id, "cancelled", sent.performer, sent.id)
    return sent


def close(work: Work, referral_id: UUID, entry: forms.Close) -> SentReferral:
    """Take note of a decline, a hand-back or a report, and say the next step."""
    sent = _to_change(work, referral_id)
    rules.check_closable(sent.waits, sent.status, entry.next_step)
    _note(work, sent, entry.next_step)
    return sent


def about(work: Work, sent: SentReferral) -> dict[str, Any]:
    """The fields of every event about a referral."""
    return {
        "patient_id": sent.patient_id,
        "referral_id": sent.id,
        "requester": work.service,
        "performer": sent.performer,
    }


def move(work: Work, sent: SentReferral, status: str) -> None:
    """Bring a referral into a state, and see whether it now waits for its sender."""
    if sent.status != status:
        sent.status, sent.changed_at = status, work.said_at
    refresh(work, sent)


def refresh(work: Work, sent: SentReferral) -> None:
    """Say anew whether the next word is its sender's; for who is gone, a report alone is read."""
    report_waits = sent.reported_at is not None and not _noted_since(sent)
    gone = bool(why_gone(work.find(Patient, sent.patient_id)))
    noted = gone or sent.noted_at is not None
    sent.waits = rules.waits_for_sender(sent.status, noted, report_waits)


def _noted_since(sent: SentReferral) -> bool:
    return bool(sent.noted_at and sent.reported_at and sent.noted_at >= sent.reported_at)


def _note(work: Work, sent: SentReferral, step: str) -> None:
    sent.noted_at, sent.next_step = work.now, step
    refresh(work, sent)
    work.announce(ReferralClosed(**about(work, sent), next_step=step))
    tell(work, sent.patient_id, "closed", sent.performer, sent.id)


def _take_place_of(work: Work, old_id: UUID, new: SentReferral) -> None:
    old = _to_change(work, old_id)
    if old.patient_id != new.patient_id:
        raise Invalid(N_("The earlier referral is about another patient."), field="replaces")
    rules.check_replaceable(old.status, old.replaced_by is not None)
    old.replaced_by = new.id
    if old.waits:
        _note(work, old, rules.REFER_AGAIN)


def _to_change(work: Work, referral_id: UUID) -> SentReferral:
    may_act(work)
    sent = work.hold(SentReferral, referral_id)
    if sent is None:
        raise NotFound
    return sent


def _open_questions(work: Work, patient_id: UUID, performer: str) -> Sequence[str]:
    statement = select(SentReferral.question).where(
        col(SentReferral.patient_id) == patient_id,
        col(SentReferral.performer) == performer,
        col(SentReferral.status).in_(rules.OPEN),
    )
    return work.all(statement)


def _sent(work: Work, patient_id: UUID, entry: forms.Refer) -> SentReferral:
    return SentReferral(
        **entry.model_dump(),
        patient_id=patient_id,
        requested_by=work.viewer.member_id if work.viewer else None,
        referrer=work.viewer.name if work.viewer else "",
        requested_at=work.now,
        changed_at=work.now,
    )


def _request(work: Work, sent: SentReferral, patient: Patient) -> ReferralRequested:
    words = sent.model_dump(include={"question", "reason", "tried", "referrer"})
    return ReferralRequested(
        **about(work, sent),
        urgency=sent.urgency,
        reason_code=sent.reason_code,
        requested_at=sent.requested_at,
        requester_member=sent.requested_by,
        replaces=sent.replaces,
        identity=work.seal(patients.identity_of(patient), patient.id),
        details=work.seal(ReferralDetails(**words), patient.id),
    )
