"""How a referral that was sent goes on: which facts move it, and what its sender may still do."""

from collections.abc import Iterable, Mapping

from shared.discipline.codes import REFERRAL_REASONS, URGENCIES
from shared.errors import Invalid, RuleBroken
from shared.i18n import N_

REQUESTED = "requested"
RECEIVED = "received"
ACCEPTED = "accepted"
IN_PROGRESS = "in-progress"
ON_HOLD = "on-hold"
COMPLETED = "completed"
REJECTED = "rejected"
CANCELLED = "cancelled"
FAILED = "failed"

OPEN = frozenset({REQUESTED, RECEIVED, ACCEPTED, IN_PROGRESS, ON_HOLD})

CANCEL_REASONS: Mapping[str, str] = {
    "withdrawn": N_("No longer needed"),
    "patient-declined": N_("The patient does not want it"),
    "entered-in-error": N_("Sent by mistake"),
    "other": N_("Other reason"),
}

CLOSING_STEPS: Mapping[str, str] = {
    "see-patient": N_("I see the patient again"),
    "continue-plan": N_("The plan goes on as it is"),
    "refer-elsewhere": N_("I refer to another service"),
    "back-to-doctor": N_("Back to the patient's own doctor"),
    "no-further-step": N_("Nothing more is needed"),
}

REFER_AGAIN = "refer-again"
REFERRED_AGAIN = N_("A new referral takes its place")
"""The closing step, and its words, when a new referral takes the place of an old one."""

# A fact moves a referral only from these states. What the other side ended with wins over our
# cancellation that crossed with it: both sides then show the same end, and the note can be taken.
_FROM: dict[str, frozenset[str]] = {
    RECEIVED: frozenset({REQUESTED}),
    ACCEPTED: frozenset({REQUESTED, RECEIVED, ON_HOLD}),
    ON_HOLD: frozenset({REQUESTED, RECEIVED, ACCEPTED, IN_PROGRESS}),
    IN_PROGRESS: frozenset({ACCEPTED}),
    REJECTED: OPEN | {CANCELLED},
    COMPLETED: OPEN | {CANCELLED},
    FAILED: OPEN | {CANCELLED},
}


def state_after(state: str, fact: str) -> str:
    """The state once a fact is known; a fact that comes too late changes nothing."""
    return fact if state in _FROM[fact] else state


def check_request(performer: str, offered: set[str], urgency: str, reason_code: str) -> None:
    """Refuse a referral to nobody, and codes that do not exist."""
    if performer not in offered:
        raise Invalid(N_("Choose a service that takes referrals."), field="performer")
    if urgency not in URGENCIES:
        raise Invalid(N_("Choose one of the list."), field="urgency")
    if reason_code and reason_code not in REFERRAL_REASONS:
        raise Invalid(N_("Choose one of the list."), field="reason_code")


def check_not_asked_twice(question: str, open_questions: Iterable[str]) -> None:
    """Refuse a question that the same service already has about this patient."""
    if same_words(question) in {same_words(other) for other in open_questions}:
        raise RuleBroken(
            N_(
                "This service already has this question about this patient. "
                "Ask another one, or wait for its answer."
            ),
            field="question",
        )


def same_words(text: str) -> str:
    """A text without capitals, blanks and final points, to see whether two say the same."""
    return " ".join(text.casefold().split()).rstrip(" .?!")


def check_answerable(state: str) -> None:
    if state != ON_HOLD:
        raise RuleBroken(N_("No question waits for an answer on this referral."))


def check_cancellable(state: str, reason_code: str) -> None:
    if reason_code not in CANCEL_REASONS:
        raise Invalid(N_("Choose one of the list."), field="reason_code")
    if state == CANCELLED:
        raise RuleBroken(N_("This referral has already been cancelled."))
    if state not in OPEN:
        raise RuleBroken(N_("This referral has ended: there is nothing left to cancel."))


def check_closable(waits: bool, state: str, step: str) -> None:
    """Only a decline, a hand-back or a report that nobody has taken note of can be closed."""
    if step not in CLOSING_STEPS:
        raise Invalid(N_("Say what the next step is."), field="next_step")
    if state == ON_HOLD or not waits:
        raise RuleBroken(N_("There is no answer here that waits for you to take note of it."))


def waits_for_sender(state: str, noted: bool, report_waits: bool) -> bool:
    """Whether the next word is the sender's: a question, an end without note, or a report."""
    return state == ON_HOLD or report_waits or (state in {REJECTED, FAILED} and not noted)


def check_replaceable(state: str, replaced: bool) -> None:
    """A new referral takes the place of one that has ended, once."""
    if state in OPEN:
        raise RuleBroken(
            N_("The earlier referral is still open: wait for its answer or cancel it.")
        )
    if replaced:
        raise RuleBroken(N_("A new referral has already taken the place of this one."))
