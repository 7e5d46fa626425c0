"""Leave: which days somebody is away, who stands in, and what a removal takes back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlmodel import col, delete, select

from services.accounts.actions.members import tell
from services.accounts.rules import leave
from services.accounts.tables import RemovedAbsence
from shared.access.members import absences_of, stands_in, team_of
from shared.access.tables import Member
from shared.access.viewer import ADMINISTRATOR, COORDINATOR
from shared.errors import NotFound, RuleBroken
from shared.events import Absence
from shared.i18n import N_
from shared.work import Work


@dataclass(frozen=True)
class Away:
    """An absence with the names of who stands in, and the days on which nobody does."""

    member: Member
    absence: Absence
    deputies: tuple[str, ...]
    nobody: tuple[tuple[date, date], ...]
    now: bool


def enter_absence(
    work: Work, member_id: UUID, absence: Absence, instead_of: date | None = None
) -> Away:
    """A member is away on these days; `instead_of` is the first day of the absence it corrects."""
    member = _to_change(work, member_id)
    team = team_of(work)
    before = leave.worth_keeping(absences_of(member), work.today)
    others = [each for each in before if each.begins != instead_of]
    if instead_of is not None and len(others) == len(before):
        raise NotFound
    leave.check_days(absence, others, work.today)
    if absence.deputy is not None:
        deputy = team.get(absence.deputy)
        leave.check_deputy(_colleague(member), _colleague(deputy) if deputy else None)
    _keep(work, member, [*others, absence], "absence-entered")
    return _away(work, team, member, absence)


def remove_absence(work: Work, member_id: UUID, begins: date) -> RemovedAbsence:
    """The member is there after all. What is removed can be put back for a while."""
    member = _to_change(work, member_id)
    kept = absences_of(member)
    found = next((absence for absence in kept if absence.begins == begins), None)
    if found is None:
        raise NotFound
    _forget_old(work)
    removed = RemovedAbsence(
        member_id=member.id,
        begins=found.begins,
        ends=found.ends,
        deputy=found.deputy,
        removed_at=work.now,
        removed_by=work.actor,
    )
    work.add(removed)
    _keep(work, member, [each for each in kept if each.begins != begins], "absence-removed")
    return removed


def restore_absence(work: Work, removed_id: UUID) -> Member:
    """Put an absence back that was removed by mistake; once."""
    removed = work.get(RemovedAbsence, removed_id)
    member = _to_change(work, removed.member_id)
    work.session.refresh(removed, with_for_update=True)
    if removed.restored_at is not None:
        raise RuleBroken(N_("This was put back already."))
    back = Absence(begins=removed.begins, ends=removed.ends, deputy=removed.deputy)
    kept = leave.worth_keeping(absences_of(member), work.today)
    leave.check_days(back, kept, work.today)
    removed.restored_at = work.now
    _keep(work, member, [*kept, back], "absence-restored")
    return member


def absences_ahead(work: Work, member_id: UUID) -> list[Away]:
    """The absences of a member that have not ended, the earliest first."""
    require_leave(work, member_id)
    return _ahead(work, team_of(work), work.get(Member, member_id))


def who_is_away(work: Work) -> list[Away]:
    """Whoever is away today or later, those of today first; for whoever arranges the work."""
    work.require(ADMINISTRATOR, COORDINATOR)
    team = team_of(work)
    found = [
        away for member in team.values() if member.active for away in _ahead(work, team, member)
    ]
    return sorted(found, key=lambda away: (away.absence.begins, away.member.name))


def colleagues(work: Work, member_id: UUID) -> list[Member]:
    """Whoever can stand in for a member."""
    require_leave(work, member_id)
    team = team_of(work)
    mine = _colleague(team[member_id])
    return [
        other
        for other in team.values()
        if other.active and other.id != member_id and leave.works_there(mine, _colleague(other))
    ]


def colleague(work: Work, member_id: UUID) -> Member:
    """The member whose leave is looked at."""
    require_leave(work, member_id)
    return work.get(Member, member_id)


def active_members(work: Work) -> list[Member]:
    """Everybody whose leave can be entered by whoever arranges the work."""
    work.require(ADMINISTRATOR, COORDINATOR)
    return [member for member in team_of(work).values() if member.active]


def require_leave(work: Work, member_id: UUID) -> None:
    """One's own leave, or that of others for whoever arranges the work."""
    if work.viewer is None or work.viewer.member_id != member_id:
        work.require(ADMINISTRATOR, COORDINATOR)


def _to_change(work: Work, member_id: UUID) -> Member:
    require_leave(work, member_id)
    member = work.get(Member, member_id)
    # Locked, so that two who enter days at the same moment do not overwrite one another.
    work.session.refresh(member, with_for_update=True)
    return member


def _keep(work: Work, member: Member, absences: Sequence[Absence], deed: str) -> None:
    kept = leave.worth_keeping(absences, work.today)
    member.absences = [absence.model_dump(mode="json") for absence in kept]
    tell(work, member, deed)


def _forget_old(work: Work) -> None:
    old = col(RemovedAbsence.removed_at) < work.now - leave.REMEMBERED
    work.session.execute(delete(RemovedAbsence).where(old))


def _ahead(work: Work, team: Mapping[UUID, Member], member: Member) -> list[Away]:
    return [
        _away(work, team, member, absence)
        for absence in absences_of(member)
        if absence.ends >= work.today
    ]


def _away(work: Work, team: Mapping[UUID, Member], member: Member, absence: Absence) -> Away:
    """Who stands in on each day to come, followed through deputies who are away too."""
    found = {day: stands_in(team, member.id, day) for day in leave.days_of(absence, work.today)}
    names = dict.fromkeys(deputy.name for deputy in found.values() if deputy is not None)
    alone = leave.in_rows(day for day, deputy in found.items() if deputy is None)
    return Away(member, absence, tuple(names), tuple(alone), absence.begins <= work.today)


def _colleague(member: Member) -> leave.Colleague:
    return leave.Colleague(member.id, member.active, member.units)


def removed_since(work: Work, member_id: UUID) -> Sequence[RemovedAbsence]:
    """What was removed lately and can be put back, the latest first."""
    require_leave(work, member_id)
    statement = (
        select(RemovedAbsence)
        .where(RemovedAbsence.member_id == member_id, col(RemovedAbsence.ends) >= work.today)
        .where(col(RemovedAbsence.restored_at).is_(None))
        .order_by(col(RemovedAbsence.removed_at).desc())
    )
    return work.all(statement)[:3]
