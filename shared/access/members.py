"""The members of the team, as every service knows them: who works where, who is there."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from sqlmodel import col, select

from shared.access.tables import Member
from shared.events import Absence, MailWishes
from shared.work import Work

_NAMES = "names of members that were asked for"


def members_of(work: Work, unit: str) -> list[Member]:
    """The active members who work in a unit (a service), by name."""
    return [member for member in _active(work) if unit in member.units]


def members_with(work: Work, role: str) -> list[Member]:
    """The active members who have a role, by name."""
    return [member for member in _active(work) if role in member.roles]


def name_of(work: Work, member_id: UUID | None) -> str:
    """The member's name; empty when nobody is meant or the member is not known here (yet)."""
    if member_id is None:
        return ""
    asked: dict[UUID, str] = work.session.info.setdefault(_NAMES, {})
    if member_id not in asked:  # also one who is not known: a page names the same few often
        member = work.find(Member, member_id)
        asked[member_id] = member.name if member else ""
    return asked[member_id]


def absences_of(member: Member) -> list[Absence]:
    """The days on which a member is away, the earliest first."""
    found = [Absence.model_validate(absence) for absence in member.absences]
    return sorted(found, key=lambda absence: absence.begins)


def mail_wishes(member: Member) -> MailWishes:
    """How a member wants mails; the default of the centre where nothing was said."""
    return MailWishes.model_validate(member.mails)


def absence_on(member: Member, day: date) -> Absence | None:
    """The absence of a member that a day lies in."""
    for absence in absences_of(member):
        if absence.begins <= day <= absence.ends:
            return absence
    return None


def present(work: Work, unit: str, day: date) -> list[Member]:
    """Whoever does the work of a unit on a day, by name: its members, and deputies of those away.

    Each once. Whoever is away without a deputy who is there has nobody.
    """
    team = team_of(work)
    there = {
        found.id
        for member in team.values()
        if member.active and unit in member.units and (found := stands_in(team, member.id, day))
    }
    return [member for member in team.values() if member.id in there]


def stand_in(work: Work, member_id: UUID, day: date) -> Member | None:
    """Who does a member's work on a day: the member, or the deputy, or the deputy's deputy.

    None when none of them is active and there.
    """
    return stand_ins(work, day, member_id).get(member_id)


def stand_ins(work: Work, day: date, *members: UUID) -> dict[UUID, Member | None]:
    """The same for some members in one go; without any for everybody."""
    team = team_of(work)
    return {member_id: stands_in(team, member_id, day) for member_id in (members or tuple(team))}


def stands_in(team: Mapping[UUID, Member], member_id: UUID | None, day: date) -> Member | None:
    """Follow the deputies; whoever was asked already is not asked again."""
    asked: set[UUID] = set()
    while member_id is not None and member_id not in asked:
        asked.add(member_id)
        member = team.get(member_id)
        absence = absence_on(member, day) if member else None
        if absence is None:
            return member if member and member.active else None
        member_id = absence.deputy
    return None


def team_of(work: Work) -> dict[UUID, Member]:
    """Everybody, by name; those who left too, because their deputies may still stand in."""
    return {member.id: member for member in work.all(select(Member).order_by(col(Member.name)))}


def _active(work: Work) -> list[Member]:
    return list(work.all(select(Member).where(Member.active).order_by(col(Member.name))))
