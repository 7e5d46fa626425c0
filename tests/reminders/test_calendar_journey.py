"""A course in the calendar of its operator: planned, put off over Christmas, put back, ended."""

from datetime import date, datetime

import pytest
from sqlmodel import select

from services.rtms_unit.actions import courses
from services.rtms_unit.rules.planning import Days
from shared.discipline.tables import CareSession
from tests.clinic import Clinic
from tests.patients.gone import stand
from tests.reminders.agenda import Program
from tests.reminders.post import Post
from tests.rtms_unit.planner import do, go_to, machine, planned, ready, wish

MONDAY = date(2026, 12, 7)


def in_the_calendar(post: Post, program: Program) -> int:
    """How many mails about appointments came since the last look; all of them are taken over."""
    for _ in range(3):
        post.clinic.wait(minutes=1)
        post.clinic.team.tick()
    mails = [message for message in post.sent if message.calendar]
    post.clinic.mailer.sent.clear()
    program.take(mails)
    return len(mails)


def booked(clinic: Clinic) -> list[datetime]:
    with clinic.look("rtms_unit") as work:
        rows = work.all(select(CareSession).where(CareSession.status == "booked"))
        return sorted(row.starts_at for row in rows)


@pytest.mark.slow
def test_a_course_over_christmas_from_its_plan_to_its_end(clinic: Clinic) -> None:
    """Each deed of the unit is one mail, and afterwards the calendar is as the unit's own."""
    post, program = Post(clinic), Program()
    machine(clinic)
    patient = ready(clinic)
    planned(clinic, patient, wish(first_on=MONDAY, practitioner_id=clinic.operator))
    assert in_the_calendar(post, program) == 1
    assert sorted(moment for _, moment in program.shown.values()) == booked(clinic)
    before = booked(clinic)
    closed = do(clinic, courses.close_days, Days(date(2026, 12, 15), date(2027, 1, 1)), "Holidays")
    assert in_the_calendar(post, program) == 1
    assert sorted(moment for _, moment in program.shown.values()) == booked(clinic) != before
    do(clinic, courses.undo, closed.id)
    assert in_the_calendar(post, program) == 1
    assert sorted(moment for _, moment in program.shown.values()) == booked(clinic) == before
    go_to(clinic, date(2026, 12, 10))
    in_the_calendar(post, program)
    stand(clinic, patient.patient_id, "deceased")
    assert in_the_calendar(post, program) == 1
    assert {moment for _, moment in program.shown.values() if moment > clinic.now} == set()
    assert [moment for moment in booked(clinic) if moment > clinic.now] == []
