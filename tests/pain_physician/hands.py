"""What the tests of the pain physician do again and again: register, refer, look."""

from typing import Any

from fastapi.testclient import TestClient
from httpx2 import Response

from tests.clinic import Clinic

API = "/pain_physician/api"
PAGES = "/pain_physician"
HELENE = {"family": "Lefèvre", "given": "Hélène", "birth_date": "1958-09-03"}
PICTURE = {
    "cause": "stroke",
    "side": "left",
    "areas": ["face", "arm"],
    "background": ["burning"],
    "paroxysms": ["electric-shocks"],
    "paroxysms_per_day": 40,
    "nrs_worst": 9,
    "nrs_least": 3,
    "nrs_average": 6,
    "dn4": 7,
    "work": 8,
    "onset": "2020-07",
    "first_consultation": "2020-11",
    "referred_to_centre": "2026-06-12",
}


def ok(answer: Response) -> Any:
    """The body of an answer that went well."""
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def registered(browser: TestClient, **changes: Any) -> str:
    """The id of a patient who was registered just now."""
    return str(ok(browser.post(f"{API}/patients", json={**HELENE, **changes}))["id"])


def referred(clinic: Clinic, patient_id: str, performer: str = "rtms_unit", **words: Any) -> str:
    """The id of a referral that was sent, and has arrived."""
    entry = {"performer": performer, "question": "Is rTMS possible?", **words}
    answer = clinic.http(clinic.physician).post(
        f"{API}/patients/{patient_id}/referrals", json=entry
    )
    clinic.settle()
    return str(ok(answer)["id"])


def sent(clinic: Clinic, referral_id: str) -> Any:
    """A referral that was sent, as the physician sees it."""
    return ok(clinic.http(clinic.physician).get(f"{API}/sent/{referral_id}"))


def press(browser: TestClient, path: str, **fields: Any) -> Response:
    """Send the form of a page."""
    answer: Response = browser.post(f"{PAGES}{path}", data=fields)
    return answer


def words_of(page: Response) -> str:
    """The text of a page as a person reads it, with single blanks."""
    assert page.status_code == 200, page.status_code
    return " ".join(page.text.split())
