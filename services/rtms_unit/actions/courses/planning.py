"""Planning a course: every session of a protocol is booked on its day, all or none."""

from uuid import UUID

from services.rtms_unit.actions import gates
from services.rtms_unit.actions.courses.holding import hold_people, hold_unit
from services.rtms_unit.actions.courses.proposing import Draft, Wish, draft
from services.rtms_unit.reading import courses as reading
from services.rtms_unit.reading.unit import instant_of
from services.rtms_unit.rules import account as rules
from services.rtms_unit.rules.planning import Placed, refuse_unseen
from services.rtms_unit.tables import Course, CourseSession
from shared.access.members import members_of
from shared.discipline.actions import book, plan_follow_up
from shared.discipline.actions.records import brought_here, to_change, write
from shared.discipline.naming import about_referral
from shared.discipline.reading import follow_ups_of
from shared.discipline.rules import referral as referral_rules
from shared.discipline.rules.session import refuse_stranger
from shared.discipline.tables import Referral
from shared.events import CoursePlanned
from shared.patients import refuse_gone
from shared.work import Work


def plan(work: Work, referral_id: UUID, wish: Wish, *, seen: str = "") -> Course:
    """Book all sessions of a protocol. `seen` is the fingerprint of the preview, if there was one.

    Refused while the safety screening is not complete and decided, and while another course of
    the referral is under way.
    """
    hold_unit(work)
    referral = to_change(work, Referral, referral_id)
    refuse_gone(work, referral.patient_id)
    referral_rules.refuse_unless_possible("book", referral.status, brought_here(work, referral))
    gates.refuse_if_closed(work, "plan", referral)
    rules.refuse_second(len(reading.under_way(work, referral_id)))
    refuse_stranger(wish.practitioner_id, (m.id for m in members_of(work, work.service)))
    hold_people(work, referral.patient_id, wish.practitioner_id)
    made = draft(work, referral, wish)
    refuse_unseen(seen, [made.proposal])
    course = _course(work, referral, wish, made)
    for placed in made.proposal.placed:
        enter(work, course, placed)
    _tell(work, referral, course, made)
    return course


def _course(work: Work, referral: Referral, wish: Wish, made: Draft) -> Course:
    course = Course(
        referral_id=referral.id,
        patient_id=referral.patient_id,
        protocol=made.protocol.code,
        protocol_version=made.protocol.version,
        pain_side=wish.pain_side,
        side=made.side,
        practitioner_id=wish.practitioner_id,
        planned_at=work.now,
        changed_at=work.now,
        changed_by=work.actor,
    )
    work.add(course)
    work.session.flush()  # its sessions refer to it
    return course


def enter(work: Work, course: Course, placed: Placed) -> UUID:
    """Book one session of a course. Returns its id."""
    place, wanted = placed.place, placed.wanted
    starts_at = instant_of(work, place)
    session = book(
        work,
        course.referral_id,
        starts_at,
        place.minutes,
        course.practitioner_id,
        course_id=course.id,
    )
    work.add(
        CourseSession(
            session_id=session.id,
            course_id=course.id,
            ordinal=wanted.ordinal,
            phase=wanted.phase.code,
            machine_id=place.taken,
            makes_up=wanted.makes_up,
        )
    )
    return session.id


def _tell(work: Work, referral: Referral, course: Course, made: Draft) -> None:
    days = [placed.place.day for placed in made.proposal.placed]
    write(work, referral, "course-planned", subject=course.id)
    work.announce(
        CoursePlanned(
            **about_referral(referral),
            course_id=course.id,
            protocol=course.protocol,
            protocol_version=course.protocol_version,
            protocol_title=made.protocol.title,
            sessions=len(days),
            first_on=min(days),
            last_on=max(days),
        )
    )
    known = {follow_up.point for follow_up in follow_ups_of(work, referral.id)}
    for point in made.protocol.follow_ups:
        if point.code not in known:
            plan_follow_up(work, referral.id, point.code, point.day(min(days)))
