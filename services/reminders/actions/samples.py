"""Every kind of mail with an invented matter, so that people can see them before they are sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from services.reminders.actions import appointment_samples
from services.reminders.actions.letters import Item, compose, item
from services.reminders.rules import wording
from services.reminders.tables import Matter, Reminder
from shared.errors import NotFound
from shared.i18n import LANGUAGES, N_, translator
from shared.work import Work

_INVENTED = UUID("00000000-0000-8000-8000-000000000000")


class Invented(NamedTuple):
    """An invented matter in a mail, and in how many hours it is due."""

    what: str
    step: str
    part: str
    hours: int
    urgent: bool = False
    instead: bool = False
    """Whether the reader stands in for somebody."""


@dataclass(frozen=True)
class Kind:
    """A kind of mail. `copy`: it may have arrived before."""

    title: str
    matters: tuple[Invented, ...]
    daily: bool = False
    copy: bool = False


_SEVERAL = (
    Invented("answer-question", "chase", "debtor", -48),
    Invented("record-outcome", "remind", "debtor", 0),
    Invented("answer-referral", "opened", "debtor", 72),
)
_NEW = Invented("answer-referral", "opened", "debtor", 72)
_KINDS: dict[str, Kind] = {
    "daily": Kind(N_("The daily mail"), _SEVERAL, daily=True),
    "daily-one": Kind(N_("The daily mail, with one thing in it"), (_NEW,), daily=True),
    "opened": Kind(N_("Something new"), (_NEW,)),
    "remind": Kind(N_("Due now"), (Invented("follow-up", "remind", "debtor", 0),)),
    "chase": Kind(N_("Still open"), (Invented("answer-question", "chase", "debtor", -48),)),
    "urgent": Kind(N_("Urgent"), (Invented("acknowledge-concern", "opened", "debtor", 4, True),)),
    "decision": Kind(
        N_("Urgent decision"), (Invented("decide-at-gate", "remind", "debtor", 4, True),)
    ),
    "deputy": Kind(
        N_("Urgent, to a deputy"),
        (Invented("acknowledge-concern", "opened", "debtor", 4, True, True),),
    ),
    "tell-coordinator": Kind(
        N_("To the coordinator"),
        (Invented("answer-referral", "tell-coordinator", "coordinator", -96),),
    ),
    "hand-back": Kind(
        N_("Handed back"), (Invented("answer-referral", "hand-back", "creditor", -240),)
    ),
    "several": Kind(N_("Several things in one mail"), _SEVERAL),
    "copy": Kind(N_("Perhaps a copy"), (_NEW,), copy=True),
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
    kinds = (*_KINDS, *appointment_samples.KINDS)
    return [sample(work, kind, language) for kind in kinds for language in LANGUAGES]


def sample(work: Work, kind: str, language: str) -> Sample:
    """One kind of mail in one language, or `NotFound`."""
    if language not in LANGUAGES or kind not in (*_KINDS, *appointment_samples.KINDS):
        raise NotFound
    if kind in appointment_samples.KINDS:
        title, _ = appointment_samples.KINDS[kind]
        return Sample(kind, title, language, *appointment_samples.written(work, kind, language))
    shown = _KINDS[kind]
    way_out = f"{work.settings.address}/reminders/preview" if shown.daily else ""
    subject, text, html = compose(
        work, language, list(_items(work, shown.matters)), daily=shown.daily, way_out=way_out
    )
    if shown.copy:
        text, html = wording.as_copy(translator(language).gettext(wording.COPY), text, html)
    return Sample(kind, shown.title, language, subject, text, html)


def _items(work: Work, matters: tuple[Invented, ...]) -> Iterator[Item]:
    for invented in matters:
        obligation = uuid5(_INVENTED, invented.what)
        matter = Matter(
            obligation_id=obligation,
            patient_id=_INVENTED,
            what=invented.what,
            debtor="",
            creditor="",
            subject=_INVENTED,
            due_at=work.now + timedelta(hours=invented.hours),
            urgent=invented.urgent,
        )
        line = Reminder(
            id=_INVENTED,
            occurrence_key="",
            mail_id=_INVENTED,
            obligation_id=obligation,
            patient_id=_INVENTED,
            instead_of=_INVENTED if invented.instead else None,
            step=invented.step,
            part=invented.part,
        )
        yield item(line, matter, work.settings)
