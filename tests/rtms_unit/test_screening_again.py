"""The questions of the screening are asked again: new answers alone never open a gate."""

from services.rtms_unit.actions import courses, deciding
from services.rtms_unit.tables import Screening
from tests.clinic import Clinic
from tests.rtms_unit.planner import wish
from tests.rtms_unit.treatment import TUESDAY, Treatment


def refused_plan(t: Treatment) -> str:
    return t.refused(courses.plan, t.sent.id, wish(first_on=TUESDAY))


def test_a_yes_is_not_taken_back_without_a_physician(clinic: Clinic) -> None:
    """While the physician is asked about a pacemaker, somebody answers every question with no."""
    t = Treatment(clinic)
    t.screen(pacemaker="since 2019")
    t.screen()
    assert t.closed() == ["screening"]
    assert "has not decided yet" in refused_plan(t)
    assert t.gates("screening")[-1].reason_code == "answers-changed"
    t.release("screening", "It was the neighbour's file: she has none.")
    t.do(courses.plan, t.sent.id, wish(first_on=TUESDAY))
    assert clinic.verify() == []


def test_a_no_of_a_physician_outlives_new_answers(clinic: Clinic) -> None:
    t = Treatment(clinic)
    t.screen(pacemaker="since 2019")
    t.uphold("screening", "Never with this device.")
    t.screen()
    assert "has not decided yet" in refused_plan(t)
    t.uphold("screening", "Still never.")
    assert "no stimulation" in refused_plan(t)


def test_after_a_release_new_answers_without_a_yes_suffice(clinic: Clinic) -> None:
    t = Treatment(clinic)
    t.screen(syncope="At a blood test.")
    gate = t.gates("screening")[-1]
    t.decide(deciding.release, gate.id, "Weighed.", {"syncope": "Of no account."})
    t.screen()
    t.do(courses.plan, t.sent.id, wish(first_on=TUESDAY))


def test_a_decision_about_older_answers_does_not_count(clinic: Clinic) -> None:
    """It was on its way when the patient remembered the pacemaker; it is noted, and no more."""
    t = Treatment(clinic)
    t.screen(syncope="At a blood test.")
    older = t.gates("screening")[-1]
    second = t.screen(syncope="At a blood test.", pacemaker="since 2019")
    t.decided_elsewhere(older, "A blood test is of no account.")
    assert t.closed() == ["screening"]
    assert "has not decided yet" in refused_plan(t)
    with clinic.look("rtms_unit") as work:
        assert work.get(Screening, second).decisions == {}
    t.decided_elsewhere(t.gates("screening")[-1], "Checked with the cardiologist.")
    assert t.closed() == []
    assert clinic.verify() == []
