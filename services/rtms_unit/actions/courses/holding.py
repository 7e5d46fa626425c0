"""Locks: two people who plan in the unit at once do so one after the other.

The order is always the same, so that nobody waits for somebody who waits for him: the unit, then
sessions, then courses, then the patient, then the operator.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy.sql import Select
from sqlmodel import col, select

from services.rtms_unit.tables import Course, CourseSession, Machine
from shared.access.tables import Member
from shared.discipline.tables import CareSession
from shared.errors import NotFound, RuleBroken
from shared.i18n import N_
from shared.patients import Patient
from shared.work import Work


def hold_unit(work: Work) -> None:
    """Nobody else plans until this work is done. Without a machine nobody can."""
    machines = select(Machine).order_by(col(Machine.id)).with_for_update()
    if not work.all(machines):
        raise RuleBroken(N_("No machine is registered: enter the first one under Equipment."))


def hold_courses(work: Work, course_ids: Iterable[UUID]) -> list[Course]:
    """The courses as they are now, with their sessions; nobody records one meanwhile."""
    wanted = sorted(course_ids)
    links = select(CourseSession.session_id).where(col(CourseSession.course_id).in_(wanted))
    sessions = select(CareSession).where(col(CareSession.id).in_(links))
    work.all(_now(sessions.order_by(col(CareSession.id))))
    courses = select(Course).where(col(Course.id).in_(wanted)).order_by(col(Course.id))
    return list(work.all(_now(courses)))


def hold_course(work: Work, course_id: UUID) -> Course:
    """One course with its sessions, its patient and its operator, or `NotFound`."""
    found = hold_courses(work, [course_id])
    if not found:
        raise NotFound
    hold_people(work, found[0].patient_id, found[0].practitioner_id)
    return found[0]


def hold_people(work: Work, patient_id: UUID, practitioner_id: UUID | None) -> None:
    """Whoever books for the same patient or operator waits."""
    work.session.get(Patient, patient_id, with_for_update=True)
    if practitioner_id is not None:
        work.session.get(Member, practitioner_id, with_for_update=True)


def _now(statement: Select[Any]) -> Select[Any]:
    """Locks the rows, and reads them as they are then."""
    return statement.with_for_update().execution_options(populate_existing=True)
