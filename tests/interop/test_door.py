"""The door for other systems: who may send, what is refused, and how it is answered."""

import pytest
from sqlmodel import select

from services.accounts import actions as accounts
from services.interop.tables import OutsideReferral, ReceivedMessage
from shared.access.tables import ServiceToken
from tests.clinic import Clinic
from tests.interop.messages import changed, fixture, resource
from tests.interop.sender import Sender, outcome, patients, referrals


@pytest.fixture
def sender(clinic: Clinic) -> Sender:
    return Sender(clinic)


def test_the_answer_comes_in_the_format_that_was_asked_for(sender: Sender) -> None:
    answer = sender.send("referral-new.xml")
    assert answer.headers["content-type"] == "application/fhir+xml"
    assert answer.text.startswith("<?xml")
    asked = sender.post(b"{}", Accept="application/fhir+xml")
    assert (asked.status_code, asked.headers["content-type"]) == (400, "application/fhir+xml")


REFUSED = [
    (b"{", "application/fhir+json", 400),
    (b"<Bundle", "application/fhir+xml", 400),
    (b"{}", "application/json", 400),
    (fixture("booking.json"), "application/fhir+json", 422),
    (fixture("unknown-event.json"), "application/fhir+json", 422),
    (fixture("referral-new.json"), "text/plain", 415),
    (b'{"a": "' + b"x" * 1_048_576 + b'"}', "application/fhir+json", 413),
    (b'{"a": 1e999}', "application/json", 400),
    (b'{"a": "\\ud800"}', "application/json", 400),
]


def test_a_refusal_is_an_outcome_and_leaves_nothing(sender: Sender, clinic: Clinic) -> None:
    for body, sent, status in REFUSED:
        answer = sender.post(body, sent, Accept="application/fhir+json")
        issue = outcome(answer)["issue"][0]
        assert (answer.status_code, issue["severity"]) == (status, "error"), body[:20]
        assert issue["expression"][0].startswith("Bundle")
    assert (referrals(clinic), patients(clinic)) == ([], [])
    with clinic.look("interop") as work:
        assert work.all(select(OutsideReferral)) == []


def test_a_guessed_token_may_not_send(sender: Sender, clinic: Clinic) -> None:
    sender.secret = "guessed"
    refused = sender.send("referral-new.json")
    issue = outcome(refused)["issue"][0]
    assert (refused.status_code, issue["code"]) == (401, "login")
    assert issue["location"] == ["http.Authorization"]
    assert refused.headers["www-authenticate"].startswith("Bearer")
    assert nothing_was_kept(clinic)


def test_a_token_without_the_scope_may_not_send(sender: Sender, clinic: Clinic) -> None:
    with clinic.work("interop") as work:
        work.get(ServiceToken, sender.token_id).scopes = ["calendar:read"]
    refused = sender.send("referral-new.json")
    assert (refused.status_code, outcome(refused)["issue"][0]["code"]) == (403, "forbidden")
    assert nothing_was_kept(clinic)


def test_a_revoked_token_may_not_send(sender: Sender, clinic: Clinic) -> None:
    with clinic.work("accounts", clinic.administrator) as work:
        accounts.revoke_token(work, sender.token_id)
    assert sender.send("referral-new.json").status_code == 401
    assert nothing_was_kept(clinic)


def nothing_was_kept(clinic: Clinic) -> bool:
    with clinic.look("interop") as work:
        return not work.all(select(ReceivedMessage)) and not referrals(clinic)


def test_nothing_of_the_patient_is_kept_with_the_message(sender: Sender, clinic: Clinic) -> None:
    sender.send("referral-new.json")
    sender.post(changed(lambda m: resource(m, "Patient").update(gender="Quérouane")))
    with clinic.look("interop") as work:
        kept = " ".join(str(row.model_dump()) for row in work.all(select(ReceivedMessage)))
    assert not any(secret in kept for secret in ("Quérouane", "884213", "1971", "pregabalin"))


def test_whoever_asks_is_told_when_something_was_left_unread(sender: Sender) -> None:
    body = changed(lambda m: resource(m, "Patient").update(novelty=1))
    issues = outcome(sender.post(body))["issue"]
    assert [issue["severity"] for issue in issues] == ["information", "warning"]
    assert issues[1]["expression"][0].endswith("ofType(Patient).novelty")
