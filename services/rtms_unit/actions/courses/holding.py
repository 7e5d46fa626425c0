"""Locks: two people who plan in the unit at once do so one after the other.

The order is always the same, so that nobody waits for somebody who waits for him: the unit, then
referrals, sessions and courses, each by their ids, then the patient, then the operator. What stops
one course of a patient stops all, so they are held together.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.sql import Select
from sqlmodel import col, select

from services.rtms_unit.rules.account import UNDER_WAY
from services.rtms_unit.tables import Course, CourseSession, Machine
from shared.access.tables import Member
from shared.discipline.tables import CareSession, Referral
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
    wanted = sorted(set(course_ids))
    asked = select(Course.referral_id).where(col(Course.id).in_(wanted))
    referrals = select(Referral).where(col(Referral.id).in_(asked))
    work.all(_now(referrals.order_by(col(Referral.id))))
    links = select(CourseSession.session_id).where(col(CourseSession.course_id).in_(wanted))
    sessions = select(CareSession).where(col(CareSession.id).in_(links))
    work.all(_now(sessions.order_by(col(CareSession.id))))
    courses = select(Course).where(col(Course.id).in_(wanted)).order_by(col(Course.id))
    return list(work.all(_now(courses)))


def hold_course(work: Work, course_id: UUID) -> Course:
    """One course with its sessions, its patient and its operator, or `NotFound`."""
    known = work.find(Course, course_id)
    if known is None:
        raise NotFound
    found = hold_courses(work, [course_id, *_running(work, known.patient_id)])
    course = next(each for each in found if each.id == course_id)
    hold_people(work, course.patient_id, course.practitioner_id)
    return course


def _running(work: Work, patient_id: UUID) -> Sequence[UUID]:
    running = select(Course.id).where(
        col(Course.patient_id) == patient_id, col(Course.status).in_(UNDER_WAY)
    )
    return work.all(running)


def hold_people(work: Work, patient_id: UUID, practitioner_id: UUID | None) -> None:
    """Whoever books for the same patient or operator waits."""
    work.hold(Patient, patient_id)
    if practitioner_id is not None:
        work.hold(Member, practitioner_id)


def _now(statement: Select[Any]) -> Select[Any]:
    """Locks the rows, and reads them as they are then; others may refer to them meanwhile."""
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)
