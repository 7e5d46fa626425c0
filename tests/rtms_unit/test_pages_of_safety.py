"""The pages of safe stimulation, pressed from the screening to the stop, in both languages."""

from typing import Any
from uuid import UUID

from services.rtms_unit.actions import courses
from tests.clinic import Clinic
from tests.discipline.unit import in_french, words
from tests.rtms_unit.planner import go_to, wish
from tests.rtms_unit.treatment import AS_USUAL, NO_TO_ALL, TUESDAY, Treatment


class Hands:
    """A member of the unit at a browser."""

    def __init__(self, clinic: Clinic, who: UUID) -> None:
        self.browser, self.clinic = clinic.http(who), clinic

    def see(self, page: str) -> str:
        answer = self.browser.get(f"/rtms_unit/{page}")
        assert answer.status_code == 200, page
        return words(answer.text)

    def press(self, page: str, **entered: Any) -> str:
        """Nothing when it was done; the words of the page when it was refused."""
        answer = self.browser.post(f"/rtms_unit/{page}", data=entered)
        self.clinic.settle()
        assert answer.status_code in (200, 303, 422), answer.text
        return "" if answer.status_code == 303 else words(answer.text)


def sheet(treatment: Treatment, **more: Any) -> dict[str, Any]:
    """A filled sheet."""
    return {
        **{"operator_id": treatment.clinic.operator, "machine_id": treatment.machine},
        **{"coil_id": treatment.coil, "side": "right", "intensity_percent": "80"},
        **{"frequency_hz": "10", "trains": "20", "pulses_planned": "2000"},
        **{"pulses_delivered": "2000", "no_effects": "true", "next_step": "as-planned"},
        **more,
    }


def test_screening_and_its_gate(clinic: Clinic) -> None:
    treatment = Treatment(clinic)
    operator, physician = Hands(clinic, clinic.operator), Hands(clinic, treatment.supervisor)
    page = f"referrals/{treatment.sent.id}/screening"
    assert "Rossi et al., Clinical Neurophysiology 122:1686, 2011 · to be confirmed" in (
        operator.see(page)
    )
    answers = {**NO_TO_ALL, "medicines": "yes"}
    assert "Say what it is, for the physician." in operator.press(page, **answers)
    assert operator.press(page, **answers, **{"detail-medicines": "pregabalin"}) == ""
    gate = f"gates/{treatment.gates('screening')[0].id}"
    assert "Only a physician decides here" in operator.see(gate)
    assert "Your decision" not in operator.see(gate)
    assert "The patient said: pregabalin" in physician.see(gate)
    assert "a physician decides on every one" in physician.press(f"{gate}/release", reason="Fine.")
    reasons = {"reason": "Fine.", "decision-medicines": "The dose is low."}
    assert physician.press(f"{gate}/release", **reasons) == ""
    assert "The dose is low." in physician.see(gate)
    assert "No decision is waited for." in operator.see("gates")
    assert "Questionnaire de sécurité" in words(in_french(clinic).get(f"/rtms_unit/{gate}").text)


def test_a_session_on_its_page(clinic: Clinic) -> None:
    treatment = Treatment(clinic)
    treatment.screen()
    treatment.course = treatment.do(courses.plan, treatment.sent.id, wish(first_on=TUESDAY)).id
    page = f"sessions/{treatment.number(1)}"
    go_to(clinic, TUESDAY, 8)
    operator, physician = Hands(clinic, clinic.operator), Hands(clinic, treatment.supervisor)
    assert "One of the first three sessions" in operator.see(page)
    assert "Ask this today as well." in operator.press(f"{page}/day-check", sleep="same")
    assert operator.press(f"{page}/day-check", **AS_USUAL | {"sleep": "changed"}) == ""
    assert "a physician must release this first" in operator.press(f"{page}/arrive")
    assert "Sleep last night" in physician.see(f"gates/{treatment.gates('safe-today')[0].id}")
    assert "Still safe today" in physician.see("gates")
    treatment.release("safe-today")
    measured = {"output_percent": "60", "method": "visible-twitch", "side": "right"}
    devices = {"machine_id": treatment.machine, "coil_id": treatment.coil}
    assert operator.press(f"{page}/threshold", **measured, **devices) == ""
    assert operator.press(f"{page}/arrive") == ""
    assert "Threshold: 60 % of the machine’s output." in operator.see(page)

    wrong_side = operator.press(f"{page}/sheet", **sheet(treatment, side="left"))
    assert "It was really this side" in wrong_side
    strong = sheet(treatment, intensity_percent="95")
    assert "Ask a physician to allow this dose" in operator.press(f"{page}/sheet", **strong)
    assert "Dose within the protocol" in operator.press(f"{page}/dose", **strong)
    assert "Intensity" in physician.see(f"gates/{treatment.gates('dose-envelope')[0].id}")
    effect = {"severity-headache": "mild", "relation-headache": "possible"}
    assert operator.press(f"{page}/sheet", **sheet(treatment, no_effects="false", **effect)) == ""
    assert "80 % of the threshold, 48 % of the output" in operator.see(page)
    assert "Headache · mild" in operator.see(page)


def test_an_event_and_the_stop_that_follows(clinic: Clinic, treatment: Treatment) -> None:
    operator, physician = Hands(clinic, clinic.operator), Hands(clinic, treatment.supervisor)
    page = f"referrals/{treatment.sent.id}/adverse-event"
    assert "In an emergency call first" in operator.see(page)
    event = {"code": "seizure", "severity": "severe", "relation": "certain", "serious": "true"}
    event["action"] = "sent-to-emergency"
    assert "Please write a few words." in operator.press(page, **event)
    assert operator.press(page, **event, note="At home.", day="2026-11-24", time="07:30") == ""
    entries = clinic.http(clinic.operator).get(f"{treatment.sent.api}/adverse-events").json()
    read = f"adverse-events/{entries[0]['id']}"
    assert "A physician acknowledges it" in operator.see(read)
    assert physician.press(f"{read}/acknowledge", done="Neurology sees her.") == ""
    assert "Neurology sees her." in operator.see(read)
    gate = f"gates/{treatment.gates('stop')[0].id}"
    assert "A seizure" in physician.see(gate)
    assert physician.press(f"{gate}/uphold", reason="The risk is too high.") == ""
    assert "The risk is too high." in operator.see(gate)


def test_the_registry(clinic: Clinic) -> None:
    treatment = Treatment(clinic)
    operator = Hands(clinic, clinic.operator)
    coil = {"kind": "coil", "name": "C2", "maker": "Magstim", "in_use_from": "2026-01-01"}
    again = {**coil, "serial_number": "C-1", "form": "circular"}
    assert "already in the registry" in operator.press("equipment", **again)
    assert "Choose one of the list." in operator.press("equipment", **coil, serial_number="C-2")
    assert operator.press("equipment", **{**again, "serial_number": "C-2"}) == ""
    retire = f"equipment/machines/{treatment.machine}/retire"
    assert "not in use yet" in operator.press(retire, retired_on="2019-12-31")
    assert operator.press(retire, retired_on="2026-11-23") == ""
    assert "retired already" in operator.press(retire, retired_on="2026-11-24")
    assert "Circular" in operator.see("equipment")


def test_a_visit_outside_of_a_course(clinic: Clinic) -> None:
    """It has the page of all disciplines, which says that nothing can be stimulated."""
    treatment = Treatment(clinic)
    operator = Hands(clinic, clinic.operator)
    entry = {"day": "2026-11-24", "time": "10:00", "minutes": "30"}
    assert operator.press(f"referrals/{treatment.sent.id}/book", **entry) == ""
    answer = clinic.http(clinic.operator).get(treatment.sent.api).json()
    visit = answer["sessions"][0]["id"]
    assert "Visit without stimulation" in operator.see(f"sessions/{visit}")
    browser = clinic.http(clinic.operator)
    for verb in ("sheet", "day-check", "threshold"):
        address = f"/rtms_unit/api/sessions/{visit}/{verb}"
        entries: dict[str, dict[str, Any]] = {
            "sheet": {**sheet(treatment), "no_effects": True},
            "day-check": {"answers": AS_USUAL},
            "threshold": {"output_percent": 60, "method": "other", "side": "left"},
        }
        entries["threshold"] |= {"machine_id": treatment.machine, "coil_id": treatment.coil}
        sent = {key: str(value) if "_id" in key else value for key, value in entries[verb].items()}
        assert browser.post(address, json=sent).status_code == 404, verb
