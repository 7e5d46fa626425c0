"""A patient's pathway, an obligation and the ledger, as people use them in a browser."""

import re

import pytest

from shared.discipline import actions as unit
from tests.clinic import Clinic
from tests.coordinator.seen import accepted, booked, see, the_obligation, words
from tests.referring import refer


class TestPathway:
    """One picture, what is owed now, and the story."""

    def test_the_story_says_who_did_what_and_who_knows(self, clinic: Clinic) -> None:
        sent = accepted(clinic)
        page = see(clinic, f"patients/{sent.patient_id}")
        assert "LEFÈVRE Hélène" in page
        assert "Dr Élise Caradec referred the patient: rTMS unit" in page
        assert "Tomas Hartl accepted the referral: rTMS unit" in page
        assert "handled Coordination 09:00:00" in page
        assert "Complete the safety screening" in page

    def test_the_same_in_french(self, clinic: Clinic) -> None:
        sent = accepted(clinic)
        page = see(clinic, f"patients/{sent.patient_id}", language="fr")
        assert "Tomas Hartl a accepté la demande : Unité de rTMS" in page
        assert "L’histoire" in page

    def test_the_picture_has_words_and_the_same_as_a_table(self, clinic: Clinic) -> None:
        sent = accepted(clinic)
        session = booked(clinic, sent, hours=1)
        clinic.wait(hours=1)
        with clinic.work("rtms_unit", clinic.operator) as work:
            unit.complete_session(work, session, nrs_before=8, nrs_after=5)
        raw = clinic.http(clinic.coordinator).get(f"/coordinator/patients/{sent.patient_id}").text
        assert "from 8.0 to 8.0 of 10" in raw
        page = words(raw)
        assert "session done 1" in page
        assert "pain 8 before · pain 5 after" in page
        assert 'style="' not in raw

    def test_what_came_before_is_one_step_away(
        self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.coordinator.actions.story.PAGE", 2)
        sent = accepted(clinic)
        browser = clinic.http(clinic.coordinator)
        first = browser.get(f"/coordinator/patients/{sent.patient_id}").text
        assert "referred the patient" not in first
        after = re.search(r'href="(\?after=[^"#]*)', first)
        assert after
        assert (
            "referred the patient"
            in browser.get(f"/coordinator/patients/{sent.patient_id}{after.group(1)}").text
        )

    def test_an_unknown_patient_is_not_found(self, clinic: Clinic) -> None:
        page = clinic.http(clinic.coordinator).get(f"/coordinator/patients/{clinic.coordinator}")
        assert page.status_code == 404


class TestObligation:
    """One obligation, and what a coordinator does about it."""

    def test_chasing_by_hand(self, clinic: Clinic) -> None:
        refer(clinic)
        row, browser = the_obligation(clinic), clinic.http(clinic.coordinator)
        page = words(browser.get(f"/coordinator/obligations/{row.id}").text)
        assert "Remind Thu 26 Nov 2026 08:00" in page
        assert "Hand back Fri 11 Dec 2026 08:00" in page
        answer = browser.post(f"/coordinator/obligations/{row.id}/remind")
        assert answer.status_code == 303
        clinic.settle()
        assert "Reminded by hand 09:00." in see(clinic)
        again = browser.post(f"/coordinator/obligations/{row.id}/remind")
        assert again.status_code == 409
        assert "Claire Morvan reminded them at Mon 23 Nov 09:00." in again.text

    def test_settling_with_a_reason_and_taking_it_back(self, clinic: Clinic) -> None:
        refer(clinic)
        row, browser = the_obligation(clinic), clinic.http(clinic.coordinator)
        address = f"/coordinator/obligations/{row.id}"
        assert browser.post(f"{address}/settle", data={"reason": ""}).status_code == 422
        browser.post(f"{address}/settle", data={"reason": "Answered by telephone."})
        assert "LEFÈVRE" not in see(clinic)
        settled = words(browser.get(address).text)
        assert "Claire Morvan Settled elsewhere. Answered by telephone." in settled
        assert browser.post(f"{address}/undo").status_code == 303
        assert "LEFÈVRE" in see(clinic)

    def test_only_the_coordinator_decides(self, clinic: Clinic) -> None:
        refer(clinic)
        row = the_obligation(clinic)
        for deed in ("remind", "settle", "undo"):
            answer = clinic.http(clinic.operator).post(
                f"/coordinator/obligations/{row.id}/{deed}", data={"reason": "Mine."}
            )
            assert answer.status_code == 403


class TestLedger:
    """What happened, and which service knows it."""

    def test_every_event_with_its_services_and_no_name(self, clinic: Clinic) -> None:
        sent = accepted(clinic)
        page = see(clinic, "ledger")
        assert "Tomas Hartl accepted the referral: rTMS unit" in page
        assert "referral.accepted" in page
        assert "From now on owed by rTMS unit: book the first session" in page
        assert "at home" in page
        assert "LEFÈVRE" not in page
        assert sent.patient_id.hex[-6:].upper() in page

    def test_lights_of_all_services(self, clinic: Clinic) -> None:
        assert "No sign yet" in see(clinic, "ledger")
        clinic.wait(seconds=1)
        page = see(clinic, "ledger")
        assert "No sign yet" not in page
        assert page.count("Last heartbeat") == len(clinic.team.directory.plates)
        assert "Silent" not in page

    def test_filters(self, clinic: Clinic) -> None:
        sent = accepted(clinic)
        one = see(clinic, f"ledger?kind=referral.accepted&patient={sent.patient_id}")
        assert "referral.accepted" in one
        assert "accepted the referral" in one
        assert "The referral was stored" not in one
        assert "Nothing matches" in see(clinic, "ledger?state=stuck")
        assert "Nothing matches" in see(clinic, "ledger?service=interop&kind=referral.accepted")

    def test_what_waits_is_shown_as_kept(self, clinic: Clinic) -> None:
        sent = refer(clinic)
        with clinic.team["rtms_unit"].work(
            viewer=clinic.viewer("rtms_unit", clinic.operator)
        ) as work:
            unit.accept(work, sent.id)
        rtms = clinic.team["rtms_unit"]
        bus = rtms.open_bus()
        clinic.clock.move(minutes=2)
        rtms.turn(bus)
        office = clinic.team["coordinator"]
        office.turn(office.open_bus())
        page = see(clinic, "ledger?state=stuck")
        assert "Nothing matches" not in page
