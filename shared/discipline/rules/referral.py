"""Which answer a referral can still be given, and the words when it cannot."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import Invalid, RuleBroken
from shared.events import OUTSIDE
from shared.i18n import N_

WAITING = frozenset({"received", "on-hold"})
IN_CARE = frozenset({"accepted", "in-progress"})
OPEN = WAITING | IN_CARE

ALLOWED: Mapping[str, frozenset[str]] = {
    "accept": WAITING,
    "decline": WAITING,
    "ask": frozenset({"received"}),
    "resume": frozenset({"on-hold"}),
    "withdraw": OPEN,
    "book": IN_CARE,
    "complete": IN_CARE,
    "report": frozenset({"completed"}),
    "tell": frozenset({"rejected", "failed"}),
    "follow-up": IN_CARE | {"completed"},
    "measure": IN_CARE | {"completed"},
    "plan-therapy": IN_CARE,
}
"""What can be done in which states; raising a concern is never forbidden."""

FOR_OUTSIDERS = frozenset({"resume", "withdraw", "tell"})
"""What this service does in the name of a referrer who is not in the team."""

# In each state, what the last person did to bring the referral there.
_ALREADY: Mapping[str, str] = {
    "received": N_("It has not been accepted yet: answer the referral first."),
    "on-hold": N_("%(who)s asked the referrer a question on %(when)s; it is not answered yet."),
    "accepted": N_("%(who)s accepted it on %(when)s."),
    "in-progress": N_("%(who)s accepted it on %(when)s, and sessions were booked."),
    "completed": N_("%(who)s completed it on %(when)s."),
    "rejected": N_("%(who)s declined it on %(when)s."),
    "cancelled": N_("%(who)s withdrew it on %(when)s."),
    "failed": N_("It was handed back to the referrer on %(when)s."),
}
_NOT_ASKED = N_("No question to the referrer is open.")


@dataclass(frozen=True)
class Deed:
    """Who did the last thing, and when, in the words of the reader."""

    who: str
    when: str


def refuse_unless_possible(verb: str, status: str, last: Deed) -> None:
    """Say who did what when, if the referral is no longer (or not yet) in a state for it."""
    if status in ALLOWED[verb]:
        return
    if verb == "resume" and status == "received":
        raise RuleBroken(_NOT_ASKED)
    raise RuleBroken(_ALREADY[status], who=last.who, when=last.when)


def refuse_if_stale(seen: int | None, version: int, last: Deed) -> None:
    """Refuse what was decided on an old page; `seen` is None where no page was involved."""
    if seen is not None and seen != version:
        raise RuleBroken(
            N_(
                "%(who)s changed this on %(when)s, after you opened the page. "
                "Nothing of yours was saved: please look again."
            ),
            who=last.who,
            when=last.when,
        )


def refuse_unless_outside(requester: str) -> None:
    """Only for a referrer outside the team does this service write down what he or she said."""
    if requester != OUTSIDE:
        raise RuleBroken(N_("Only the referrer can do this, in the service that asked."))


def check_next_step(next_step: str, onward_to: str, note: str, possible: set[str]) -> None:
    """A decline always says what follows: to whom else, or under which condition again."""
    if next_step == "refer-onward" and onward_to not in possible:
        raise Invalid(N_("Choose the service that can help instead."), field="onward_to")
    if next_step == "refer-again-when" and not note.strip():
        raise Invalid(N_("Say when the patient can be referred again."), field="note")


def check_code(code: str, known: Mapping[str, str], field: str) -> None:
    """A reason comes from the list of the centre."""
    if code not in known:
        raise Invalid(N_("Choose one of the list."), field=field)


def check_words(text: str, field: str) -> None:
    """What another person will read cannot be empty."""
    if not text.strip():
        raise Invalid(N_("Please write a few words."), field=field)


def refuse_while_booked(booked: int) -> None:
    """A referral ends when its sessions have an outcome."""
    if booked:
        raise RuleBroken(
            N_("A session is still booked or under way: record its outcome or cancel it first.")
        )


def refuse_second_report(last: Deed) -> None:
    """A report is sent once; what is missing goes into a new letter, not over the old one."""
    raise RuleBroken(N_("%(who)s sent the report on %(when)s."), who=last.who, when=last.when)


def refuse_second_telling(last: Deed) -> None:
    """The outside referrer is told once."""
    raise RuleBroken(
        N_("%(who)s told the outside referrer on %(when)s."), who=last.who, when=last.when
    )


def possible(status: str, requester: str, done: set[str]) -> set[str]:
    """What can be done with a referral; `done` are the steps that were taken already."""
    verbs = {verb for verb, states in ALLOWED.items() if status in states} | {"concern"}
    if requester != OUTSIDE:
        verbs -= FOR_OUTSIDERS
    if "reported" in done:
        verbs.discard("report")
    if "told" in done:
        verbs.discard("tell")
    return verbs
