"""Appointments in the form that calendar programs read. The only file that writes iCalendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import (
    Calendar,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vRecur,
    vUri,
)

from services.reminders.rules.invitations import CANCEL, INVITED, REQUEST, Shown
from services.reminders.rules.zones import Observance, observances

_MAKER = "-//Relais//Relais//EN"
_REFRESH, _TTL = timedelta(hours=1), "PT1H"
"""How often a subscribed calendar is fetched, in the two forms that programs know."""


@dataclass(frozen=True)
class Line:
    """One appointment in a calendar. `free` says that the reader's time is not taken by it."""

    uid: str
    sequence: int
    shown: Shown
    title: str
    words: str
    url: str
    stamp: datetime
    free: bool = False


@dataclass(frozen=True)
class Letter:
    """From whom a calendar comes, to whom, and what is to be done with it (RFC 5546)."""

    method: str
    sender: str
    reader: str


def invitation(lines: Sequence[Line], zone: ZoneInfo, letter: Letter) -> str:
    """The calendar part of a mail."""
    calendar = _calendar(lines, zone)
    calendar.add("method", letter.method)
    for line in lines:
        calendar.add_component(_with_people(_event(line, zone), letter))
    return _text(calendar)


def feed(lines: Sequence[Line], zone: ZoneInfo, name: str, year: int) -> str:
    """A calendar that programs fetch again and again; one without appointments has the zone."""
    calendar = _calendar(lines, zone, year)
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", zone.key)
    calendar.add("refresh-interval", _REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", _TTL)
    for line in lines:
        calendar.add_component(_event(line, zone))
    return _text(calendar)


def _calendar(lines: Sequence[Line], zone: ZoneInfo, *years: int) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _MAKER)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    moments = (moment for line in lines for moment in (line.shown.starts_at, line.shown.ends_at))
    known = {*years, *(moment.year for moment in moments)}
    calendar.add_component(_zone(zone, min(known), max(known)))
    return calendar


def _event(line: Line, zone: ZoneInfo) -> Event:
    event = Event()
    event.add("uid", line.uid)
    event.add("dtstamp", line.stamp.astimezone(UTC))
    event.add("sequence", line.sequence)
    for name, moment in zip(("dtstart", "dtend"), _local(line.shown, zone), strict=True):
        event.add(name, moment)
    event.add("summary", line.title)
    event.add("description", line.words)
    event.add("url", vUri(line.url))
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT" if line.free else "OPAQUE")
    event.add("status", "CONFIRMED" if line.shown.state == INVITED else "CANCELLED")
    return event


def _local(shown: Shown, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Beginning and end on the clocks of the zone; in UTC where they show an hour twice."""
    there = shown.starts_at.astimezone(zone), shown.ends_at.astimezone(zone)
    if any(moment.fold for moment in there):
        return shown.starts_at.astimezone(UTC), shown.ends_at.astimezone(UTC)
    return there


def _with_people(event: Event, letter: Letter) -> Event:
    """The organizer is the sender, bare; nobody is asked for an answer, and none is pretended."""
    event.add("organizer", vCalAddress(f"mailto:{letter.sender}"))
    if letter.method in (REQUEST, CANCEL):
        reader = vCalAddress(f"mailto:{letter.reader}")
        reader.params.update(CUTYPE="INDIVIDUAL", ROLE="REQ-PARTICIPANT", RSVP="FALSE")
        if letter.method == REQUEST:
            reader.params["PARTSTAT"] = "NEEDS-ACTION"
        event.add("attendee", reader)
    return event


def _zone(zone: ZoneInfo, first: int, last: int) -> Timezone:
    timezone = Timezone()
    timezone.add("tzid", zone.key)
    for observance in observances(zone, first, last):
        timezone.add_component(_observance(observance))
    return timezone


def _observance(found: Observance) -> TimezoneDaylight | TimezoneStandard:
    part = TimezoneDaylight() if found.is_daylight else TimezoneStandard()
    part.add("dtstart", found.onset)
    part.add("tzoffsetfrom", found.before)
    part.add("tzoffsetto", found.after)
    part.add("tzname", found.name)
    if found.rule:
        month, day = found.rule
        part.add("rrule", vRecur(freq="yearly", bymonth=month, byday=day))
    return part


def _text(calendar: Calendar) -> str:
    text: bytes = calendar.to_ical(sorted=False)
    return text.decode()
