"""What a coordinator does from a row of the board, and how it is taken back there."""

import re
from html import unescape

from fastapi.testclient import TestClient

from tests.clinic import Clinic
from tests.coordinator.seen import the_obligation, words
from tests.referring import refer

FILTERED = "/coordinator/board?who=all&show=waiting&unit=rtms_unit"


def obligation(clinic: Clinic) -> str:
    refer(clinic)
    return f"/coordinator/obligations/{the_obligation(clinic).id}"


def hidden(page: str, action: str, name: str) -> str:
    """A hidden field of the form that is sent to this address."""
    form = re.search(rf'(?s)<form[^>]*action="{re.escape(action)}".*?</form>', page)
    assert form, action
    field = re.search(rf'name="{name}" value="([^"]*)"', form[0])
    assert field, form[0]
    return unescape(field[1])


def settled_from_the_board(clinic: Clinic, browser: TestClient) -> str:
    """A row is taken off a filtered board; what the board then shows."""
    address = obligation(clinic)
    link = re.search(rf'href="({address}\?back=[^"#]*)"', browser.get(FILTERED).text)
    assert link
    page = browser.get(unescape(link[1])).text
    back = hidden(page, f"{address}/settle", "back")
    answer = browser.post(f"{address}/settle", data={"reason": "By telephone.", "back": back})
    assert answer.headers["location"] == FILTERED
    return browser.get(FILTERED).text


def undo_of(page: str) -> str:
    """Where the button beside the notice leads."""
    found = re.search(r'action="(/coordinator/obligations/[^"]*/undo[^"]*)"', page)
    assert found
    return found[1]


def test_chasing_from_the_row_stays_on_the_board(clinic: Clinic) -> None:
    address, browser = obligation(clinic), clinic.http(clinic.coordinator)
    back = hidden(browser.get(FILTERED).text, f"{address}/remind", "back")
    answer = browser.post(f"{address}/remind", data={"back": back})
    assert answer.headers["location"] == FILTERED
    assert "They are reminded now." in words(browser.get(FILTERED).text)


def test_the_board_says_what_was_done_and_takes_it_back(clinic: Clinic) -> None:
    browser = clinic.http(clinic.coordinator)
    page = settled_from_the_board(clinic, browser)
    assert "It is off the board." in words(page)
    assert "LEFÈVRE" not in page
    undo = undo_of(page)
    answer = browser.post(undo, data={"back": hidden(page, undo, "back")})
    assert answer.headers["location"] == FILTERED
    assert "LEFÈVRE" in browser.get(FILTERED).text


def test_the_button_does_not_take_back_what_a_colleague_did_since(clinic: Clinic) -> None:
    other = clinic.join("Yann Le Gall", roles=["coordinator"], units=["coordinator"])
    clinic.settle()
    browser, theirs = clinic.http(clinic.coordinator), clinic.http(other)
    undo = undo_of(settled_from_the_board(clinic, browser))
    address = undo.partition("/undo")[0]
    assert theirs.post(f"{address}/undo").status_code == 303
    answer = theirs.post(f"{address}/pause", data={"until": "2026-12-01", "reason": "Away."})
    assert answer.status_code == 303
    late = browser.post(undo)
    assert late.status_code == 409
    assert "Yann Le Gall paused this" in words(late.text)
    assert "Paused until" in words(browser.get(address).text)


def test_the_message_is_shown_once(clinic: Clinic) -> None:
    browser = clinic.http(clinic.coordinator)
    settled_from_the_board(clinic, browser)
    assert "/undo" not in browser.get(FILTERED).text


def test_nobody_is_led_elsewhere(clinic: Clinic) -> None:
    address, browser = obligation(clinic), clinic.http(clinic.coordinator)
    for back in ("//elsewhere.example", "/accounts/sign-out", "/coordinator/boardroom"):
        shown = browser.get(address, params={"back": back}).text
        assert f'value="{back}"' not in shown
        clinic.wait(hours=2)
        answer = clinic.http(clinic.coordinator).post(f"{address}/remind", data={"back": back})
        assert answer.headers["location"] == address


def test_who_only_looks_has_nothing_to_press(clinic: Clinic) -> None:
    obligation(clinic)
    page = clinic.http(clinic.operator).get("/coordinator/board").text
    assert '/remind"' not in page
    assert "/coordinator/obligations/" not in page
