"""Concerns: somebody of the team is worried, and a named physician says what is done."""

from uuid import UUID

from sqlalchemy import exists
from sqlmodel import col, select

from services.pain_physician import forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.actions.story import tell
from services.pain_physician.tables import Concern
from shared.discipline.tables import Referral, Step
from shared.errors import NotFound, RuleBroken
from shared.events import OUTSIDE, ConcernAcknowledged, ConcernRaised, Note
from shared.i18n import N_
from shared.work import Work


def take_up(work: Work, event: ConcernRaised) -> None:
    """A concern of another service about a patient whom this one sent there."""
    work.add(
        Concern(
            id=event.concern_id,
            patient_id=event.patient_id,
            referral_id=event.referral_id,
            raised_by=event.raised_by,
            raised_at=work.said_at,
            urgent=event.urgent,
            reason_code=event.reason_code,
            note=work.open(event.note, Note, event.patient_id).text,
        )
    )
    tell(work, event.patient_id, "concern-raised", event.raised_by, event.referral_id)


def acknowledge(work: Work, concern_id: UUID, entry: forms.Acknowledge) -> Concern:
    """Say what is done about a concern; from then on it is this person's name that stands there."""
    may_act(work)
    concern = find(work, concern_id, lock=True)
    if concern.acknowledged_at is not None:
        raise RuleBroken(
            N_("%(who)s has already acknowledged this concern."), who=concern.acknowledged_by
        )
    concern.acknowledged_at, concern.what_is_done = work.now, entry.what_is_done
    concern.acknowledged_by = work.viewer.name if work.viewer else ""
    work.add(concern)
    work.announce(
        ConcernAcknowledged(
            patient_id=concern.patient_id,
            concern_id=concern.id,
            addressed_to=work.service,
            raised_by=concern.raised_by,
            note=work.seal(Note(text=entry.what_is_done), concern.patient_id),
        )
    )
    tell(work, concern.patient_id, "concern-acknowledged", "", concern.referral_id)
    return concern


def find(work: Work, concern_id: UUID, *, lock: bool = False) -> Concern:
    """The concern, or `NotFound`."""
    look = work.hold if lock else work.find
    concern = look(Concern, concern_id)
    if concern is None:
        concern = next((own for own in _raised_here(work) if own.id == concern_id), None)
    if concern is None:
        raise NotFound
    return concern


def concerns_of(work: Work, patient_id: UUID) -> list[Concern]:
    """The concerns about a patient, the newest first."""
    kept = work.all(select(Concern).where(Concern.patient_id == patient_id))
    own = [concern for concern in _raised_here(work) if concern.patient_id == patient_id]
    return sorted([*kept, *own], key=lambda concern: concern.raised_at, reverse=True)


def open_concerns(work: Work) -> list[Concern]:
    """The concerns that nobody has acknowledged, the oldest first."""
    kept = work.all(select(Concern).where(col(Concern.acknowledged_at).is_(None)))
    return sorted([*kept, *_raised_here(work)], key=lambda concern: concern.raised_at)


def _raised_here(work: Work) -> list[Concern]:
    """Concerns that this unit raised about a patient from outside, and nobody has acknowledged.

    They come to this unit itself, and no service hears its own events: so they are read from the
    history of its referrals, and kept as a concern once a physician acknowledges them.
    """
    statement = (
        select(Step, Referral)
        .join(Referral, col(Referral.id) == col(Step.referral_id))
        .where(col(Step.what) == "concern-raised", col(Referral.requester) == OUTSIDE)
        .where(~exists().where(col(Concern.id) == col(Step.subject)))
    )
    return [
        Concern(
            id=step.subject,
            patient_id=referral.patient_id,
            referral_id=None,
            raised_by=work.service,
            raised_at=step.at,
            urgent=True,
            note=step.note,
        )
        for step, referral in work.session.execute(statement).all()
    ]
