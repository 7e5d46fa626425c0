"""A therapy: its plan, the notes on its sessions, and a note that is shared on purpose."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from shared.discipline import therapy
from shared.discipline.actions.records import (
    brought_here,
    last_change,
    referral_of,
    to_change,
    write,
)
from shared.discipline.codes import THERAPY_METHODS
from shared.discipline.rules import referral as referral_rules
from shared.discipline.rules import therapy as rules
from shared.discipline.rules.referral import Deed
from shared.discipline.tables import CareSession, Referral, TherapyNote, TherapyPlan
from shared.discipline.wording import in_words, who_is
from shared.events import Note, NoteShared, Sealed
from shared.work import Work


def plan_therapy(  # noqa: PLR0917 - one for each field of the form
    work: Work,
    referral_id: UUID,
    goals: str,
    methods: Sequence[str],
    sessions: int,
    rhythm: str,
    review_on: date,
    *,
    version: int | None = None,
) -> TherapyPlan:
    """Say what the therapy is for and how it goes on; `version` counts the plans so far."""
    referral = to_change(work, Referral, referral_id)
    last = brought_here(work, referral)
    referral_rules.refuse_unless_possible("plan-therapy", referral.status, last)
    rules.check_plan(goals, methods, sessions, rhythm)
    rules.check_review(review_on, work.today)
    _refuse_if_stale(work, version, therapy.plan_versions(work, referral_id), referral)
    plan = TherapyPlan(
        referral_id=referral.id,
        patient_id=referral.patient_id,
        methods=[code for code in THERAPY_METHODS if code in methods],
        sessions=sessions,
        rhythm=rhythm,
        review_on=review_on,
        goals=_sealed(work, goals, referral.patient_id),
        at=work.now,
        by=work.actor,
    )
    work.add(plan)
    write(work, referral, "therapy-planned", subject=plan.id)
    return plan


def write_note(
    work: Work, session_id: UUID, method: str, text: str, *, version: int | None = None
) -> TherapyNote:
    """Write the note on a session, or a newer version of it; older ones are kept."""
    session = to_change(work, CareSession, session_id)
    rules.check_note(session.status, method, text)
    referral = referral_of(work, session)
    _refuse_if_stale(work, version, therapy.note_versions(work, session_id), referral)
    note = TherapyNote(
        patient_id=session.patient_id,
        referral_id=session.referral_id,
        session_id=session.id,
        service=work.service,
        method=method,
        text=_sealed(work, text, session.patient_id),
        at=work.now,
        by=work.actor,
    )
    work.add(note)
    write(work, referral, "note-written", subject=session.id)
    return note


def share_note(work: Work, session_id: UUID, *, version: int | None = None) -> None:
    """Show the note on a session to everybody who treats the patient."""
    session = to_change(work, CareSession, session_id)
    referral, written = referral_of(work, session), therapy.note_versions(work, session_id)
    _refuse_if_stale(work, version, written, referral)
    rules.refuse_unless_to_share(bool(written), bool(written and written[0].shared_at))
    note = written[0]
    note.shared_at = work.now
    write(work, referral, "note-shared", subject=session.id)
    work.announce(
        NoteShared(
            **note.model_dump(include={"patient_id", "referral_id", "session_id", "method"}),
            note_id=note.id,
            shared_by=work.service,
            written_at=note.at,
            note=Sealed(sealed=note.text),
        )
    )


def keep_note(work: Work, event: NoteShared) -> None:
    """Keep, sealed, what a therapist shared, also of a patient who comes here only later."""
    if work.find(TherapyNote, event.note_id) is not None:
        return
    work.add(
        TherapyNote(
            **event.model_dump(include={"patient_id", "referral_id", "session_id", "method"}),
            id=event.note_id,
            service=event.shared_by,
            text=event.note.sealed,
            at=event.written_at,
            by=f"service:{event.shared_by}",
            shared_at=work.said_at,
        )
    )


def _refuse_if_stale(
    work: Work,
    seen: int | None,
    written: Sequence[TherapyPlan] | Sequence[TherapyNote],
    referral: Referral,
) -> None:
    """`seen` counts the versions that were there when the page was opened."""
    last = last_change(work, referral)
    if written:
        last = Deed(who_is(work, written[0].by, referral), in_words(work, written[0].at))
    referral_rules.refuse_if_stale(seen, len(written), last)


def _sealed(work: Work, text: str, patient_id: UUID) -> str:
    return work.seal(Note(text=text), patient_id).sealed
