"""The pages of the care itself: booking, the session sheet, follow-up, completion and concern."""

import re

import pytest
from fastapi.testclient import TestClient

from shared.discipline import actions
from tests.clinic import Clinic
from tests.discipline.unit import accept, book, words
from tests.referring import Referred, announced


class TestSessions:
    """Booking, and the sheet of the treatment room."""

    def test_day_and_time_are_those_of_the_centre(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        accept(clinic, sent)
        given = {"day": "2026-11-24", "time": "10:30", "minutes": "30"}
        given["practitioner_id"] = str(clinic.operator)
        assert unit.post(f"{sent.url}/book", data=given).status_code == 303
        agenda = words(unit.get("/rtms_unit/sessions").text)
        assert "Tue 24 Nov 2026" in agenda
        assert re.search(r"10:30 LEFÈVRE Hélène born 3 Sep 1958 · [\d ]+ 1 30 Tomas Hartl", agenda)
        page = unit.post(f"{sent.url}/book", data=given)
        assert page.status_code == 422
        assert "The patient already has a session at that time." in page.text
        assert 'value="10:30"' in page.text

    def test_a_time_that_the_clocks_skip_means_the_first_one_after(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        accept(clinic, sent)
        given = {"day": "2027-03-28", "time": "02:30", "minutes": "30"}
        assert unit.post(f"{sent.url}/book", data=given).status_code == 303
        agenda = words(unit.get("/rtms_unit/sessions?first=2027-03-28").text)
        assert "03:00 LEFÈVRE" in agenda

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("day", "0001-01-01"),
            ("day", "9999-12-31"),
            ("day", "soon"),
            ("time", "25:00"),
            ("minutes", "9" * 30),
            ("minutes", "30.5"),
            ("practitioner_id", "Tomas"),
        ],
    )
    def test_what_cannot_be_a_booking_is_said_beside_its_field(
        self, clinic: Clinic, sent: Referred, unit: TestClient, field: str, value: str
    ) -> None:
        accept(clinic, sent)
        given = {"day": "2026-11-24", "time": "10:30", "minutes": "30"} | {field: value}
        page = unit.post(f"{sent.url}/book", data=given)
        assert page.status_code == 422
        assert f'id="e-{field}"' in page.text

    def test_the_sheet_from_arrival_to_the_end(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        accept(clinic, sent)
        url = f"/rtms_unit/sessions/{book(clinic, sent, minutes=10)}"
        assert unit.post(f"{url}/arrive", data={"version": "1"}).status_code == 303
        given = {"version": "2", "nrs_before": "7", "nrs_after": "11"}
        page = unit.post(f"{url}/complete", data=given)
        assert page.status_code == 422
        assert 'id="e-nrs_after"' in page.text
        given["nrs_after"] = "4"
        assert unit.post(f"{url}/complete", data=given).status_code == 303
        sheet = words(unit.get(url).text)
        assert "Pain before 7" in sheet
        assert "Pain after 4" in sheet
        assert "7 → 4" in words(unit.get(sent.url).text)

    def test_a_move_shows_where_it_was(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        accept(clinic, sent)
        url = f"/rtms_unit/sessions/{book(clinic, sent, days=1)}"
        form = unit.get(f"{url}/move").text
        assert 'value="2026-11-24"' in form
        assert 'value="09:00"' in form
        given = {"version": "1", "day": "2026-11-25", "time": "11:15"}
        assert unit.post(f"{url}/move", data=given).status_code == 303
        page = words(unit.get(url).text)
        assert "Wed 25 Nov 2026 11:15 , 30 minutes" in page
        assert "It was on Tue 24 Nov 2026 09:00 ; Tomas Hartl moved it" in page
        assert "This session can be recorded on its day." in page

    @pytest.mark.parametrize(
        ("verb", "why"),
        [
            ("miss", ("transport", "No transport")),
            ("interrupt", ("unwell", "The patient felt unwell")),
            ("cancel", ("unit-closed", "The unit is closed")),
        ],
    )
    def test_what_did_not_go_as_planned_has_a_reason(
        self, clinic: Clinic, sent: Referred, verb: str, why: tuple[str, str]
    ) -> None:
        unit, (reason, word) = clinic.http(clinic.operator), why
        accept(clinic, sent)
        url = f"/rtms_unit/sessions/{book(clinic, sent, minutes=10)}"
        assert "to be confirmed" in unit.get(f"{url}/{verb}").text
        page = unit.post(f"{url}/{verb}", data={"version": "1"})
        assert 'id="e-reason_code"' in page.text
        given = {"version": "1", "reason_code": reason}
        assert unit.post(f"{url}/{verb}", data=given).status_code == 303
        assert word in unit.get(url).text

    @pytest.mark.parametrize(
        "first", ["", "9999-12-31", "0001-01-01", "2026-13-01", "x", "2199-12-31"]
    )
    def test_the_agenda_bears_any_address(self, unit: TestClient, first: str) -> None:
        assert unit.get("/rtms_unit/sessions", params={"first": first}).status_code == 200


class TestAfterwards:
    """Completion, report, follow-up and concern."""

    def test_a_follow_up_day_is_counted_when_it_is_left_empty(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        accept(clinic, sent)
        assert unit.post(f"{sent.url}/follow-up", data={"point": "month-1"}).status_code == 303
        assert "Wed 23 Dec 2026" in unit.get(sent.url).text
        page = unit.post(f"{sent.url}/follow-up", data={"point": "other"})
        assert 'id="e-due_on"' in page.text

    def test_a_follow_up_is_recorded_or_given_up(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        accept(clinic, sent)
        with clinic.work("rtms_unit", clinic.operator) as work:
            day = clinic.now.date()
            first = actions.plan_follow_up(work, sent.id, "week-1", day).id
            second = actions.plan_follow_up(work, sent.id, "month-1", day).id
        url = f"/rtms_unit/follow-ups/{first}"
        assert 'id="e-nrs"' in unit.post(f"{url}/record", data={"version": "1"}).text
        given = {"version": "1", "nrs": "3", "pgic": "2", "note": "Walks."}
        assert unit.post(f"{url}/record", data=given).status_code == 303
        page = words(unit.get(url).text)
        assert "Average pain 3" in page
        assert "Much improved" in page
        url = f"/rtms_unit/follow-ups/{second}"
        assert unit.get(f"{url}/cancel").status_code == 200
        given = {"version": "1", "reason_code": "could-not-reach"}
        assert unit.post(f"{url}/cancel", data=given).status_code == 303
        assert "could not be reached" in unit.get(url).text

    def test_completed_then_reported(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        accept(clinic, sent)
        given = {"version": "2", "outcome_code": "advice-given"}
        assert unit.post(f"{sent.url}/complete", data=given).status_code == 303
        given = {"version": "3", "report": "Not a case for stimulation."}
        assert unit.post(f"{sent.url}/report", data=given).status_code == 303
        assert "Write the report" not in unit.get(sent.url).text

    def test_a_concern_is_urgent_unless_somebody_says_otherwise(
        self, clinic: Clinic, sent: Referred, unit: TestClient
    ) -> None:
        assert unit.post(f"{sent.url}/concern", data={}).status_code == 422
        assert unit.post(f"{sent.url}/concern", data={"note": "Worried."}).status_code == 303
        assert announced(clinic, "rtms_unit")[-1] == "concern.raised"
