"""The board: which group a row stands in, what can be filtered, and when something is down."""

import re
from collections.abc import Container, Mapping, Set
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode
from uuid import UUID

from services.coordinator.rules.ladders import Days
from services.coordinator.rules.owed import (
    ACKNOWLEDGE,
    ACKNOWLEDGE_EFFECT,
    DECIDE_AT_GATE,
    KINDS,
    MAKE_UP,
    WAITING_FOR_ANSWER,
)
from shared import calendar
from shared.discipline.codes import REFERRAL_STATUS, SESSION_STATUS
from shared.events import OUTSIDE
from shared.i18n import N_

BOARD = "/coordinator/board"
LATER = "later"
GROUPS = ("critical", "overdue", "today", "soon", LATER)
SOON_DAYS = 3
"""Working days that count as soon."""
SHOWN_FIRST = 12
"""Rows of each group at first: as many as a screen holds."""
SHOWN_AT_MOST = 500
DOWN_AFTER = timedelta(seconds=30)

TITLES: Mapping[str, str] = {
    "answer-referral": N_("Answer the referral"),
    "answer-question": N_("Answer a question"),
    "complete-screening": N_("Complete the safety screening"),
    "complete-at-gate": N_("Complete what a gate asks for"),
    "decide-at-gate": N_("Decide at a gate"),
    "plan-course": N_("Plan the course"),
    "book-session": N_("Book the first session"),
    "record-outcome": N_("Record the outcome of a session"),
    "make-up-session": N_("Make up a session"),
    "plan-next": N_("Plan the next session"),
    "decide-next-step": N_("Decide what follows"),
    "read-report": N_("Read the report"),
    "report-back": N_("Report back to the referrer"),
    "follow-up": N_("Measure at follow-up"),
    "acknowledge-concern": N_("Acknowledge a concern"),
    "acknowledge-adverse-event": N_("Acknowledge an adverse event"),
}
URGENT_TITLES: Mapping[str, str] = {
    "acknowledge-concern": N_("Acknowledge an urgent concern"),
    "acknowledge-adverse-event": N_("Acknowledge a serious adverse event"),
    "decide-at-gate": N_("Decide at a gate today"),
}
DEEDS: Mapping[str, str] = {
    "answer-referral": N_("Open the referral"),
    "answer-question": N_("See the question"),
    "complete-screening": N_("Open the screening"),
    "complete-at-gate": N_("Complete"),
    "decide-at-gate": N_("Decide"),
    "plan-course": N_("Open the planner"),
    "book-session": N_("Find a date"),
    "record-outcome": N_("Open the session"),
    "make-up-session": N_("Find a slot"),
    "plan-next": N_("Plan what follows"),
    "decide-next-step": N_("Decide"),
    "read-report": N_("Open the report"),
    "report-back": N_("Write the report"),
    "follow-up": N_("Open the form"),
    "acknowledge-concern": N_("Acknowledge"),
    "acknowledge-adverse-event": N_("Acknowledge"),
}

WAITING, AT_RISK, CONCERNS, REMINDERS = "waiting", "at-risk", "concerns", "reminders"
PHYSICIAN = "physician"
REFERRALS, SESSIONS = "referrals", "sessions"
KINDS_SHOWN: Mapping[str, tuple[str, ...]] = {
    WAITING: WAITING_FOR_ANSWER,
    AT_RISK: (MAKE_UP,),
    CONCERNS: (ACKNOWLEDGE,),
    PHYSICIAN: (DECIDE_AT_GATE, ACKNOWLEDGE_EFFECT),
}
VIEWS = ("", WAITING, AT_RISK, CONCERNS, PHYSICIAN, REMINDERS, REFERRALS, SESSIONS)


@dataclass(frozen=True)
class Bounds:
    """The moments that divide the groups."""

    now: datetime
    tomorrow: datetime
    soon_until: datetime


def bounds(now: datetime, days: Days) -> Bounds:
    today = now.astimezone(days.zone).date()
    last = calendar.working_day(today, SOON_DAYS, days.country)
    return Bounds(
        now, calendar.day_bounds(today, days.zone)[1], calendar.day_bounds(last, days.zone)[1]
    )


def group_of(late_at: datetime, shown_from: datetime, stuck: bool, at: Bounds) -> str:
    """The group of one row. The board asks its database the same question for all rows."""
    if late_at <= at.now:
        return "critical" if stuck else "overdue"
    if shown_from > at.now or late_at >= at.soon_until:
        return "later"
    return "today" if late_at < at.tomorrow else "soon"


@dataclass(frozen=True)
class Filters:
    """What a board shows; all of it stands in its address, and none of it says who a patient is."""

    who: str = "all"
    show: str = ""
    unit: str = ""
    kind: str = ""
    state: str = ""
    day: str = ""
    patient: UUID | None = None
    more: str = ""
    after: UUID | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of obligation that are shown; empty when all of them are."""
        if self.kind in KINDS:
            return (self.kind,)
        return KINDS_SHOWN.get(self.show, ())

    @property
    def is_narrow(self) -> bool:
        """Whether something is filtered away."""
        return bool(self.show or self.unit or self.kind or self.patient or self.state or self.day)

    @property
    def can_be_kept(self) -> bool:
        """Whether it is worth a name: something is filtered, or only the own rows are shown."""
        return self.is_narrow or self.who == "me"

    def query(self, **changed: object) -> str:
        """What stands in an address for this, with something changed; what is empty is left out."""
        other = replace(self, more="", after=None) if "after" not in changed else self
        values = {**vars(other), **changed}
        return urlencode({name: str(value) for name, value in values.items() if value})

    def address(self, path: str = BOARD, **changed: object) -> str:
        """The address of this board with something changed.

        It always says whose rows are shown: the bare address opens the view that somebody chose.
        """
        return f"{path}?{self.query(**changed)}"

    @property
    def unfiltered(self) -> str:
        """The address of the same board without a filter."""
        return self.address(show="", unit="", kind="", state="", day="", patient="")


def read_filters(asked: Mapping[str, str], services: Set[str], everything: bool) -> Filters:
    """What an address asks for; what it cannot mean is left out."""

    def chosen(name: str, possible: Container[str], otherwise: str = "") -> str:
        text = asked.get(name, "")
        return text if text in possible else otherwise

    return Filters(
        who=chosen("who", ("me", "all"), "all") if everything else "me",
        show=chosen("show", VIEWS),
        unit=chosen("unit", services),
        kind=chosen("kind", TITLES),
        state=chosen("state", {*REFERRAL_STATUS, *SESSION_STATUS}),
        day=chosen("day", ("today",)),
        more=chosen("more", GROUPS),
        patient=identifier(asked.get("patient", "")),
        after=identifier(asked.get("after", "")),
    )


def identifier(text: str) -> UUID | None:
    """The identifier that a text is, or None."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


_REFERENCE = re.compile(r"R([0-9A-Z]{4})([0-9A-Z]{4})")


def reference_in(typed: str) -> str:
    """The reference that somebody typed, however it was written; empty when it is none."""
    plain = re.sub(r"[\s-]", "", typed).upper()
    found = _REFERENCE.fullmatch(plain)
    return f"R-{found[1]}-{found[2]}" if found else ""


def limit_of(group: str, more: str) -> int:
    """How many rows of a group are drawn."""
    return SHOWN_AT_MOST if group == more else SHOWN_FIRST


def is_down(beat_at: datetime, now: datetime) -> bool:
    """Whether a service has been silent for too long."""
    return now - beat_at > DOWN_AFTER


# Where the one thing that helps is done; the pages belong to the services that own them.
_PAGES: Mapping[str, str] = {
    "record-outcome": "/{debtor}/sessions/{subject}",
    "follow-up": "/{debtor}/follow-ups/{subject}",
    "acknowledge-concern": "/{debtor}/concerns/{subject}",
    "acknowledge-adverse-event": "/{debtor}/adverse-events/{subject}",
    "decide-at-gate": "/{debtor}/gates/{subject}",
}
_REFERRER_PAGES = frozenset({"answer-question", "decide-next-step", "read-report"})


def page_of(what: str, *, debtor: str, creditor: str, subject: UUID, referral: UUID | None) -> str:
    """The page on which an obligation is met. For an outside referrer the unit writes it down."""
    if what in _PAGES:
        return _PAGES[what].format(debtor=debtor, subject=subject)
    inside = what in _REFERRER_PAGES and creditor != OUTSIDE
    return f"/{debtor}/{'sent' if inside else 'referrals'}/{referral}"


def creditor_page(creditor: str, referral: UUID | None, *, sends: bool) -> str:
    """Where whom it is owed to follows it: the sender of a referral, or the unit that raised it."""
    return f"/{creditor}/{'sent' if sends else 'referrals'}/{referral}"
