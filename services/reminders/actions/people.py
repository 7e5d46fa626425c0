"""Who is told of a matter, who stands in for whoever is away, and when each may get mails."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from services.reminders.rules import places, wording
from services.reminders.rules.pace import Manners, is_for_a_deputy
from services.reminders.rules.timing import Times
from services.reminders.tables import Matter
from shared.access.members import (
    absences_of,
    mail_wishes,
    members_of,
    members_with,
    stand_ins,
)
from shared.access.tables import Member
from shared.access.units import calendar_of
from shared.access.viewer import COORDINATOR, PHYSICIAN
from shared.events import OUTSIDE
from shared.work import Work


@dataclass(frozen=True)
class Recipient:
    """Whoever is told; None when somebody should be and nobody is there."""

    member: Member | None
    instead_of: UUID | None = None


def times_of(work: Work, member: Member) -> Times:
    """When this member may get mails: on working days of one of the own units, and not on leave."""
    wishes, away = mail_wishes(member), absences_of(member)
    calendars = [calendar_of(work, unit) for unit in member.units or [""]]

    def works(day: date) -> bool:
        if any(absence.begins <= day <= absence.ends for absence in away):
            return False
        return any(calendar.is_working_day(day) for calendar in calendars)

    zone = ZoneInfo(member.zone) if member.zone else work.zone
    return Times(zone, works, wishes.digest_at, wishes.quiet_from, wishes.quiet_until)


def manners_of(work: Work, member: Member | None) -> Manners:
    """What the centre and this member want mails to be like."""
    settings = work.settings
    daily = mail_wishes(member).daily_only if member else True
    return Manners(settings.mail_chase, settings.mail_escalation, daily)


def recipients(work: Work, matter: Matter, step: str, part: str) -> list[Recipient]:
    """Whoever is told as this part, each once; nobody at all where there is nobody to tell."""
    if part == "creditor" and matter.creditor == OUTSIDE:
        return []
    members = _members(work, matter, part)
    if not is_for_a_deputy(step, urgent=matter.urgent):
        return [Recipient(member) for member in members] or [Recipient(None)]
    return list(_there(work, members)) or _whoever_is_there(work, matter, part)


def is_still_concerned(member: Member, matter: Matter, part: str, *, stands_in: bool) -> bool:
    """Whether a member still has the part in a matter that he or she was to be told for."""
    if not member.active:
        return False
    if stands_in or matter.debtor_member == member.id:
        return True
    if _is_coordination(matter, part):
        return COORDINATOR in member.roles
    return (matter.creditor if part == "creditor" else matter.debtor) in member.units


def _is_coordination(matter: Matter, part: str) -> bool:
    """Whether the coordinators are meant: they also owe what nobody else can do."""
    return part == "coordinator" or (part == "debtor" and matter.debtor == places.COORDINATION)


def _members(work: Work, matter: Matter, part: str) -> Sequence[Member]:
    if _is_coordination(matter, part):
        return members_with(work, COORDINATOR)
    if part == "creditor":
        return members_of(work, matter.creditor)
    named = work.find(Member, matter.debtor_member) if matter.debtor_member else None
    return [named] if named and named.active else _able(members_of(work, matter.debtor), matter)


def _able(members: Sequence[Member], matter: Matter) -> Sequence[Member]:
    """Those who can do it; everybody, where a physician is asked for and none is there."""
    if matter.what not in wording.FOR_PHYSICIANS:
        return members
    return [member for member in members if PHYSICIAN in member.roles] or members


def _there(work: Work, members: Sequence[Member]) -> Iterator[Recipient]:
    """Each who is there today, and the deputies of those who are not; nobody twice."""
    if not members:
        return
    found = stand_ins(work, work.today, *(member.id for member in members))
    told = {member.id for member in members if found[member.id] is member}
    yield from (Recipient(member) for member in members if member.id in told)
    for member_id, other in found.items():
        if other is not None and other.id not in told:
            told.add(other.id)
            yield Recipient(other, instead_of=member_id)


def _whoever_is_there(work: Work, matter: Matter, part: str) -> list[Recipient]:
    """What cannot wait is told to the rest of the unit when whoever was meant is away."""
    if part != "debtor":
        return [Recipient(None)]
    there = list(_there(work, members_of(work, matter.debtor)))
    able = {member.id for member in _able([one.member for one in there if one.member], matter)}
    return [one for one in there if one.member and one.member.id in able] or [Recipient(None)]
