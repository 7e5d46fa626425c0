"""What was changed in the plan of a course or of the unit, and whether it can be taken back."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from services.rtms_unit.tables import PlanChange
from shared.discipline.tables import CareSession
from shared.work import Work

MOST = 100
"""Changes on one page."""


def changes(work: Work, course_id: UUID | None) -> Sequence[PlanChange]:
    """The changes of a course's plan, or of the whole unit, the latest first."""
    statement = select(PlanChange).where(
        col(PlanChange.course_id).is_(None)
        if course_id is None
        else col(PlanChange.course_id) == course_id
    )
    return work.all(statement.order_by(col(PlanChange.at).desc()).limit(MOST))


def undoable(work: Work, found: Sequence[PlanChange]) -> set[UUID]:
    """The changes after which nothing has happened to their sessions; a time may still be taken."""
    standing = [change for change in found if change.undone_at is None]
    wanted = {UUID(move["session"]) for change in standing for move in change.moves}
    chosen = select(CareSession).where(col(CareSession.id).in_(wanted))
    sessions = {session.id: session for session in work.all(chosen)}
    return {
        change.id
        for change in standing
        if all(_is_as_left(sessions.get(UUID(move["session"])), move) for move in change.moves)
    }


def _is_as_left(session: CareSession | None, move: Mapping[str, Any]) -> bool:
    return session is not None and not is_changed(session, move)


def is_changed(session: CareSession, move: Mapping[str, Any]) -> bool:
    """Whether a session is no longer as this line of a change left it."""
    return session.version != move["version"] or session.status != "booked"
