"""How a member wants mails: a clock of one's own, the daily mail, quiet time, appointments."""

from datetime import time
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from services.accounts.rules.wishes import is_quiet
from shared.access.members import mail_wishes
from shared.access.tables import Member
from shared.events import MailWishes
from tests.clinic import Clinic

WISHES = {
    "zone": "Atlantic/Azores",
    "digest_at": "09:15",
    "quiet_from": "21:00",
    "quiet_until": "08:00",
}


@pytest.fixture
def nora(clinic: Clinic) -> TestClient:
    return clinic.http(clinic.psychologist)


def test_wishes_are_told_to_whoever_sends_mails(clinic: Clinic, nora: TestClient) -> None:
    answer = nora.post("/accounts/profile/mails", data={**WISHES, "daily_only": "yes"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/accounts/profile")
    clinic.settle()
    with clinic.look("reminders") as work:
        member = work.get(Member, clinic.psychologist)
        assert member.zone == "Atlantic/Azores"
        assert mail_wishes(member) == MailWishes(
            digest_at=time(9, 15),
            quiet_from=time(21),
            quiet_until=time(8),
            appointments=False,
            daily_only=True,
        )


def test_the_profile_shows_what_holds_and_what_was_refused(nora: TestClient) -> None:
    page = nora.get("/accounts/profile").text
    assert 'value="07:30"' in page
    refused = nora.post("/accounts/profile/mails", data={**WISHES, "digest_at": "06:00"})
    assert refused.status_code == 422
    assert "The daily mail would come in your quiet time." in refused.text
    assert 'value="06:00"' in refused.text


@pytest.mark.parametrize("zone", ["Paris", "Europe/Atlantis", "../../etc/passwd", "Etc/GMT+3"])
def test_a_zone_that_nobody_knows_is_refused(nora: TestClient, zone: str) -> None:
    answer = nora.put("/accounts/api/me/mails", json={**WISHES, "zone": zone})
    assert answer.status_code == 422
    assert answer.json()["field"] == "zone"


@pytest.mark.parametrize("change", [{"digest_at": "25:00"}, {"quiet_from": ""}, {"else": 1}])
def test_what_is_no_time_is_refused(nora: TestClient, change: dict[str, Any]) -> None:
    assert nora.put("/accounts/api/me/mails", json={**WISHES, **change}).status_code == 422


minutes = st.integers(0, 24 * 60 - 1)


@given(minutes, minutes, st.integers(0, 24 * 60 - 1))
def test_quiet_time_goes_over_midnight(begins: int, ends: int, at: int) -> None:
    clock = [time(*divmod(minute, 60)) for minute in (begins, ends, at)]
    mails = MailWishes(quiet_from=clock[0], quiet_until=clock[1])
    length = (ends - begins) % (24 * 60)
    assert is_quiet(mails, clock[2]) is ((at - begins) % (24 * 60) < length)
