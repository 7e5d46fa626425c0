"""The safety screening (G1): asked when a referral is accepted, signed by whoever asked it."""

from collections.abc import Mapping
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.actions import gates
from services.rtms_unit.rules import gates as gate_rules
from services.rtms_unit.rules import screening as rules
from services.rtms_unit.tables import Gate, Screening
from shared.discipline.actions.records import brought_here, mark, to_change, write
from shared.discipline.naming import about_referral
from shared.discipline.rules import referral as referral_rules
from shared.discipline.tables import Referral
from shared.discipline.wording import language_of
from shared.events import GateReleased, Note, ScreeningCompleted
from shared.i18n import N_, translator
from shared.identifiers import new_id
from shared.work import Work

ASKED_AGAIN = N_("The questions were asked again: a physician weighs the new answers instead.")
"""Stands at a gate whose answers are no longer the last ones."""


def owe(work: Work, referral: Referral) -> Gate:
    """A referral was accepted: no course before its screening is complete."""
    return gates.close(
        work, referral, gate_rules.SCREENING, ask=gate_rules.COMPLETE, reason_code="not-done"
    )


def complete_screening(
    work: Work, referral_id: UUID, answers: Mapping[str, str], details: Mapping[str, str]
) -> Screening:
    """Sign the answers to every question. A yes waits for a physician; without one it is open.

    Where a physician is asked already, or said no, new answers alone open nothing.
    """
    referral = to_change(work, Referral, referral_id)
    referral_rules.refuse_unless_possible("book", referral.status, brought_here(work, referral))
    rules.check_answers(answers, details)
    before = _gate_before(work, referral_id)
    doubted = before is not None and gate_rules.is_doubted(before.state, before.ask)
    gate = _to_answer(work, referral, before)
    screening = Screening(
        id=new_id(),
        referral_id=referral_id,
        patient_id=referral.patient_id,
        answers=dict(answers),
        details={code: text for code, text in details.items() if answers[code] == rules.YES},
        signed_at=work.now,
        signed_by=work.actor,
        gate_id=gate.id,
    )
    work.add(screening)
    yes = rules.found(answers)
    write(work, referral, "screening-completed", subject=screening.id)
    names = about_referral(referral)
    work.announce(ScreeningCompleted(**names, screening_id=screening.id, yes=yes))
    if yes or doubted:
        note = "\n".join(f"{code}: {screening.details[code]}" for code in yes)
        about = {"yes": list(yes)}
        reason = "answers-to-weigh" if yes else "answers-changed"
        gates.ask_again(work, referral, gate, reason_code=reason, note=note, details=about)
    else:
        completed(work, referral, gate)
    return screening


def completed(work: Work, referral: Referral, gate: Gate) -> None:
    """What was asked is done: the gate opens without a decision."""
    _open(work, referral, gate, "gate-released")


def _supersede(work: Work, referral: Referral, gate: Gate) -> None:
    """Nobody decides about these answers any more: newer ones take their place."""
    words = translator(language_of(work)).gettext(ASKED_AGAIN)
    _open(work, referral, gate, "gate-superseded", gate_rules.ASKED_AGAIN, words)


def _open(  # noqa: PLR0917 - what is written and told of a gate that nobody decided at
    work: Work, referral: Referral, gate: Gate, step: str, why: str = "", words: str = ""
) -> None:
    gate.state, gate.decided_at, gate.decided_by = gate_rules.RELEASED, work.now, work.actor
    gate.reason, gate.reason_code = words, why or gate.reason_code
    mark(work, gate)
    write(work, referral, step, subject=gate.id, note=words)
    note = work.seal(Note(text=words), gate.patient_id) if words else None
    work.announce(GateReleased(**gates.about_gate(referral, gate), reason_code=why, note=note))


def _to_answer(work: Work, referral: Referral, before: Gate | None) -> Gate:
    """The gate of these answers: a decision on its way about others must not count for them."""
    if before is None or before.state != gate_rules.CLOSED:
        return owe(work, referral)
    if before.ask == gate_rules.COMPLETE:
        return before
    _supersede(work, referral, before)
    return owe(work, referral)


def _gate_before(work: Work, referral_id: UUID) -> Gate | None:
    """The last gate of this referral's screenings, decided or not."""
    statement = select(Gate).where(
        col(Gate.referral_id) == referral_id, col(Gate.gate) == gate_rules.SCREENING
    )
    latest = statement.order_by(col(Gate.closed_at).desc(), col(Gate.id).desc())
    found: Gate | None = work.first(latest.with_for_update())
    return found
