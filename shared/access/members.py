"""The members of the team, as every service knows them."""

from uuid import UUID

from sqlmodel import col, select

from shared.access.tables import Member
from shared.work import Work


def members_of(work: Work, unit: str) -> list[Member]:
    """The active members who work in a unit (a service), by name."""
    return [member for member in _active(work) if unit in member.units]


def members_with(work: Work, role: str) -> list[Member]:
    """The active members who have a role, by name."""
    return [member for member in _active(work) if role in member.roles]


def name_of(work: Work, member_id: UUID | None) -> str:
    """The member's name; empty when nobody is meant or the member is not known here (yet)."""
    member = work.find(Member, member_id) if member_id else None
    return member.name if member else ""


def _active(work: Work) -> list[Member]:
    return list(work.all(select(Member).where(Member.active).order_by(col(Member.name))))
