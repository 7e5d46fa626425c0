"""The questions of the screening are asked again: new answers alone never open a gate."""

from services.rtms_unit.actions import courses, deciding
from services.rtms_unit.tables import Screening
from tests.clinic import Clinic
from tests.rtms_unit.planner import wish
from tests.rtms_unit.test_course_pages import hidden
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
    older = t.gates("screening")[0]
    page = clinic.http(clinic.operator).get(f"/rtms_unit/gates/{older.id}").text
    assert "Superseded by newer answers" in page
    assert "Released" not in page
    asked = clinic.http(clinic.physician).get(f"/pain_physician/gates/{older.id}").text
    assert "superseded" in asked
    path = clinic.http(clinic.coordinator).get(f"/coordinator/patients/{t.sent.patient_id}").text
    assert "superseded" in path
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


def test_the_physician_who_sent_her_gives_a_reason_for_every_yes(clinic: Clinic) -> None:
    t = Treatment(clinic)
    screening = t.screen(syncope="At a blood test.", pacemaker="since 2019")
    gate, browser = t.gates("screening")[-1], clinic.http(clinic.physician)
    url = f"/pain_physician/gates/{gate.id}"
    page = browser.get(url).text
    assert "Have you ever fainted?" in page
    assert "cardiac pacemaker" in page
    entry = {"reason": "It may go on.", "version": hidden(page, "version")}
    entry["decision-syncope"] = "Of no account."
    refused = browser.post(f"{url}/release", data=entry)
    assert refused.status_code == 422
    assert "Give a reason for this yes as well" in refused.text
    assert "Of no account." in refused.text
    assert t.closed() == ["screening"]
    entry["decision-pacemaker"] = "The cardiologist has seen the coil."
    assert browser.post(f"{url}/release", data=entry).status_code == 303
    clinic.settle()
    with clinic.look("rtms_unit") as work:
        assert work.get(Screening, screening).decisions == {
            "syncope": "Of no account.",
            "pacemaker": "The cardiologist has seen the coil.",
        }
    assert "The cardiologist has seen the coil." in browser.get(url).text
    assert clinic.verify() == []
