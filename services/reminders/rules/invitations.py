"""What the calendar of a person must be told of an appointment, and under which name for ever."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID, uuid5

INVITED, WITHDRAWN = "invited", "withdrawn"
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"
NEW, MOVED, GONE, AGAIN = "new", "moved", "gone", "again"
"""What a mail says of an appointment."""

SOON = timedelta(hours=2)
"""An appointment that begins this soon after the next opening is told at once, also at night."""
GATHERING = timedelta(minutes=1)
"""What one change causes is waited for so long, so that a whole course is one mail."""
PAST = timedelta(days=30)
AHEAD = timedelta(days=365)
"""How far a subscribed calendar looks back and ahead."""

_ENTRIES = UUID("7c4a9a0e-52a5-5f0b-9a0c-0c7c2f6f3d11")


@dataclass(frozen=True)
class Shown:
    """What a calendar shows of an appointment."""

    starts_at: datetime
    minutes: int
    state: str = INVITED

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class Told(Protocol):
    """What one mail said of an appointment, if it was written."""

    starts_at: datetime | None
    minutes: int | None
    state: str


def entry_id(session_id: UUID, member_id: UUID | None) -> UUID:
    """The same for ever, so that a copy of the database that was restored finds it again."""
    return uuid5(_ENTRIES, f"{session_id}:{member_id or 'unit'}")


def uid(entry: UUID, domain: str) -> str:
    """The name of an appointment in calendars (RFC 5545, UID)."""
    return f"{entry}@{domain}"


def held(told: Iterable[tuple[Told, bool]]) -> set[Shown | None]:
    """What a calendar may show by now, after these mails; None is nothing at all.

    Each with whether it surely arrived. After a lost connection both are possible: what was
    shown before, and what the mail said.
    """
    possible: set[Shown | None] = {None}
    for said, surely in told:
        if said.starts_at is None or said.minutes is None:
            continue
        gone = said.state == WITHDRAWN
        shown = None if gone else Shown(said.starts_at, said.minutes)
        possible = {shown} if surely else possible | {shown}
    return possible


def must_tell(now_shown: Shown, possible: Collection[Shown | None]) -> bool:
    """Whether a calendar may show something else than what is true."""
    true = None if now_shown.state == WITHDRAWN else now_shown
    return any(shown != true for shown in possible)


def what_is_said(now_shown: Shown, possible: Collection[Shown | None]) -> str:
    """In which words an appointment is told, after what may be known of it."""
    if now_shown.state == WITHDRAWN:
        return GONE
    if not must_tell(now_shown, possible):
        return AGAIN
    return NEW if None in possible else MOVED


def method(states: Collection[str]) -> str:
    """What a calendar program is asked to do (RFC 5546).

    REQUEST and CANCEL are for one appointment each: several names (UID) in one are forbidden
    there, and programs would take the first and drop the others.
    """
    if len(states) > 1:
        return PUBLISH
    return CANCEL if WITHDRAWN in states else REQUEST


def is_soon(moments: Iterable[datetime], next_opening: datetime) -> bool:
    """Whether a mail that waits for the next opening could come too late for one of these."""
    return any(moment < next_opening + SOON for moment in moments)
