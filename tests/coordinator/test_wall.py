"""Screens on a wall: what they show, what they never show, and how they are switched off."""

import re
from datetime import timedelta

from fastapi.testclient import TestClient
from sqlmodel import select

from services.coordinator.tables import WallScreen
from shared.access.tables import AuditEntry
from shared.identifiers import reference
from tests.clinic import Clinic
from tests.coordinator.seen import see, the_obligation, words
from tests.referring import QUESTION, refer

SCREENS = "/coordinator/screens"
NOT_FOR_A_WALL = ("Lefèvre", "LEFÈVRE", "Hélène", "1958", "250 0", QUESTION[:20], "Caradec")


def made(clinic: Clinic, unit: str = "", language: str = "en") -> str:
    """The address of a new screen, without the host."""
    entry = {"place": "Corridor", "unit": unit, "language": language}
    page = clinic.http(clinic.coordinator).post(SCREENS, data=entry)
    assert page.status_code == 201
    found = re.search(r"/coordinator/wall/[\w-]{43}", page.text)
    assert found
    return found[0]


def seen(clinic: Clinic, address: str) -> str:
    """What a passer-by reads."""
    page = stranger(clinic).get(address)
    assert page.status_code == 200
    return words(page.text)


def stranger(clinic: Clinic) -> TestClient:
    return clinic.http()


class TestShown:
    """What is owed, by whom to whom, how late: and for whom under a reference."""

    def test_a_row_without_a_name(self, clinic: Clinic) -> None:
        refer(clinic)
        clinic.wait(days=3)
        page = stranger(clinic).get(made(clinic)).text
        row = the_obligation(clinic)
        shown = words(page)
        assert reference(row.id) in shown
        assert "Answer the referral rTMS unit owes it to Pain physician" in shown
        assert [word for word in NOT_FOR_A_WALL if word.casefold() in page.casefold()] == []
        assert str(row.patient_id) not in page

    def test_nothing_can_be_done_there(self, clinic: Clinic) -> None:
        refer(clinic)
        page = stranger(clinic).get(made(clinic)).text
        assert "<form" not in page
        assert [
            link for link in re.findall(r'<a [^>]*href="([^"]*)"', page) if link != "#main"
        ] == []

    def test_a_unit_has_a_wall_of_its_own(self, clinic: Clinic) -> None:
        refer(clinic)
        clinic.wait(days=3)
        assert "Answer the referral" in seen(clinic, made(clinic, "rtms_unit"))
        assert "Nothing is late" in seen(clinic, made(clinic, "psychologist"))

    def test_it_speaks_the_language_that_was_chosen_for_it(self, clinic: Clinic) -> None:
        assert "Rien n’est en retard" in seen(clinic, made(clinic, language="fr"))

    def test_its_part_that_refreshes_is_the_same(self, clinic: Clinic) -> None:
        refer(clinic)
        clinic.wait(days=3)
        assert "Answer the referral" in seen(clinic, f"{made(clinic)}/now")

    def test_it_outlives_every_sign_in(self, clinic: Clinic) -> None:
        address = made(clinic)
        clinic.clock.move(days=30)
        assert seen(clinic, address)

    def test_the_reference_is_found_on_the_board(self, clinic: Clinic) -> None:
        refer(clinic)
        row = the_obligation(clinic)
        for typed in (reference(row.id), reference(row.id).lower().replace("-", " ")):
            found = clinic.http(clinic.coordinator).post("/coordinator/search", data={"q": typed})
            assert found.headers["location"] == f"/coordinator/obligations/{row.id}"
        of_the_unit = clinic.http(clinic.operator).post("/coordinator/search", data={"q": typed})
        assert of_the_unit.headers["location"] == f"/rtms_unit/referrals/{row.referral_id}"
        elsewhere = clinic.http(clinic.therapist).post("/coordinator/search", data={"q": typed})
        assert "Nobody matches" in elsewhere.text


class TestSwitchedOff:
    """Who makes screens, and how one ends."""

    def test_switched_off_it_opens_nothing(self, clinic: Clinic) -> None:
        refer(clinic)
        address, browser = made(clinic), clinic.http(clinic.coordinator)
        with clinic.look("coordinator") as work:
            screen = work.first(select(WallScreen))
        browser.post(f"{SCREENS}/{screen.id}/off")
        for path in (address, f"{address}/now", f"{address}/live"):
            answer = stranger(clinic).get(path)
            assert answer.status_code == 404, path
        assert "This screen was switched off." in words(stranger(clinic).get(address).text)
        assert "switched off" in see(clinic, "screens")

    def test_a_made_up_address_opens_nothing(self, clinic: Clinic) -> None:
        assert stranger(clinic).get("/coordinator/wall/made-up").status_code == 404

    def test_the_secret_is_kept_by_nobody(self, clinic: Clinic) -> None:
        secret = made(clinic).rpartition("/")[2]
        with clinic.look("coordinator") as work:
            assert secret not in work.first(select(WallScreen)).model_dump_json()
        assert secret not in clinic.http(clinic.coordinator).get(SCREENS).text

    def test_coordinators_and_administrators_make_them(self, clinic: Clinic) -> None:
        entry = {"place": "Hall", "language": "en"}
        for member, status in (
            (clinic.administrator, 201),
            (clinic.coordinator, 201),
            (clinic.physician, 403),
            (clinic.operator, 403),
        ):
            answer = clinic.http(member).post(SCREENS, data=entry)
            assert answer.status_code == status

    def test_it_is_written_down_who_made_one(self, clinic: Clinic) -> None:
        made(clinic)
        with clinic.look("coordinator") as work:
            entry = work.first(select(AuditEntry).where(AuditEntry.action == "make-wall-screen"))
        assert entry.actor == f"member:{clinic.coordinator}"
        assert "Claire Morvan" in see(clinic, "screens")

    def test_what_is_missing_is_said(self, clinic: Clinic) -> None:
        browser = clinic.http(clinic.coordinator)
        for entry, sentence in (
            ({"place": "", "language": "en"}, "Please"),
            ({"place": "Hall", "language": "xx"}, "Choose a language."),
            ({"place": "Hall", "language": "en", "unit": "moon"}, "Choose one of the units"),
        ):
            answer = browser.post(SCREENS, data=entry)
            assert answer.status_code == 422
            if sentence != "Please":
                assert sentence in words(answer.text)


class TestAway:
    """What is down is said in a sentence."""

    def test_the_broker_is_away(self, clinic: Clinic) -> None:
        """Its own signs of life do not come back to the coordinator, whose worker works."""
        clinic.wait(seconds=1)
        coordinator = clinic.team["coordinator"]
        clinic.clock.move(minutes=2)
        coordinator.sign_if_due()
        told = see(clinic)
        assert "The broker has been away since 09:00." in told
        assert "has not answered since" not in told
        assert clinic.http(clinic.coordinator).get("/coordinator/api/board").json()[
            "broker_away_since"
        ] == (clinic.now - timedelta(minutes=2)).isoformat().replace("+00:00", "Z")
