"""Appointments as they are announced: who has which one in the calendar, and what changes there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.reminders.actions.telling import Change, tell, tell_anew
from services.reminders.rules.invitations import (
    INVITED,
    WITHDRAWN,
    Shown,
    entry_id,
    uid,
)
from services.reminders.tables import Appointment, CalendarEntry
from shared.access.members import absences_of, stands_in, team_of
from shared.access.tables import Member
from shared.access.units import calendar_of
from shared.events import SessionBooked, SessionCancelled, SessionEvent, SessionMoved
from shared.work import Work

BOOKED, CANCELLED = "booked", "cancelled"


def book(work: Work, event: SessionBooked) -> None:
    """Somebody has an appointment; only this event says with whom."""
    appointment = _kept(work, event, event.starts_at, event.minutes)
    if _is_news(work, appointment):
        appointment.starts_at, appointment.minutes = event.starts_at, event.minutes
        appointment.state = BOOKED
    appointment.practitioner_id = event.practitioner_id
    _settle(work, [appointment])


def move(work: Work, event: SessionMoved) -> None:
    """The appointment is at another time."""
    appointment = _kept(work, event, event.starts_at, event.minutes)
    if _is_news(work, appointment):
        appointment.starts_at, appointment.minutes = event.starts_at, event.minutes
        _settle(work, [appointment])


def cancel(work: Work, event: SessionCancelled) -> None:
    """The appointment was taken back."""
    appointment = _kept(work, event, work.said_at, 0)
    if _is_news(work, appointment):
        appointment.state = CANCELLED
        _settle(work, [appointment])


def rearrange(work: Work, member_id: UUID) -> None:
    """A member leaves, comes back, or is away: colleagues take over what is still to come."""
    concerned = _whose_work_depends_on(work, member_id)
    to_come = select(Appointment).where(
        col(Appointment.practitioner_id).in_(concerned),
        col(Appointment.starts_at) > work.now,
        col(Appointment.state) == BOOKED,
    )
    _settle(work, work.all(to_come))
    tell_anew(work, member_id)


def _kept(work: Work, event: SessionEvent, starts_at: datetime, minutes: int) -> Appointment:
    """The appointment, also when its events come in a wrong order."""
    known = work.find(Appointment, event.session_id)
    if known is not None:
        return known
    appointment = Appointment(
        session_id=event.session_id,
        patient_id=event.patient_id,
        performer=event.performer,
        starts_at=starts_at,
        minutes=minutes,
        changed_at=work.now,
    )
    work.add(appointment)
    work.session.flush()
    return appointment


def _is_news(work: Work, appointment: Appointment) -> bool:
    """Whether the event is newer than what is known; a repeated or late one is not."""
    number = work.cause.deliveryseq if work.cause else None
    number = appointment.heard + 1 if number is None else number
    if number <= appointment.heard:
        return False
    appointment.heard, appointment.changed_at = number, work.now
    return True


def _whose_work_depends_on(work: Work, member_id: UUID) -> set[UUID]:
    """The member, and everybody who is deputised by one of these."""
    deputies: dict[UUID, set[UUID]] = defaultdict(set)
    for member in team_of(work).values():
        for absence in absences_of(member):
            if absence.deputy:
                deputies[absence.deputy].add(member.id)
    found: set[UUID] = set()
    asked = {member_id}
    while asked:
        found |= asked
        asked = set().union(*(deputies[one] for one in asked)) - found
    return found


def _settle(work: Work, appointments: Sequence[Appointment]) -> None:
    """Bring every calendar to what is true now, and tell whoever would be wrong otherwise."""
    whose = _whose(work, appointments)
    entries: dict[UUID, list[CalendarEntry]] = defaultdict(list)
    ids = [appointment.session_id for appointment in appointments]
    for entry in work.all(select(CalendarEntry).where(col(CalendarEntry.session_id).in_(ids))):
        entries[entry.session_id].append(entry)
    changes: list[Change] = []
    for appointment in appointments:
        theirs = entries[appointment.session_id]
        changes += _bring(work, appointment, whose.get(appointment.session_id), theirs)
    work.session.flush()
    tell(work, changes)


def _whose(work: Work, appointments: Iterable[Appointment]) -> dict[UUID, UUID | None]:
    """In whose calendar each appointment belongs; None is the unit's. Cancelled ones are left out.

    Whoever is away on that day without a deputy keeps it; when somebody has left, it is the unit's.
    """
    team = team_of(work)
    return {
        appointment.session_id: _person(work, appointment, team)
        for appointment in appointments
        if appointment.state == BOOKED
    }


def _person(work: Work, appointment: Appointment, team: Mapping[UUID, Member]) -> UUID | None:
    zone = calendar_of(work, appointment.performer).zone
    day = appointment.starts_at.astimezone(zone).date()
    there = stands_in(team, appointment.practitioner_id, day)
    named = team.get(appointment.practitioner_id) if appointment.practitioner_id else None
    if there is None and named is not None and named.active:
        return named.id
    return there.id if there is not None else None


def _bring(
    work: Work, appointment: Appointment, whose: UUID | None, entries: Iterable[CalendarEntry]
) -> list[Change]:
    """Change the entries of an appointment that are not as they should be, and make a new one."""
    booked, changes = appointment.state == BOOKED, []
    known = {entry.member_id: entry for entry in entries}
    if booked and whose not in known:
        changes.append(Change(_entry(work, appointment, whose), None))
    for member_id, entry in known.items():
        was = Shown(entry.starts_at, entry.minutes, entry.state)
        invited = booked and member_id == whose
        wanted = Shown(appointment.starts_at, appointment.minutes) if invited else gone(was)
        if wanted != was:
            entry.starts_at, entry.minutes, entry.state = _values(wanted)
            entry.sequence, entry.changed_at = entry.sequence + 1, work.now
            changes.append(Change(entry, was))
    return changes


def gone(shown: Shown) -> Shown:
    """The same appointment when it is nobody's in this calendar any more."""
    return Shown(shown.starts_at, shown.minutes, WITHDRAWN)


def _values(shown: Shown) -> tuple[datetime, int, str]:
    return shown.starts_at, shown.minutes, shown.state


def _entry(work: Work, appointment: Appointment, member_id: UUID | None) -> CalendarEntry:
    key = entry_id(appointment.session_id, member_id)
    entry = CalendarEntry(
        id=key,
        session_id=appointment.session_id,
        member_id=member_id,
        performer=appointment.performer,
        uid=uid(key, work.settings.mail_from.rpartition("@")[2]),
        starts_at=appointment.starts_at,
        minutes=appointment.minutes,
        state=INVITED,
        changed_at=work.now,
    )
    work.add(entry)
    return entry
