"""Views of the board: kept under a name, opened, called otherwise, deleted and had back."""

import re
from typing import Any
from uuid import UUID

from fastapi.testclient import TestClient
from sqlalchemy import select

from services.coordinator.tables import SavedView
from tests.clinic import Clinic
from tests.coordinator.seen import see, words
from tests.referring import refer

BOARD, VIEWS = "/coordinator/board", "/coordinator/views"
LATE_RTMS = "who=all&show=waiting&unit=rtms_unit"


def keep(browser: TestClient, name: str, asked: str = LATE_RTMS) -> Any:
    return browser.post(VIEWS, data={"name": name, "asked": asked})


def views(clinic: Clinic) -> dict[str, UUID]:
    with clinic.look("coordinator") as work:
        return {view.name: view.id for view in work.all(select(SavedView))}


def on_the_board(clinic: Clinic, member: UUID | None = None) -> str:
    """What stands above the board."""
    page = clinic.http(member or clinic.coordinator).get(f"{BOARD}?who=all").text
    found = re.search(r'(?s)<nav class="tools views".*?</nav>', page)
    return words(found[0]) if found else ""


class TestKeeping:
    """The present filters get a name, and are one click away from then on."""

    def test_a_board_without_filters_offers_nothing(self, clinic: Clinic) -> None:
        assert on_the_board(clinic) == ""

    def test_filters_get_a_name_and_are_one_click_away(self, clinic: Clinic) -> None:
        refer(clinic)
        browser = clinic.http(clinic.coordinator)
        assert "Keep this view" in words(browser.get(f"{BOARD}?{LATE_RTMS}").text)
        answer = keep(browser, "  Late   rTMS ")
        assert answer.headers["location"] == f"{BOARD}?{LATE_RTMS}"
        shown = browser.get(answer.headers["location"]).text
        assert "The view is kept." in shown
        assert f'href="{BOARD}?{LATE_RTMS.replace("&", "&amp;")}" aria-current="true"' in shown
        assert "Keep this view" not in words(shown)
        assert "Late rTMS" in on_the_board(clinic)

    def test_a_colleague_sees_nothing_of_it(self, clinic: Clinic) -> None:
        keep(clinic.http(clinic.coordinator), "Mine alone")
        assert "Mine alone" not in on_the_board(clinic, clinic.physician)
        view, physician = views(clinic)["Mine alone"], clinic.http(clinic.physician)
        for deed in ("rename", "first", "plain", "delete", "restore"):
            answer = physician.post(f"{VIEWS}/{view}/{deed}", data={"name": "Stolen"})
            assert answer.status_code == 404, deed

    def test_a_practitioner_keeps_views_of_the_own_rows(self, clinic: Clinic) -> None:
        answer = keep(clinic.http(clinic.operator), "To answer", "who=all&show=waiting")
        assert answer.headers["location"] == f"{BOARD}?who=me&show=waiting"

    def test_only_what_a_board_can_mean_is_kept(self, clinic: Clinic) -> None:
        answer = keep(clinic.http(clinic.coordinator), "Odd", "show=waiting&unit=nowhere&x=1")
        assert answer.headers["location"] == f"{BOARD}?who=all&show=waiting"

    def test_two_of_a_name_are_refused_in_words(self, clinic: Clinic) -> None:
        browser = clinic.http(clinic.coordinator)
        keep(browser, "Mornings")
        again = keep(browser, "MORNINGS")
        assert again.status_code == 422
        assert "You have a view with this name already." in words(again.text)
        assert LATE_RTMS.replace("&", "&amp;") in again.text  # the filters are not lost

    def test_a_name_too_many_is_refused(self, clinic: Clinic) -> None:
        browser = clinic.http(clinic.coordinator)
        for number in range(20):
            assert keep(browser, f"View {number}").status_code == 303
        assert "You keep 20 views already." in words(keep(browser, "One more").text)

    def test_an_outsider_of_care_keeps_none(self, clinic: Clinic) -> None:
        assert keep(clinic.http(clinic.administrator), "Mine").status_code == 403


class TestChanging:
    """The page of the views."""

    def test_a_view_gets_another_name(self, clinic: Clinic) -> None:
        browser = clinic.http(clinic.coordinator)
        keep(browser, "Old")
        view = views(clinic)["Old"]
        browser.post(f"{VIEWS}/{view}/rename", data={"name": "New"})
        assert "New" in on_the_board(clinic)
        wrong = browser.post(f"{VIEWS}/{view}/rename", data={"name": ""})
        assert wrong.status_code == 422
        assert "New" in on_the_board(clinic)

    def test_the_board_opens_with_the_view_that_was_chosen(self, clinic: Clinic) -> None:
        browser = clinic.http(clinic.coordinator)
        keep(browser, "First")
        keep(browser, "Second", "who=me")
        for name in ("First", "Second"):
            browser.post(f"{VIEWS}/{views(clinic)[name]}/first")
        answer = browser.get(BOARD)
        assert answer.status_code == 303
        assert answer.headers["location"] == f"{BOARD}?who=me"
        assert browser.get(f"{BOARD}?who=all").status_code == 200
        browser.post(f"{VIEWS}/{views(clinic)['Second']}/plain")
        assert browser.get(BOARD).status_code == 200

    def test_clearing_the_filters_shows_everything(self, clinic: Clinic) -> None:
        """A view that opens first must not be what "all rows" leads to."""
        browser = clinic.http(clinic.coordinator)
        keep(browser, "First")
        browser.post(f"{VIEWS}/{views(clinic)['First']}/first")
        page = browser.get(f"{BOARD}?{LATE_RTMS}").text
        cleared = re.search(r'<a class="btn" href="([^"]+)">Clear the filters', page)
        assert cleared
        assert browser.get(cleared[1].replace("&amp;", "&")).status_code == 200

    def test_a_deleted_view_can_be_had_back_at_once(self, clinic: Clinic) -> None:
        browser = clinic.http(clinic.coordinator)
        keep(browser, "Oops")
        view = views(clinic)["Oops"]
        answer = browser.post(f"{VIEWS}/{view}/delete")
        page = browser.get(answer.headers["location"]).text
        assert "The view is deleted." in page
        assert f'action="{VIEWS}/{view}/restore"' in page
        assert "Oops" not in on_the_board(clinic)
        back = browser.post(f"{VIEWS}/{view}/restore", data={"back": "//elsewhere.example"})
        assert back.headers["location"] == VIEWS
        assert "Oops" in on_the_board(clinic)

    def test_what_was_deleted_long_ago_is_gone(self, clinic: Clinic) -> None:
        browser = clinic.http(clinic.coordinator)
        for name in ("Old", "Newer"):
            keep(browser, name)
        kept = views(clinic)
        browser.post(f"{VIEWS}/{kept['Old']}/delete")
        clinic.wait(hours=10)
        clinic.wait(hours=15)
        clinic.http(clinic.coordinator).post(f"{VIEWS}/{kept['Newer']}/delete")
        assert set(views(clinic)) == {"Newer"}

    def test_in_french(self, clinic: Clinic) -> None:
        assert "Aucune vue n’est encore gardée" in see(clinic, "views", language="fr")
