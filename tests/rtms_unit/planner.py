"""What the tests of the planner do again and again: a machine, a patient who may begin, a plan."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.rtms_unit.actions import courses
from services.rtms_unit.actions.courses.proposing import Wish
from services.rtms_unit.reading.courses import WholeCourse, whole
from services.rtms_unit.rules.account import GIVEN, TO_COME
from services.rtms_unit.tables import Course, Gate, Machine, Screening
from shared.discipline import actions
from shared.discipline.tables import CareSession, Referral
from shared.errors import Invalid, RuleBroken
from shared.identifiers import new_id
from shared.work import Work
from tests.clinic import Clinic
from tests.referring import Referred, refer, register

NINE = time(9)
TUESDAY = date(2026, 11, 24)
"""Tomorrow, for a clinic that begins on Monday."""


def machine(clinic: Clinic, name: str = "Magstim 1") -> UUID:
    """A machine that has been in use for years."""
    with clinic.work("rtms_unit") as work:
        row = Machine(
            name=name,
            maker="Magstim",
            serial_number=new_id().hex,
            in_use_from=date(2020, 1, 1),
            changed_at=work.now,
            changed_by=work.actor,
        )
        work.add(row)
        return row.id


def screened(work: Work, referral: Referral) -> None:
    """The safety screening is complete, and no answer stands against stimulation."""
    gate = Gate(
        gate="screening",
        state="released",
        ask="complete",
        referral_id=referral.id,
        patient_id=referral.patient_id,
        asks="rtms_unit",
        closed_at=work.now,
        closed_by=work.actor,
        changed_at=work.now,
        changed_by=work.actor,
    )
    work.add(gate)
    work.add(
        Screening(
            referral_id=referral.id,
            patient_id=referral.patient_id,
            answers={},
            details={},
            signed_at=work.now,
            signed_by=work.actor,
            gate_id=gate.id,
        )
    )


def ready(clinic: Clinic, family: str = "Lefèvre") -> Referred:
    """A patient whom the unit has accepted and screened."""
    sent = refer(clinic, patient_id=register(clinic, family, "Hélène"))
    with clinic.work("rtms_unit", clinic.operator) as work:
        actions.accept(work, sent.id)
        screened(work, work.get(Referral, sent.id))
    return sent


def wish(protocol: str = "hodaj-2015", first_on: date = TUESDAY, **more: Any) -> Wish:
    return Wish(
        **{"protocol": protocol, "pain_side": "left", "first_on": first_on, "at": NINE, **more}
    )


def planned(clinic: Clinic, sent: Referred, wanted: Wish | None = None) -> UUID:
    """A course that was planned just now."""
    course: Course = do(clinic, courses.plan, sent.id, wanted or wish())
    return course.id


def do(clinic: Clinic, verb: Callable[..., Any], *values: object, **named: object) -> Any:
    """The operator of the unit does something."""
    with clinic.work("rtms_unit", clinic.operator) as work:
        return verb(work, *values, **named)


def refused(clinic: Clinic, verb: Callable[..., Any], *values: object, **named: object) -> str:
    """The sentence with which the unit is refused something."""
    try:
        with clinic.work("rtms_unit", clinic.operator) as work:
            verb(work, *values, **named)
    except (RuleBroken, Invalid) as why:
        return str(why)
    raise AssertionError("it was not refused")


def seen(clinic: Clinic, course_id: UUID) -> WholeCourse:
    """The course as it stands."""
    with clinic.look("rtms_unit") as work:
        return whole(work, work.get(Course, course_id))


def days(clinic: Clinic, course_id: UUID) -> list[str]:
    """The sessions that were given or are to come, by their times: `4 Tue 24 Nov 09:00`."""
    return [
        f"{line.link.ordinal} {line.place.day:%a %d %b} {line.place.minute // 60:02}:"
        f"{line.place.minute % 60:02}"
        for line in seen(clinic, course_id).lines
        if line.session.status in GIVEN | TO_COME
    ]


def session(clinic: Clinic, course_id: UUID, ordinal: int) -> UUID:
    """The id of a session by its number, the latest one of that number."""
    found = [each for each in seen(clinic, course_id).lines if each.link.ordinal == ordinal]
    return found[-1].session.id


def go_to(clinic: Clinic, day: date, hour: int = 12) -> None:
    """Let time pass until an hour (of universal time) of a day."""
    target = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    clinic.wait(seconds=(target - clinic.now).total_seconds())


def end(clinic: Clinic, session_id: UUID, status: str = "completed") -> None:
    """A session has an outcome, as if it had been recorded, and what follows from it follows."""
    how = {"completed": "complete", "missed": "miss", "interrupted": "interrupt"}[status]
    with clinic.work("rtms_unit") as work:
        row = work.get(CareSession, session_id)
        row.status, row.changed_at, row.version = status, work.now, row.version + 1
        courses.session_ended(work, row, how)


def kinds(clinic: Clinic) -> list[str]:
    """What the unit said of courses, in order."""
    with clinic.team["rtms_unit"].reader.connect() as connection:
        rows = connection.exec_driver_sql("select kind from event order by id")
        return [kind for (kind,) in rows if kind.startswith(("course.", "gate."))]


def double_bookings(clinic: Clinic) -> list[tuple[str, datetime]]:
    """Machines, operators and patients who would be in two sessions at once."""
    with clinic.look("rtms_unit") as work:
        ahead = [
            (each.patient_id, each.practitioner_id, line)
            for each in work.all(select(Course))
            for line in whole(work, each).lines
            if line.is_open
        ]
    taken = [
        (who, line.session.starts_at, line.session.minutes)
        for patient, operator, line in ahead
        for who in (patient, operator, line.link.machine_id)
        if who is not None
    ]
    return [
        (str(who), start)
        for number, (who, start, minutes) in enumerate(sorted(taken, key=str))
        for other, later, _ in sorted(taken, key=str)[number + 1 :]
        if who == other and start <= later < start + timedelta(minutes=minutes)
    ]


def out_of_order(clinic: Clinic, course_id: UUID) -> list[tuple[int, str]]:
    """Sessions that lie before one of an earlier phase, of those that were given or are to come."""
    course = seen(clinic, course_id)
    order = [phase.code for phase in course.protocol.phases]
    lines = [line for line in course.lines if line.session.status in GIVEN | TO_COME]
    return [
        (line.link.ordinal, line.phase.code)
        for before, line in pairwise(lines)
        if order.index(line.phase.code) < order.index(before.phase.code)
        or line.place.day - before.place.day < timedelta(days=line.phase.least_gap)
    ]
