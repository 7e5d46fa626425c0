"""Gates: the one place where they are closed, and where it is asked whether one is shut."""

from typing import Any
from uuid import UUID

from services.rtms_unit.reading.gates import standing
from services.rtms_unit.rules import gates as rules
from services.rtms_unit.tables import Gate
from shared.discipline.actions.records import mark, write
from shared.discipline.naming import about_referral
from shared.discipline.tables import Referral
from shared.discipline.wording import language_of
from shared.events import OUTSIDE, GateClosed, GateUpheld, Note
from shared.i18n import translator
from shared.patients import Patient
from shared.work import Work


def close(  # noqa: PLR0913 - one for each thing that a gate says
    work: Work,
    referral: Referral,
    gate: str,
    *,
    course_id: UUID | None = None,
    session_id: UUID | None = None,
    ask: str = rules.DECIDE,
    reason_code: str = "",
    urgent: bool = False,
    note: str = "",
    details: dict[str, Any] | None = None,
) -> Gate:
    """Shut a gate. `note` is what the person who decides should read."""
    hold_patient(work, referral.patient_id)
    row = Gate(
        gate=gate,
        ask=ask,
        reason_code=reason_code,
        urgent=urgent,
        referral_id=referral.id,
        patient_id=referral.patient_id,
        course_id=course_id,
        session_id=session_id,
        asks=_who_is_asked(referral),
        note=note,
        details=details or {},
        closed_at=work.now,
        closed_by=work.actor,
        changed_at=work.now,
        changed_by=work.actor,
    )
    work.add(row)
    _tell(work, referral, row)
    return row


def ask_again(
    work: Work, referral: Referral, row: Gate, *, reason_code: str, note: str, details: Any
) -> None:
    """What was to be completed is complete, or more has come: now a physician decides."""
    row.ask, row.reason_code, row.note, row.details = rules.DECIDE, reason_code, note, details
    mark(work, row)
    _tell(work, referral, row)


def lift(work: Work, referral: Referral, row: Gate, words: str) -> None:
    """What the gate held up is over: it will not be done, and nobody is asked any more."""
    row.state, row.decided_at, row.decided_by = rules.UPHELD, work.now, f"service:{work.service}"
    row.reason = translator(language_of(work)).gettext(words)
    mark(work, row)
    write(work, referral, "gate-lifted", subject=row.id, by=f"service:{work.service}")
    note = work.seal(Note(text=row.reason), row.patient_id)
    work.announce(GateUpheld(**about_gate(referral, row), note=note))


def _who_is_asked(referral: Referral) -> str:
    return referral.performer if referral.requester == OUTSIDE else referral.requester


def _tell(work: Work, referral: Referral, row: Gate) -> None:
    write(work, referral, "gate-closed", subject=row.id)
    note = work.seal(Note(text=row.note), row.patient_id) if row.note else None
    work.announce(
        GateClosed(
            **about_gate(referral, row),
            ask=row.ask,
            reason_code=row.reason_code,
            urgent=row.urgent,
            note=note,
            yes=tuple(row.details.get("yes", ())),
        )
    )


def about_gate(referral: Referral, row: Gate) -> dict[str, Any]:
    """The fields of every event about a gate."""
    return {
        **about_referral(referral),
        "gate_id": row.id,
        "gate": row.gate,
        "decided_by": row.asks,
        "course_id": row.course_id,
        "session_id": row.session_id,
    }


def refuse_if_closed(
    work: Work,
    verb: str,
    referral: Referral,
    course_id: UUID | None = None,
    session_id: UUID | None = None,
) -> None:
    """Raise `RuleBroken`, with the reason, if a gate holds this up.

    `verb` is plan (a course), arrive (start a session of one) or complete (save it).
    """
    hold_patient(work, referral.patient_id)
    rules.refuse(standing(work, referral, course_id, session_id), verb)


def hold_patient(work: Work, patient_id: UUID) -> None:
    """Who closes a gate and who goes through it at the same moment do so one after the other."""
    work.hold(Patient, patient_id)
