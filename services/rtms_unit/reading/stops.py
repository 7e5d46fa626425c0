"""Stops of a patient that were lifted, and the sessions of a course that went by meanwhile."""

from services.rtms_unit.reading.courses import Line, WholeCourse
from services.rtms_unit.reading.gates import gates_of
from services.rtms_unit.rules import gates as rules
from shared.work import Work


def passed_by(work: Work, course: WholeCourse) -> list[Line]:
    """The sessions that lay in a stop, and that nobody has recorded or put elsewhere."""
    stops = [
        (gate.closed_at, gate.decided_at)
        for gate in gates_of(work, course.course.patient_id)
        if gate.gate == rules.STOP and gate.state == rules.RELEASED and gate.decided_at
    ]
    return [
        line
        for line in course.lines
        if line.session.status == "booked"
        and line.session.starts_at < work.now
        and any(begun <= line.session.starts_at < lifted for begun, lifted in stops)
    ]
