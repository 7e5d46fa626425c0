"""Every kind of mail with an invented matter, so that people can see them before they are sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid5

from services.reminders.actions.letters import compose, item
from services.reminders.tables import Matter, Reminder
from shared.errors import NotFound
from shared.i18n import LANGUAGES, N_
from shared.work import Work

_INVENTED = UUID("00000000-0000-8000-8000-000000000000")

# Title, and for each matter in the mail: what, step, part, hours until it is due, urgent.
_KINDS: dict[str, tuple[str, list[tuple[str, str, str, int, bool]]]] = {
    "opened": (N_("Something new"), [("answer-referral", "opened", "debtor", 72, False)]),
    "remind": (N_("Due now"), [("follow-up", "remind", "debtor", 0, False)]),
    "chase": (N_("Still open"), [("answer-question", "chase", "debtor", -48, False)]),
    "urgent": (N_("Urgent"), [("acknowledge-concern", "opened", "debtor", 4, True)]),
    "decision": (N_("Urgent decision"), [("decide-at-gate", "remind", "debtor", 4, True)]),
    "tell-coordinator": (
        N_("To the coordinator"),
        [("answer-referral", "tell-coordinator", "coordinator", -96, False)],
    ),
    "hand-back": (
        N_("Handed back"),
        [("answer-referral", "hand-back", "creditor", -240, False)],
    ),
    "several": (
        N_("Several things in one mail"),
        [
            ("answer-question", "chase", "debtor", -48, False),
            ("record-outcome", "remind", "debtor", 0, False),
            ("answer-referral", "opened", "debtor", 72, False),
        ],
    ),
}


@dataclass(frozen=True)
class Sample:
    """A mail as somebody would get it in one language."""

    kind: str
    title: str
    language: str
    subject: str
    text: str
    html: str


def samples(work: Work) -> list[Sample]:
    """Every kind of mail in every language."""
    return [sample(work, kind, language) for kind in _KINDS for language in LANGUAGES]


def sample(work: Work, kind: str, language: str) -> Sample:
    """One kind of mail in one language, or `NotFound`."""
    if kind not in _KINDS or language not in LANGUAGES:
        raise NotFound
    title, matters = _KINDS[kind]
    subject, text, html = compose(work, language, list(_items(work, matters)))
    return Sample(kind, title, language, subject, text, html)


def _items(
    work: Work, matters: list[tuple[str, str, str, int, bool]]
) -> Iterator[dict[str, object]]:
    for what, step, part, hours, urgent in matters:
        obligation = uuid5(_INVENTED, what)
        matter = Matter(
            obligation_id=obligation,
            patient_id=_INVENTED,
            what=what,
            debtor="",
            creditor="",
            subject=_INVENTED,
            due_at=work.now + timedelta(hours=hours),
            urgent=urgent,
        )
        line = Reminder(
            id=_INVENTED,
            occurrence_key="",
            mail_id=_INVENTED,
            obligation_id=obligation,
            patient_id=_INVENTED,
            step=step,
            part=part,
        )
        yield item(line, matter, work)
