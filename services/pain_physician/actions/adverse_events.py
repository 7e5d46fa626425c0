"""Adverse events of treatments: a named physician reads each one and says what is done."""

from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.pain_physician import forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.actions.story import tell
from services.pain_physician.rules.deciding import refuse_acknowledged
from services.pain_physician.tables import AdverseEvent
from shared.discipline.wording import title_of
from shared.errors import NotFound
from shared.events import AdverseEventAcknowledged, AdverseEventReported, Note
from shared.work import Work


def take_up_adverse_event(work: Work, event: AdverseEventReported) -> None:
    """A service tells what its treatment did to a patient who was sent there."""
    named = event.model_dump(include=set(AdverseEvent.model_fields) - {"note"})
    note = work.open(event.note, Note, event.patient_id).text if event.note else ""
    work.add(AdverseEvent(id=event.adverse_event_id, note=note, **named))
    what = "serious-adverse-event" if event.serious else "adverse-event"
    tell(work, event.patient_id, what, event.raised_by, event.referral_id)


def acknowledge_adverse_event(
    work: Work, adverse_event_id: UUID, entry: forms.Acknowledge
) -> AdverseEvent:
    """Say what is done about it; from then on this person's name stands there."""
    may_act(work)
    found = work.hold(AdverseEvent, adverse_event_id)
    if found is None:
        raise NotFound
    refuse_acknowledged(who_acknowledged(work, found))
    _acknowledged(work, found, entry.what_is_done, work.viewer.name if work.viewer else "")
    work.announce(
        AdverseEventAcknowledged(
            patient_id=found.patient_id,
            adverse_event_id=found.id,
            referral_id=found.referral_id,
            raised_by=found.raised_by,
            addressed_to=work.service,
            note=work.seal(Note(text=entry.what_is_done), found.patient_id),
        )
    )
    tell(work, found.patient_id, "adverse-event-acknowledged", "", found.referral_id)
    return found


def acknowledged_there(work: Work, event: AdverseEventAcknowledged) -> None:
    """A physician of the service that reported it has read it; the first one counts."""
    found = work.hold(AdverseEvent, event.adverse_event_id)
    if found is not None and found.acknowledged_at is None:
        words = work.open(event.note, Note, event.patient_id).text
        _acknowledged(work, found, words, "")
        what = "adverse-event-acknowledged-there"
        tell(work, found.patient_id, what, event.raised_by, found.referral_id)


def who_acknowledged(work: Work, found: AdverseEvent) -> str:
    """A physician here, by name, or the service that reported it; empty as long as nobody has."""
    if found.acknowledged_at is None:
        return ""
    return found.acknowledged_by or title_of(work, found.raised_by)


def adverse_events_of(work: Work, patient_id: UUID) -> Sequence[AdverseEvent]:
    """The adverse events of a patient, the latest first."""
    statement = select(AdverseEvent).where(col(AdverseEvent.patient_id) == patient_id)
    return work.all(statement.order_by(col(AdverseEvent.occurred_at).desc()))


def _acknowledged(work: Work, found: AdverseEvent, words: str, name: str) -> None:
    found.acknowledged_at, found.acknowledged_by = work.said_at, name
    found.what_is_done = words
