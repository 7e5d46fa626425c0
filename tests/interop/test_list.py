"""The list of received messages: for those who look after the centre, without a patient's name."""

from uuid import UUID

import pytest
from sqlmodel import col, select

from services.interop.tables import REFUSED, ReceivedMessage
from shared.access.viewer import COORDINATOR
from tests.clinic import Clinic
from tests.interop.messages import changed, resource
from tests.interop.sender import Sender


@pytest.fixture
def sender(clinic: Clinic) -> Sender:
    return Sender(clinic)


def test_the_coordinator_sees_what_came_and_what_became_of_it(
    sender: Sender, clinic: Clinic
) -> None:
    sender.send("referral-new.json")
    sender.send("referral-new.json")
    sender.send("booking.json")
    page = clinic.http(clinic.coordinator).get("/interop/messages")
    assert page.status_code == 200
    for words in ("Val-d&#39;Ambre", "new referral", "came 2 times", "See the referral"):
        assert words in page.text
    assert "Relais takes the event servicerequest-request only, not this one." in page.text
    assert "Bundle.entry[0].resource.ofType(MessageHeader).eventCoding" in page.text
    assert not any(secret in page.text for secret in ("Quérouane", "884213", "pregabalin"))


def test_it_speaks_french(sender: Sender, clinic: Clinic) -> None:
    sender.send("referral-new.json")
    sender.post(changed(lambda m: resource(m, "Patient").update(birthDate="soon")))
    reader = clinic.join("Luc Fabre", roles=[COORDINATOR], units=["coordinator"], language="fr")
    clinic.settle()
    page = clinic.http(reader).get("/interop/messages")
    assert "nouvelle demande" in page.text
    assert "n’est pas ce que FHIR R4 permet" in page.text


def test_an_empty_list_says_how_to_start(clinic: Clinic) -> None:
    page = clinic.http(clinic.administrator).get("/interop/messages")
    assert "service token" in page.text


def test_the_list_is_filtered_and_turned_over(sender: Sender, clinic: Clinic) -> None:
    for number in range(51):
        sender.post(b"%d" % number)
    browser = clinic.http(clinic.administrator)
    assert "Older" not in browser.get("/interop/messages?outcome=new").text
    first = browser.get("/interop/api/messages").json()
    assert "Older" in browser.get("/interop/messages?outcome=refused").text
    rest = browser.get(f"/interop/api/messages?before={first[-1]['id']}").json()
    assert (len(first), len(rest)) == (50, 1)
    assert browser.get("/interop/messages?before=nonsense").status_code == 404


def test_the_link_leads_the_coordinator_to_the_referral(sender: Sender, clinic: Clinic) -> None:
    sender.send("referral-new.json")
    browser = clinic.http(clinic.coordinator)
    [entry] = browser.get("/interop/api/messages").json()
    assert entry["sender"] == "Val-d'Ambre"
    assert browser.get(f"/{entry['performer']}/referrals/{entry['referral_id']}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/interop/messages", "/interop/messages/list", "/interop/api/messages"]
)
def test_others_do_not_see_it(path: str, clinic: Clinic) -> None:
    assert clinic.http(clinic.psychologist).get(path).status_code == 403
    assert clinic.http(None).get(path).status_code in (303, 401)


def test_old_refusals_are_forgotten_and_what_was_taken_is_not(
    sender: Sender, clinic: Clinic
) -> None:
    sender.send("referral-new.json")
    sender.send("booking.json")
    clinic.wait(days=89)
    assert kept(clinic, REFUSED)
    clinic.wait(days=2)
    assert kept(clinic, REFUSED) == []
    assert len(kept(clinic)) == 1
    assert sender.send("referral-new.json").status_code == 200


def kept(clinic: Clinic, outcome: str = "") -> list[UUID]:
    statement = select(ReceivedMessage.id)
    if outcome:
        statement = statement.where(col(ReceivedMessage.outcome) == outcome)
    with clinic.look("interop") as work:
        return list(work.all(statement))
