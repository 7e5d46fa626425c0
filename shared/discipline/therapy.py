"""Reading what is sealed of a therapy: plans and notes for its own people, shared notes for all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import col, select

from shared.discipline import reading
from shared.discipline.tables import TherapyNote, TherapyPlan
from shared.events import Note, Sealed
from shared.sealing import Unsealable
from shared.work import Work


@dataclass(frozen=True)
class OpenPlan:
    """A version of a plan with its goals in clear."""

    plan: TherapyPlan
    goals: str


@dataclass(frozen=True)
class OpenNote:
    """A note with its words in clear."""

    note: TherapyNote
    text: str


def plans_of(work: Work, referral_id: UUID) -> list[OpenPlan]:
    """The versions of the plan, the one that holds first; nothing for others than its people."""
    if not reading.may_change(work):
        return []
    plans = plan_versions(work, referral_id)
    return [OpenPlan(plan, opened(work, plan.goals, plan.patient_id)) for plan in plans]


def plan_versions(work: Work, referral_id: UUID) -> Sequence[TherapyPlan]:
    """Every version of the plan of a referral, the one that holds first, still sealed."""
    statement = select(TherapyPlan).where(col(TherapyPlan.referral_id) == referral_id)
    newest_first = statement.order_by(col(TherapyPlan.at).desc(), col(TherapyPlan.id).desc())
    found: Sequence[TherapyPlan] = work.all(newest_first)
    return found


def notes_of(work: Work, session_id: UUID) -> list[OpenNote]:
    """The versions of the note on a session, the newest first; nothing for others."""
    if not reading.may_change(work):
        return []
    return _opened(work, note_versions(work, session_id))


def note_versions(work: Work, session_id: UUID) -> Sequence[TherapyNote]:
    """Every version of the note on a session, the newest first, still sealed."""
    statement = select(TherapyNote).where(col(TherapyNote.session_id) == session_id)
    newest_first = statement.order_by(col(TherapyNote.at).desc(), col(TherapyNote.id).desc())
    found: Sequence[TherapyNote] = work.all(newest_first)
    return found


def shared_notes(work: Work, patient_id: UUID) -> list[OpenNote]:
    """What therapists shared of a patient: of each session the newest version, newest first."""
    statement = select(TherapyNote).where(
        col(TherapyNote.patient_id) == patient_id, col(TherapyNote.shared_at).is_not(None)
    )
    found = work.all(statement.order_by(col(TherapyNote.at), col(TherapyNote.id)))
    newest = {note.session_id: note for note in found}
    return _opened(work, reversed(newest.values()))


def opened(work: Work, sealed: str, patient_id: UUID) -> str:
    """Sealed words in clear; what cannot be opened with the team's key is left out."""
    try:
        return work.open(Sealed(sealed=sealed), Note, patient_id).text
    except Unsealable:
        return ""


def _opened(work: Work, notes: Iterable[TherapyNote]) -> list[OpenNote]:
    return [OpenNote(note, opened(work, note.text, note.patient_id)) for note in notes]
