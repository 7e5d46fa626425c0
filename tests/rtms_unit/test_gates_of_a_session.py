"""The gates before a session (G2, G3, G5): shut until what is asked is done or decided."""

from services.rtms_unit.actions import adverse_events, day_check, deciding, sheet
from services.rtms_unit.rules.effects import Noticed
from services.rtms_unit.tables import Course
from shared.discipline import actions
from tests.clinic import Clinic
from tests.referring import announced
from tests.rtms_unit.treatment import AS_USUAL, TUESDAY, Treatment


def test_a_session_as_it_should_be(clinic: Clinic, treatment: Treatment) -> None:
    first = treatment.number(1)
    assert "Ask the questions of the day" in treatment.refused(actions.arrive, first)
    treatment.check(first)
    assert treatment.closed() == ["motor-threshold"]
    assert "No motor threshold" in treatment.refused(actions.arrive, first)
    treatment.measure(first)
    assert treatment.closed() == []
    treatment.start(first)
    treatment.save(first)
    assert treatment.status(first) == "completed"
    assert announced(clinic, "rtms_unit")[-8:] == [
        "gate.closed",
        "gate.released",
        "session.arrived",
        "session.completed",
        "measurement.recorded",
        "measurement.recorded",
    ][-8:] or announced(clinic, "rtms_unit")[-3:] == [
        "session.completed",
        "measurement.recorded",
        "measurement.recorded",
    ]
    assert clinic.verify() == []
