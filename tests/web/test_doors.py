"""What becomes of whoever is not let in? Which doors are open stands in `tests/test_routes.py`."""

import pytest

from shared.access.tokens import SCOPES
from shared.web.doors import door_of
from tests.clinic import Clinic
from tests.web.doors_of import addresses

PAGE = {"accept": "text/html"}


def test_every_service_has_addresses(clinic: Clinic) -> None:
    found = {one.path.split("/")[1] for one in addresses(clinic.app)}
    assert {running.name for running in clinic.team} <= found


def test_the_way_back_is_kept(clinic: Clinic) -> None:
    answer = clinic.http().get("/accounts/members?page=2", headers=PAGE)
    assert answer.headers["location"] == "/accounts/sign-in?next=/accounts/members%3Fpage%3D2"


def test_a_fragment_is_not_led_to_the_sign_in(clinic: Clinic) -> None:
    """It would show the sign-in page in the middle of another."""
    answer = clinic.http().get("/accounts/members", headers={**PAGE, "hx-request": "true"})
    assert answer.status_code == 401


def test_every_scope_of_a_route_is_explained(clinic: Clinic) -> None:
    scopes = {door_of(one.endpoint).scope for one in addresses(clinic.app)} - {""}
    assert scopes <= set(SCOPES)


@pytest.mark.parametrize("cookie", [b"", b"x", b"a.b.c", "é".encode(), b"\xff"])
def test_a_made_up_cookie_opens_nothing(clinic: Clinic, cookie: bytes) -> None:
    answer = clinic.http().get("/accounts/api/me", headers=[(b"cookie", b"relais=" + cookie)])
    assert answer.status_code == 401
