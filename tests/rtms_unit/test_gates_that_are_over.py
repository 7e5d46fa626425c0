"""Gates that outlive their reason: nobody is asked any more about what is over."""

from services.pain_physician.reading.decisions import waiting
from services.rtms_unit.actions import courses, sheet
from services.rtms_unit.rules.dose import Dose
from tests.clinic import Clinic
from tests.patients.gone import owed
from tests.rtms_unit.planner import do, end, machine, planned, ready, seen, wish
from tests.rtms_unit.treatment import Treatment

TOO_MUCH = Dose(intensity_percent=120, frequency_hz=10, trains=20, pulses=2000)


def test_a_dose_is_not_asked_for_once_its_session_is_over(treatment: Treatment) -> None:
    first = treatment.number(1)
    treatment.prepare(first)
    treatment.start(first)
    treatment.do(sheet.ask_for_dose, first, TOO_MUCH)
    assert treatment.closed() == ["dose-envelope"]
    assert ("decide-at-gate", "pain_physician") in owed(treatment.clinic, treatment.sent.patient_id)
    treatment.save(first)
    assert treatment.closed() == []
    [gate] = treatment.gates("dose-envelope")
    assert gate.state == "upheld", "the dose was never allowed"
    assert "The session is over" in gate.reason
    left = [what for what, _ in owed(treatment.clinic, treatment.sent.patient_id)]
    assert "decide-at-gate" not in left


def test_a_dose_for_a_session_under_way_is_still_decided_about(treatment: Treatment) -> None:
    """A course ends while its patient is on the chair: the dose is not allowed by that."""
    first = treatment.number(1)
    treatment.prepare(first)
    treatment.start(first)
    treatment.do(sheet.ask_for_dose, first, TOO_MUCH)
    treatment.do(courses.end, treatment.course, "patient-request")
    assert treatment.closed() == ["dose-envelope"]
    assert "dose" in treatment.refused(sheet.save_sheet, first, treatment.entry(dose=TOO_MUCH))


def test_a_threshold_is_not_waited_for_once_the_course_is_over(treatment: Treatment) -> None:
    treatment.check(treatment.number(1))
    assert treatment.closed() == ["motor-threshold"]
    treatment.do(courses.end, treatment.course, "patient-request")
    assert treatment.closed() == []
    left = [what for what, _ in owed(treatment.clinic, treatment.sent.patient_id)]
    assert "complete-at-gate" not in left


def test_a_decision_point_is_not_decided_about_once_the_course_is_over(clinic: Clinic) -> None:
    machine(clinic)
    sent = ready(clinic)
    course = planned(clinic, sent, wish("saint-etienne"))
    for line in seen(clinic, course).lines[:4]:
        end(clinic, line.session.id)
    assert ("decide-at-gate", "pain_physician") in owed(clinic, sent.patient_id)
    do(clinic, courses.end, course, "patient-request")
    left = [what for what, _ in owed(clinic, sent.patient_id)]
    assert "decide-at-gate" not in left
    with clinic.look("pain_physician") as work:
        assert waiting(work) == []
