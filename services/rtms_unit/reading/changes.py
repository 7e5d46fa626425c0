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


def can_be_undone(work: Work, change: PlanChange) -> bool:
    """Whether nothing has happened to the sessions since; a time may still be taken."""
    sessions = [work.find(CareSession, UUID(move["session"])) for move in change.moves]
    same = (
        session is not None and not is_changed(session, move)
        for session, move in zip(sessions, change.moves, strict=True)
    )
    return change.undone_at is None and all(same)


def is_changed(session: CareSession, move: Mapping[str, Any]) -> bool:
    """Whether a session is no longer as this line of a change left it."""
    return session.version != move["version"] or session.status != "booked"
