"""The answers of the unit to a referral: accept it, decline it, or ask the referrer first."""

from uuid import UUID

from shared.discipline.actions.records import (
    brought_here,
    deed_of,
    last_change,
    mark,
    to_change,
    write,
)
from shared.discipline.actions.withdrawing import end
from shared.discipline.codes import DECLINE_REASONS, NEXT_STEPS, WITHDRAWAL_REASONS
from shared.discipline.naming import about_referral
from shared.discipline.practice import practice_of
from shared.discipline.reading import onward
from shared.discipline.rules import referral as rules
from shared.discipline.tables import Referral
from shared.discipline.wording import REFERRER
from shared.events import (
    Note,
    ReferralAccepted,
    ReferralCancelled,
    ReferralClosed,
    ReferralHeld,
    ReferralRejected,
    ReferralResumed,
)
from shared.patients import refuse_gone
from shared.work import Work


def accept(work: Work, referral_id: UUID, note: str = "", *, version: int | None = None) -> None:
    """Take the patient on."""
    referral = _open(work, referral_id, "accept", version)
    _answer(work, referral, "accepted")
    write(work, referral, "accepted", note=note)
    work.announce(ReferralAccepted(**about_referral(referral)))
    practice_of(work).after(work, "accept", referral)


def decline(  # noqa: PLR0917 - one for each field of the form
    work: Work,
    referral_id: UUID,
    reason_code: str,
    next_step: str,
    onward_to: str = "",
    note: str = "",
    *,
    version: int | None = None,
) -> None:
    """Say no, why, and what follows for the patient."""
    referral = _open(work, referral_id, "decline", version)
    rules.check_code(reason_code, DECLINE_REASONS, "reason_code")
    rules.check_code(next_step, NEXT_STEPS, "next_step")
    rules.check_next_step(next_step, onward_to, note, {p.name for p in onward(work, referral)})
    _answer(work, referral, "rejected")
    referral.decline_reason, referral.next_step = reason_code, next_step
    referral.onward_to = onward_to if next_step == "refer-onward" else ""
    write(work, referral, "declined", note=note)
    work.announce(
        ReferralRejected(
            **about_referral(referral),
            reason_code=reason_code,
            next_step=next_step,
            onward_to=referral.onward_to,
            note=work.seal(Note(text=note), referral.patient_id),
        )
    )


def ask(work: Work, referral_id: UUID, question: str, *, version: int | None = None) -> None:
    """Ask the referrer one question; until it is answered the referral is on hold."""
    referral = _open(work, referral_id, "ask", version)
    rules.check_words(question, "question")
    referral.status = "on-hold"
    referral.hold_question, referral.hold_answer = question, ""
    mark(work, referral)
    write(work, referral, "asked", note=question)
    sealed = work.seal(Note(text=question), referral.patient_id)
    work.announce(ReferralHeld(**about_referral(referral), question=sealed))


def resume(work: Work, referral_id: UUID, answer: str, *, version: int | None = None) -> None:
    """Write down what a referrer outside the team answered, by telephone or letter."""
    referral = _open(work, referral_id, "resume", version)
    rules.refuse_unless_outside(referral.requester)
    rules.check_words(answer, "answer")
    referral.status, referral.hold_answer = "received", answer
    mark(work, referral)
    write(work, referral, "answered", by=REFERRER, note=answer)
    sealed = work.seal(Note(text=answer), referral.patient_id)
    work.announce(ReferralResumed(**about_referral(referral), answer=sealed))


def withdraw(
    work: Work,
    referral_id: UUID,
    reason_code: str,
    note: str = "",
    *,
    version: int | None = None,
) -> None:
    """Write down that a referrer outside the team takes the referral back."""
    referral = _open(work, referral_id, "withdraw", version)
    rules.refuse_unless_outside(referral.requester)
    rules.check_code(reason_code, WITHDRAWAL_REASONS, "reason_code")
    end(work, referral, REFERRER, note)
    sealed = work.seal(Note(text=note), referral.patient_id)
    work.announce(
        ReferralCancelled(**about_referral(referral), reason_code=reason_code, note=sealed)
    )


def tell_referrer(work: Work, referral_id: UUID, *, version: int | None = None) -> None:
    """Write down that a referrer outside the team was told of a decline or of a failure."""
    referral = _open(work, referral_id, "tell", version)
    rules.refuse_unless_outside(referral.requester)
    told = deed_of(work, referral, "told")
    if told is not None:
        rules.refuse_second_telling(told)
    mark(work, referral)
    write(work, referral, "told")
    work.announce(ReferralClosed(**about_referral(referral), next_step=referral.next_step))


def _open(work: Work, referral_id: UUID, verb: str, version: int | None) -> Referral:
    referral = to_change(work, Referral, referral_id)
    if verb == "accept":
        refuse_gone(work, referral.patient_id)
    rules.refuse_unless_possible(verb, referral.status, brought_here(work, referral))
    rules.refuse_if_stale(version, referral.version, last_change(work, referral))
    practice_of(work).before(work, verb, referral)
    return referral


def _answer(work: Work, referral: Referral, status: str) -> None:
    referral.status, referral.answered_at = status, work.now
    mark(work, referral)
