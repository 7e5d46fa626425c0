"""What a mail says about a matter: words that tell nobody who is treated, where or for what."""

import base64
import hashlib
from html import escape
from uuid import UUID

from shared.i18n import N_

TASKS = {
    "answer-referral": N_("Answer a referral"),
    "answer-question": N_("Answer a question from a colleague"),
    "complete-screening": N_("Complete a questionnaire with somebody"),
    "complete-at-gate": N_("Complete what an appointment needs"),
    "decide-at-gate": N_("Decide whether something may go on"),
    "plan-course": N_("Plan a series of appointments"),
    "book-session": N_("Give a first appointment"),
    "record-outcome": N_("Record how an appointment went"),
    "make-up-session": N_("Find a new date for a missed appointment"),
    "plan-next": N_("Plan the next appointment"),
    "decide-next-step": N_("Decide what happens next"),
    "read-report": N_("Read a report and say what follows"),
    "report-back": N_("Send a report back"),
    "follow-up": N_("Do a follow-up"),
    "acknowledge-concern": N_("Read a concern and say what is done"),
    "acknowledge-adverse-event": N_("Read what was reported and say what is done"),
}
"""Kinds of obligation, as the person who owes it reads them."""

OTHER_TASK = N_("Look at something that waits for you")

OPENED, REMIND, CHASE = "opened", "remind", "chase"
TELL_COORDINATOR, HAND_BACK = "tell-coordinator", "hand-back"
STEPS = (OPENED, REMIND, CHASE, TELL_COORDINATOR, HAND_BACK)

_REASONS = {
    (OPENED, "debtor"): N_("New, and waiting for you."),
    (REMIND, "debtor"): N_("It is due now."),
    (CHASE, "debtor"): N_("It is still open. The coordinator is told next."),
    (TELL_COORDINATOR, "coordinator"): N_("Somebody owes this and has not done it in time."),
    (HAND_BACK, "coordinator"): N_("Nobody did this in time. It was handed back."),
    (HAND_BACK, "creditor"): N_("Nobody did this for you in time. It comes back to you."),
}
_OTHER_REASON = N_("It waits for you.")

_SUBJECTS = {
    OPENED: N_("Something new waits for you"),
    REMIND: N_("Something is due"),
    CHASE: N_("Something is still open"),
    TELL_COORDINATOR: N_("Something is late and needs you"),
    HAND_BACK: N_("Something was not done and comes back"),
}
_OTHER_SUBJECT = N_("Something waits for you")
_URGENT_SUBJECT = N_("Urgent: somebody needs you now")

COPY = N_("You may get this mail twice: it is not known whether it has arrived before.")

FOR_PHYSICIANS = frozenset({"decide-at-gate", "acknowledge-adverse-event"})
"""Only a physician can do it: the other members of a unit are not told."""

_DATED = frozenset({"record-outcome", "follow-up"})


def task(what: str) -> str:
    """The sentence (in English) that names what is to be done."""
    return TASKS.get(what, OTHER_TASK)


def reason(step: str, part: str) -> str:
    """The sentence (in English) that says why this mail comes now."""
    return _REASONS.get((step, part), _OTHER_REASON)


def subject(step: str, urgent: bool) -> str:
    """The subject (in English) of a mail about one matter."""
    return _URGENT_SUBJECT if urgent else _SUBJECTS.get(step, _OTHER_SUBJECT)


def as_copy(sentence: str, text: str, html: str) -> tuple[str, str]:
    """The same mail, with a line before it that says that it may be a copy."""
    line = f'<p class="copy">{escape(sentence)}</p>'
    return f"{sentence}\n\n{text}", html.replace("<main>", f"<main>\n{line}", 1)


def waits_for_its_day(what: str) -> bool:
    """Whether there is nothing to do before the day it is for: the ladder reminds of it then."""
    return what in _DATED


def parts(step: str) -> tuple[str, ...]:
    """Who is told at a step of the ladder."""
    if step == TELL_COORDINATOR:
        return ("coordinator",)
    if step == HAND_BACK:
        return ("creditor", "coordinator")
    return ("debtor",)


def reference(obligation_id: UUID) -> str:
    """The name of a matter in mails, such as R-7F3K-9Q2M; it tells nothing to anybody else."""
    digest = hashlib.sha256(b"reference " + obligation_id.bytes).digest()
    letters = base64.b32encode(digest[:5]).decode().translate(_READABLE)
    return f"R-{letters[:4]}-{letters[4:]}"


# Crockford's alphabet: nothing that is misread on the phone (no I, L, O, U).
_READABLE = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
