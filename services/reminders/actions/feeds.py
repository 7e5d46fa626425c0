"""The private calendar of a member: an address that programs fetch, and that can be shut."""

from collections.abc import Sequence
from datetime import datetime, time
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import and_, or_
from sqlmodel import col, select

from services.reminders.actions import calendars
from services.reminders.actions.invitations import item, language_of, line, zone_of
from services.reminders.rules.invitations import AHEAD, INVITED, PAST, Shown
from services.reminders.tables import CalendarEntry, CalendarFeed
from shared.access.tables import Member
from shared.calendar import to_utc
from shared.errors import NotFound
from shared.identifiers import digest, new_secret
from shared.work import Work

NAME = "Relais"


class Fetched(NamedTuple):
    """A calendar as a program gets it; `tag` changes when anything in it does."""

    text: str
    tag: str


def open_feed(work: Work) -> str:
    """A new address for the viewer's calendar; the one before counts no more. Told only once."""
    member_id, secret = _viewer(work), new_secret()
    work.session.merge(CalendarFeed(member_id=member_id, digest=digest(secret), made_at=work.now))
    work.audit("calendar-address-made", None)
    return f"{work.settings.address}/reminders/calendar/{secret}.ics"


def close_feed(work: Work) -> None:
    """From now on the viewer's calendar can be fetched from nowhere."""
    feed = work.find(CalendarFeed, _viewer(work))
    if feed is not None:
        work.session.delete(feed)
        work.audit("calendar-address-ended", None)


def own_feed(work: Work) -> CalendarFeed | None:
    """The viewer's address, if there is one; nobody can read it again."""
    return work.find(CalendarFeed, _viewer(work))


def fetch(work: Work, secret: str) -> Fetched:
    """The calendar with this secret, or `NotFound` without a word about why."""
    feed = work.first(select(CalendarFeed).where(col(CalendarFeed.digest) == digest(secret)))
    member = work.find(Member, feed.member_id) if feed is not None else None
    if member is None or not member.active:
        raise NotFound
    zone, language = zone_of(work, member), language_of(member)
    lines = [_line(work, entry, language) for entry in _entries(work, member, zone)]
    text = calendars.feed(lines, zone, NAME, work.now.astimezone(zone).year)
    return Fetched(text, digest(text))


def _entries(work: Work, member: Member, zone: ZoneInfo) -> Sequence[CalendarEntry]:
    """The member's appointments, and those of the own units that nobody is named for."""
    first, last = _midnight(work.now - PAST, zone), _midnight(work.now + AHEAD, zone)
    of_unit = and_(
        col(CalendarEntry.member_id).is_(None), col(CalendarEntry.performer).in_(member.units)
    )
    wanted = select(CalendarEntry).where(
        or_(col(CalendarEntry.member_id) == member.id, of_unit),
        col(CalendarEntry.state) == INVITED,
        col(CalendarEntry.starts_at) >= first,
        col(CalendarEntry.starts_at) < last,
    )
    entries: Sequence[CalendarEntry] = work.all(
        wanted.order_by(col(CalendarEntry.starts_at), col(CalendarEntry.id))
    )
    return entries


def _line(work: Work, entry: CalendarEntry, language: str) -> calendars.Line:
    shown = Shown(entry.starts_at, entry.minutes)
    return line(entry, item(work, entry, shown, {shown}), language, entry.changed_at)


def _midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    """Whole days, so that the same calendar has the same tag all day."""
    return to_utc(moment.astimezone(zone).date(), time(), zone)


def _viewer(work: Work) -> UUID:
    if work.viewer is None:
        raise NotFound
    return work.viewer.member_id
