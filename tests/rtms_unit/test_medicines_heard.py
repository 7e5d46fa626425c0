"""Which news of a medicine closes the gate of the day, and which comes too late to matter."""

from datetime import timedelta

from services.rtms_unit.actions import courses
from shared.discipline import actions
from tests.clinic import Clinic
from tests.rtms_unit.planner import go_to, wish
from tests.rtms_unit.treatment import TUESDAY, Treatment


def test_a_medicine_that_was_stopped_long_ago_closes_nothing(
    clinic: Clinic, treatment: Treatment
) -> None:
    """The physician writes down what was tried once; a stop since the screening closes the gate."""
    today = clinic.now.date()
    treatment.medicine("carbamazepine", change="stopped", changed_on=today - timedelta(days=91))
    assert treatment.closed() == []
    treatment.medicine("tramadol", changed_on=today - timedelta(days=900))
    assert treatment.closed() == ["safe-today"]
    treatment.release("safe-today")
    go_to(clinic, TUESDAY + timedelta(days=120), 8)
    stopped_on = TUESDAY + timedelta(days=5)
    treatment.medicine("carbamazepine", change="stopped", changed_on=stopped_on)
    assert treatment.closed() == ["safe-today"]


def test_a_medicine_between_screening_and_plan_is_not_forgotten(clinic: Clinic) -> None:
    """Before there is a course: its first session waits for the physician all the same."""
    treatment = Treatment(clinic)
    treatment.medicine("pregabalin")
    assert treatment.closed() == ["screening"], "the screening asks for it"
    treatment.screen()
    treatment.medicine("tramadol")
    treatment.medicine("bupropion")
    assert treatment.closed() == ["safe-today"]
    treatment.course = treatment.do(courses.plan, treatment.sent.id, wish(first_on=TUESDAY)).id
    go_to(clinic, TUESDAY, 8)
    treatment.prepare(treatment.number(1))
    assert "Something has changed" in treatment.refused(actions.arrive, treatment.number(1))
    treatment.decided_elsewhere(treatment.gates("safe-today")[-1])
    treatment.start(treatment.number(1))
    assert clinic.verify() == []
