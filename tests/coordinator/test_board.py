"""The board, as its people use it in a browser, in both languages."""

import re

import pytest
from sqlalchemy import event, select
from sqlmodel import col

from services.coordinator.tables import Obligation
from shared.access.tables import AuditEntry
from shared.discipline import actions as unit
from tests.clinic import Clinic
from tests.coordinator.seen import accepted, booked, see, the_obligation, words
from tests.referring import QUESTION, refer, refer_from_outside, register


class TestBoard:
    """Who owes what to whom, since when, and what to press."""

    def test_an_empty_board_says_how_to_start(self, clinic: Clinic) -> None:
        assert "Nothing yet" in see(clinic)

    def test_a_referral_stands_there_with_everything_that_matters(self, clinic: Clinic) -> None:
        sent = refer(clinic)
        page = clinic.http(clinic.coordinator).get("/coordinator/board").text
        board = words(page)
        assert "LEFÈVRE Hélène" in board
        assert "born 3 Sep 1958" in board
        assert "Answer the referral rTMS unit owes it to Dr Élise Caradec" in board
        assert "Stored by the unit 09:00, not answered yet." in board
        assert QUESTION in board
        assert "due Thu 26 Nov 18:00" in board
        assert "Remind, Thu 26 Nov 08:00" in board
        assert "1 waiting for an answer" in board
        assert f'href="{sent.url}"' in page

    def test_what_everybody_did_shows_on_it(self, clinic: Clinic) -> None:
        sent = accepted(clinic)
        assert "Complete the safety screening" in see(clinic)
        booked(clinic, sent, hours=3)
        board = see(clinic)
        assert "1 session today" in board
        assert "Later: 1 obligation" in board
        clinic.wait(hours=11)
        assert "Session 1, 12:00, was never closed." in see(clinic)

    def test_the_last_steps_of_a_ladder_are_critical(self, clinic: Clinic) -> None:
        refer(clinic)
        for _ in range(9):
            clinic.wait(days=1)
        board = see(clinic)
        assert "Critically overdue 1" in board
        assert "1 row needs a person to move it" in board
        assert "Hand back, Fri 11 Dec 08:00" in board

    def test_in_french(self, clinic: Clinic) -> None:
        refer(clinic)
        board = see(clinic, language="fr")
        assert "Ce qui est attendu maintenant" in board
        assert "Répondre à la demande Unité de rTMS le doit à Dr Élise Caradec" in board
        assert "Enregistrée par l’unité 09:00, sans réponse pour l’instant." in board
        assert "pour jeu. 26 nov. 18:00" in board

    def test_filters_stand_in_the_address_and_are_shown(self, clinic: Clinic) -> None:
        refer(clinic)
        assert "LEFÈVRE" in see(clinic, "board?unit=rtms_unit")
        filtered = see(clinic, "board?unit=psychologist&kind=report-back")
        assert "Nothing matches" in filtered
        assert "Psychologist remove this filter" in filtered
        assert "Report back to the referrer remove this filter" in filtered

    def test_every_number_leads_to_its_rows(self, clinic: Clinic) -> None:
        refer(clinic)
        assert "LEFÈVRE" in see(clinic, "board?show=waiting")
        for show in ("at-risk", "concerns", "reminders"):
            assert "Nothing matches" in see(clinic, f"board?show={show}")

    def test_nonsense_in_the_address_is_left_out(self, clinic: Clinic) -> None:
        refer(clinic)
        assert "LEFÈVRE" in see(clinic, "board?who=x&show=y&unit=z&patient=1&after=2&more=3")

    def test_when_all_is_done_it_says_so(self, clinic: Clinic) -> None:
        sent = accepted(clinic)
        with clinic.work("rtms_unit", clinic.operator) as work:
            unit.complete(work, sent.id, "advice-given", "Advice was given.")
        assert "Read the report" in see(clinic)
        with clinic.work("coordinator", clinic.coordinator) as work:
            work.first(select(Obligation).where(col(Obligation.state) == "open")).state = "met"
        assert "All done" in see(clinic)

    def test_the_part_that_refreshes_is_the_same(self, clinic: Clinic) -> None:
        refer(clinic)
        assert "LEFÈVRE" in see(clinic, "board/now")

    def test_a_name_that_is_no_name_harms_nobody(self, clinic: Clinic) -> None:
        refer(clinic, patient_id=register(clinic, "=SUM(A1)", "<b>Bo</b>"))
        browser = clinic.http(clinic.coordinator)
        assert "<b>Bo</b>" not in browser.get("/coordinator/board").text
        sheet = browser.get("/coordinator/board.csv")
        assert "'=SUM(A1)" in sheet.text
        assert "Answer the referral,rTMS unit" in sheet.text

    def test_what_is_down_is_said_in_a_sentence(self, clinic: Clinic) -> None:
        clinic.wait(seconds=1)
        assert "has not answered" not in see(clinic)
        clinic.clock.move(minutes=2)
        assert "rTMS unit has not answered since 09:00. 0 events are kept for it" in see(clinic)

    def test_it_takes_as_many_queries_for_many_rows_as_for_one(self, clinic: Clinic) -> None:
        refer(clinic)
        one = queries(clinic)
        for number in range(4):
            refer(clinic, patient_id=register(clinic, f"Name{number}"))
        assert queries(clinic) == one
        assert one <= 8


def queries(clinic: Clinic) -> int:
    """How many statements the coordinator's database gets for one board."""
    seen: list[str] = []
    reader = clinic.team["coordinator"].reader
    browser = clinic.http(clinic.coordinator)

    def count(*said: object) -> None:
        text = str(said[2])
        if text.startswith("SELECT") and "closed_sign_in" not in text:
            seen.append(text)

    event.listen(reader, "before_cursor_execute", count)
    browser.get("/coordinator/board")
    event.remove(reader, "before_cursor_execute", count)
    return len(seen) - 1  # one is the sign-in's own look at the member


class TestEverything:
    """Every referral and every session of every discipline."""

    def test_referrals_of_all_units_with_their_state(self, clinic: Clinic) -> None:
        accepted(clinic)
        refer(clinic, "psychologist", register(clinic, "Other"))
        refer_from_outside(clinic)
        listed = see(clinic, "board?show=referrals")
        assert "rTMS unit" in listed
        assert "Accepted" in listed
        assert "Hôpital Saint-Luc" in listed
        assert "Waiting for an answer" in listed
        assert "Nothing matches" in see(clinic, "board?show=referrals&state=failed")

    def test_sessions_of_all_units_with_their_state(self, clinic: Clinic) -> None:
        sent = accepted(clinic)
        session = booked(clinic, sent, hours=1)
        clinic.wait(hours=1)
        with clinic.work("rtms_unit", clinic.operator) as work:
            unit.miss(work, session, "transport")
        listed = see(clinic, "board?show=sessions")
        assert "no. 1, 30 min" in listed
        assert "Missed" in listed
        assert "1 course at risk" in listed

    def test_pages_follow_one_another_without_gap(
        self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.coordinator.actions.lists.PAGE", 2)
        patients = [register(clinic, f"Name{number}") for number in range(5)]
        for patient_id in patients:
            refer(clinic, patient_id=patient_id)
        seen, address = [], "/coordinator/board?show=referrals"
        browser = clinic.http(clinic.coordinator)
        while address:
            page = browser.get(address).text
            seen += re.findall(r"NAME\d", words(page))
            following = re.search(r'href="([^"]*after=[^"]*)">Older', page)
            address = following.group(1).replace("&amp;", "&") if following else ""
        assert seen == ["NAME4", "NAME3", "NAME2", "NAME1", "NAME0"]


class TestSearch:
    """Found by the beginnings of names; nothing of it stands in an address."""

    def test_one_patient_is_opened(self, clinic: Clinic) -> None:
        sent = refer(clinic)
        register(clinic, "Other", "Person")
        answer = clinic.http(clinic.coordinator).post(
            "/coordinator/search", data={"q": "hele lefe"}
        )
        assert answer.headers["location"] == f"/coordinator/patients/{sent.patient_id}"

    def test_several_are_listed(self, clinic: Clinic) -> None:
        refer(clinic)
        register(clinic, "Lefèbre", "Jean")
        clinic.settle()
        page = clinic.http(clinic.coordinator).post("/coordinator/search", data={"q": "lefe"})
        assert "2 patients found" in words(page.text)
        assert "nothing is owed" in words(page.text)

    def test_nobody_matches(self, clinic: Clinic) -> None:
        page = clinic.http(clinic.coordinator).post("/coordinator/search", data={"q": "zzz"})
        assert "Nobody matches" in words(page.text)


class TestWhoMaySee:
    """The coordinator everything, others what concerns their units."""

    def test_others_see_the_work_of_their_own_unit(self, clinic: Clinic) -> None:
        refer(clinic)
        assert "LEFÈVRE" in see(clinic, member=clinic.operator)
        assert "LEFÈVRE" in see(clinic, member=clinic.physician)
        assert "LEFÈVRE" not in see(clinic, "board?who=all", member=clinic.psychologist)
        assert "LEFÈVRE" not in see(clinic, "board?show=referrals", member=clinic.psychologist)

    def test_others_find_only_patients_of_their_own_unit(self, clinic: Clinic) -> None:
        refer(clinic)
        for member, found in ((clinic.operator, True), (clinic.psychologist, False)):
            page = clinic.http(member).post("/coordinator/search", data={"q": "lefe"})
            assert ("LEFÈVRE" in page.text) is found

    def test_who_has_no_part_in_the_care_sees_nothing(self, clinic: Clinic) -> None:
        sent, member = refer(clinic), clinic.administrator
        for path in ("board", "ledger", f"patients/{sent.patient_id}", "board.csv"):
            assert clinic.http(member).get(f"/coordinator/{path}").status_code == 403

    def test_the_ledger_and_obligations_are_the_coordinators(self, clinic: Clinic) -> None:
        refer(clinic)
        row = the_obligation(clinic)
        for path in ("ledger", f"obligations/{row.id}"):
            assert clinic.http(clinic.physician).get(f"/coordinator/{path}").status_code == 403

    def test_reading_a_pathway_is_audited(self, clinic: Clinic) -> None:
        sent = refer(clinic)
        see(clinic, f"patients/{sent.patient_id}", member=clinic.physician)
        with clinic.look("coordinator") as work:
            entry = work.first(
                select(AuditEntry).where(
                    col(AuditEntry.action) == "read-record",
                    col(AuditEntry.patient_id) == sent.patient_id,
                )
            )
        assert entry.actor == f"member:{clinic.physician}"
        page = clinic.http(clinic.psychologist).get(f"/coordinator/patients/{sent.patient_id}")
        assert page.status_code == 403
