"""The pages of a unit, as its members use them in a browser, in both languages."""

import re
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from shared.discipline import actions
from shared.discipline.deeds import REFERRAL
from tests.clinic import Clinic
from tests.discipline.unit import accept, book, in_french, words
from tests.referring import QUESTION, Referred, refer_from_outside, stored

FORM = ["decline", "ask", "book", "complete", "follow-up", "concern", "report"]


class TestWorklist:
    """What waits, in groups."""

    @pytest.mark.usefixtures("sent")
    def test_the_new_referral_with_both_identifiers_and_its_due_day(self, unit: TestClient) -> None:
        page = words(unit.get("/rtms_unit/worklist").text)
        assert "LEFÈVRE Hélène" in page
        assert "born 3 Sep 1958" in page
        assert QUESTION in page
        assert "answer due Thu 26 Nov" in page
        assert "Dr Élise Caradec asked" in page

    def test_a_filter_shows_one_group(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        assert QUESTION in unit.get("/rtms_unit/worklist?show=waiting").text
        assert QUESTION not in unit.get("/rtms_unit/worklist?show=in-care").text
        accept(clinic, sent)
        assert QUESTION in unit.get("/rtms_unit/worklist?show=in-care").text
        assert "nothing booked" in unit.get("/rtms_unit/worklist/rows?show=in-care").text

    def test_a_group_for_each_state(self, clinic: Clinic, sent: Referred, unit: TestClient) -> None:
        with clinic.work("rtms_unit", clinic.operator) as work:
            actions.ask(work, sent.id, "Any metal?")
        assert "question open" in unit.get("/rtms_unit/worklist?show=on-hold").text
        with clinic.work("rtms_unit", clinic.operator) as work:
            actions.accept(work, sent.id)
            actions.plan_follow_up(work, sent.id, "week-1", clinic.now.date())
            actions.complete(work, sent.id, "goals-met")
        assert "report owed" in unit.get("/rtms_unit/worklist?show=to-report").text
        assert "1 week after" in unit.get("/rtms_unit/worklist?show=follow-up").text
        with clinic.work("rtms_unit", clinic.operator) as work:
            actions.send_report(work, sent.id, "Better.")
        assert QUESTION not in unit.get("/rtms_unit/worklist?show=to-report").text

    def test_late_and_missing_things_are_said(self, clinic: Clinic, sent: Referred) -> None:
        clinic.clock.move(days=4)
        unit = clinic.http(clinic.operator)
        assert "late" in words(unit.get("/rtms_unit/worklist?show=waiting").text)
        accept(clinic, sent)
        book(clinic, sent, hours=1)
        clinic.clock.move(days=1)
        unit = clinic.http(clinic.operator)
        assert "outcome missing" in unit.get("/rtms_unit/worklist").text
        assert "Nobody has said yet" in unit.get("/rtms_unit/sessions").text

    def test_an_outside_referrer_who_was_not_told(self, clinic: Clinic) -> None:
        sent = refer_from_outside(clinic)
        physician = clinic.http(clinic.physician)
        with clinic.work(sent.performer, clinic.physician) as work:
            actions.decline(work, sent.id, "capacity", "back-to-referrer")
        assert "not told yet" in physician.get(f"/{sent.performer}/worklist?show=to-tell").text
        assert physician.post(f"{sent.url}/tell").status_code == 303
        page = physician.get(f"/{sent.performer}/worklist?show=to-tell").text
        assert "Every outside referrer knows." in page

    @pytest.mark.usefixtures("sent")
    def test_in_french(self, clinic: Clinic) -> None:
        page = words(in_french(clinic).get("/rtms_unit/worklist").text)
        assert "Unité de rTMS" in page
        assert "En attente de réponse" in page
        assert "3 sept. 1958" in page


class TestReferral:
    """One referral, and the pages on which it is answered."""

    def test_shows_what_was_asked_and_what_can_be_done(
        self, sent: Referred, unit: TestClient
    ) -> None:
        page = words(unit.get(sent.url).text)
        for text in (QUESTION, "Accept", "Ask the referrer", "Decline", "Raise a concern"):
            assert text in page
        assert "Book a session" not in page

    def test_accepting_is_one_button(self, sent: Referred, unit: TestClient) -> None:
        answer = unit.post(f"{sent.url}/accept", data={"version": "1"})
        assert (answer.status_code, answer.headers["location"]) == (303, sent.url)
        page = unit.get(sent.url).text
        assert "Accepted. The referrer sees it." in page
        assert "Tomas Hartl accepted it." in page

    def test_the_second_of_two_tabs_is_told_who_was_faster(
        self, clinic: Clinic, sent: Referred
    ) -> None:
        accept(clinic, sent)
        page = in_french(clinic).post(f"{sent.url}/accept")
        assert page.status_code == 422
        assert "Tomas Hartl l’a acceptée le lun. 23 nov. 09:00." in page.text

    def test_a_decline_needs_reason_and_next_step_and_keeps_what_was_typed(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        given = {"version": "1", "reason_code": "capacity", "note": "Full until May."}
        page = unit.post(f"{sent.url}/decline", data=given)
        assert page.status_code == 422
        assert 'href="#f-next_step"' in page.text
        assert 'value="capacity" checked' in page.text
        assert "Full until May." in page.text
        given |= {"next_step": "refer-onward"}
        page = unit.post(f"{sent.url}/decline", data=given)
        assert 'href="#f-onward_to"' in page.text
        given |= {"onward_to": "psychologist"}
        assert unit.post(f"{sent.url}/decline", data=given).status_code == 303
        page = unit.get(sent.url)
        for text in ("No capacity in a reasonable time", "Psychologist", "Full until May."):
            assert text in page.text
        assert stored(clinic, sent).onward_to == "psychologist"

    @pytest.mark.parametrize("verb", FORM)
    def test_a_form_that_no_longer_fits_leads_back_to_the_referral(
        self, clinic: Clinic, sent: Referred, unit: TestClient, verb: str
    ) -> None:
        waiting = {"decline", "ask", "concern"}
        answer = unit.get(f"{sent.url}/{verb}")
        assert answer.status_code == (200 if verb in waiting else 303)
        accept(clinic, sent)
        care = {"book", "complete", "follow-up", "concern"}
        assert unit.get(f"{sent.url}/{verb}").status_code == (200 if verb in care else 303)

    def test_nothing_is_chosen_beforehand(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        accept(clinic, sent)
        session = book(clinic, sent, minutes=10)
        pages = [f"{sent.url}/complete", f"{sent.url}/follow-up", f"/rtms_unit/sessions/{session}"]
        for page in pages:
            html = unit.get(page).text
            assert 'type="radio"' in html
            assert " checked" not in re.findall(r"(?s)<main.*</main>", html)[0]

    def test_unknown_things_are_not_found(self, sent: Referred, unit: TestClient) -> None:
        unknown = f"/rtms_unit/referrals/{UUID(int=5)}"
        for url in (unknown, f"{unknown}/accept", f"{sent.url}/dance", f"{sent.url}/accept"):
            assert unit.get(url).status_code == 404
        for url in (f"{unknown}/accept", f"{sent.url}/dance"):
            assert unit.post(url).status_code == 404

    def test_every_deed_is_posted_to_its_own_address(self, unit: TestClient) -> None:
        unknown = f"/rtms_unit/referrals/{UUID(int=5)}"
        filled = {
            "reason_code": "other",
            "next_step": "back-to-referrer",
            "outcome_code": "goals-met",
            "point": "week-1",
            "day": "2026-12-01",
            "time": "10:00",
            "minutes": "30",
        }
        for text in ("question", "answer", "report", "note"):
            filled[text] = "x"
        for verb in REFERRAL:
            assert unit.post(f"{unknown}/{verb}", data=filled).status_code == 404, verb


class TestWhoMaySee:
    """Colleagues of the unit act, the coordinator reads, nobody else comes in."""

    def test_the_coordinator_reads_and_finds_no_buttons(
        self, clinic: Clinic, sent: Referred
    ) -> None:
        claire = clinic.http(clinic.coordinator)
        assert claire.get(f"{sent.url}/now").status_code == 403  # before the page was opened
        for url in ("/rtms_unit/worklist", "/rtms_unit/sessions", sent.url, f"{sent.url}/now"):
            assert claire.get(url).status_code == 200
        assert "/accept" not in claire.get(sent.url).text
        assert claire.post(f"{sent.url}/accept").status_code == 403
        assert claire.get(f"{sent.url}/decline").status_code == 403

    def test_others_are_sent_away(self, clinic: Clinic, sent: Referred) -> None:
        nora = clinic.http(clinic.psychologist)
        pages = ["worklist", "worklist/rows", "sessions", "agenda/days"]
        urls = [f"/rtms_unit/{page}" for page in pages]
        for url in (*urls, sent.url, f"{sent.url}/now", f"{sent.url}/decline"):
            assert nora.get(url).status_code == 403, url
        assert nora.post(f"{sent.url}/accept").status_code == 403
        assert clinic.http(None).get(sent.url).status_code in (303, 401)
        assert stored(clinic, sent).status == "received"

    def test_the_profession_alone_is_not_enough(self, clinic: Clinic) -> None:
        elsewhere = clinic.join("Lea Sommer", roles=["rtms_operator"], units=["psychologist"])
        clinic.settle()
        assert clinic.http(elsewhere).get("/rtms_unit/worklist").status_code == 403

    def test_a_look_at_a_record_is_written_down(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        unit.get(sent.url)
        unit.get(f"{sent.url}/now")
        with clinic.team["rtms_unit"].reader.connect() as connection:
            looks = connection.exec_driver_sql(
                "select actor from audit_entry where action = 'read-record'"
            ).all()
        assert [actor for (actor,) in looks] == [f"member:{clinic.operator}"]
