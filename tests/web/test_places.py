"""Can a link to the sign-in lead a person to another site?"""

from urllib.parse import quote, unquote

import pytest

from shared.web.places import START, local, sign_in_and_back
from tests.clinic import Clinic

ELSEWHERE = [
    "http://evil.example",
    "https://evil.example/accounts/profile",
    "HTTPS:evil.example",
    "//evil.example",
    "///evil.example",
    "////evil.example/%2f..",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/%2fevil.example",
    "/%2f%2fevil.example",
    "/%5cevil.example",
    "/%09/evil.example",
    "%2f%2fevil.example",
    "/.evil.example",
    "/..//evil.example",
    "/../../etc/passwd",
    "/accounts/../..//evil.example",
    "/accounts//evil.example",
    "/@evil.example",
    "//evil.example@127.0.0.1",
    "/accounts/profile\r\nSet-Cookie: a=b",
    "/accounts/profile#//evil.example",
    "/accounts/profile?a=<script>",
    "javascript:alert(1)",
    "javascript://x%0aalert(1)",
    "data:text/html,x",
    "evil.example",
    "accounts/profile",
    "?next=//evil.example/",
    "/accounts/profile;//evil.example",
    "/\u2028/evil.example",
    "/\uff0fevil.example",
    "/é",
    "",
    "/?x=\u0000",
]
OURS = [
    "/",
    "/accounts/profile",
    "/rtms_unit/referrals/01a204a5-8cd8-72b7-9556-639db4041761",
    "/coordinator/board?group=overdue&who=mine",
    "/coordinator/board?q=a%20b",
    "/interop/fhir/$process-message",
    "/accounts/members/",
]


@pytest.mark.parametrize("address", ELSEWHERE)
def test_what_is_not_certainly_ours_leads_to_the_start(address: str) -> None:
    assert local(address) == START


@pytest.mark.parametrize("address", OURS)
def test_our_own_addresses_are_kept(address: str) -> None:
    assert local(address) == address
    assert unquote(sign_in_and_back(address)).endswith(address if address != "/" else "sign-in")


def test_no_form_leads_elsewhere(clinic: Clinic) -> None:
    browser = clinic.http(clinic.physician)
    for address in ELSEWHERE:
        if "\x00" in address:
            continue
        sent = {"back": address, "language": "fr"}
        answer = browser.post("/accounts/language", data=sent)
        assert answer.headers["location"] == START, address
        asked = f"/accounts/sign-in?next={quote(address)}"
        assert browser.get(asked).headers.get("location", START) == START, address
