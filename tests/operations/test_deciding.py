"""A coordinator decides about an event that a service could not apply, by page and by program."""

from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from services.coordinator.tables import DeliveryDecision
from shared.access.tables import AuditEntry
from shared.backbone.tables import Delivery, InboxRow
from shared.discipline import actions as unit
from shared.events import UnknownEvent
from tests.clinic import Clinic
from tests.coordinator.seen import see, words
from tests.referring import refer

WHY = "Tested by mistake, the patient was told."


@pytest.fixture
def stuck(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A referral that the rTMS unit cannot take, and one more of the same patient behind it."""
    with monkeypatch.context() as broken:
        broken.setattr(unit, "receive", _fail)
        refer(clinic)
        clinic.wait(seconds=10)
    (row,) = inbox(clinic, "parked")
    return row.event_id


def _fail(*_: object) -> None:
    raise UnknownEvent("referral.requested version 1 is not known to this release")


def inbox(clinic: Clinic, state: str) -> list[InboxRow]:
    with clinic.look("rtms_unit") as work:
        return list(work.all(select(InboxRow).where(InboxRow.state == state)))  # type: ignore[arg-type]


def delivery(clinic: Clinic, event_id: UUID) -> Delivery:
    with clinic.look("pain_physician") as work:
        return work.get(Delivery, (event_id, "rtms_unit"))


def traces(clinic: Clinic, service: str, action: str) -> list[str]:
    with clinic.look(service) as work:
        chosen = select(AuditEntry.actor).where(AuditEntry.action == action)  # type: ignore[call-overload]
        return list(work.all(chosen))


def coordinator(clinic: Clinic, language: str = "en") -> TestClient:
    return clinic.http(clinic.coordinator, language=language)


def ask(clinic: Clinic, event_id: UUID, verb: str, **form: str) -> int:
    """Press one of the two buttons of the page, as the coordinator."""
    path = f"/coordinator/parked/{event_id}/rtms_unit/{verb}"
    return coordinator(clinic).post(path, data=form).status_code


def test_the_ledger_shows_what_is_stuck_and_why(clinic: Clinic, stuck: UUID) -> None:
    page = see(clinic, "ledger")
    assert "A person has to decide" in page
    assert "referral.requested version 1 is not known to this release" in page
    assert "This cannot be taken back" in page
    assert "Une personne doit décider" in see(clinic, "ledger", language="fr")
    (told,) = coordinator(clinic).get("/coordinator/api/parked").json()
    assert (told["event_id"], told["subscriber"]) == (str(stuck), "rtms_unit")
    assert "Lefèvre" not in coordinator(clinic).get("/coordinator/api/parked").text


def test_it_is_tried_again_when_the_coordinator_asks(clinic: Clinic, stuck: UUID) -> None:
    assert ask(clinic, stuck, "retry") == 303
    clinic.wait(seconds=10)
    assert inbox(clinic, "parked") == []
    assert delivery(clinic, stuck).state == "handled"
    who = [f"member:{clinic.coordinator}"]
    assert traces(clinic, "rtms_unit", "retry-event") == who
    assert traces(clinic, "coordinator", "retry-event") == who
    assert coordinator(clinic).get("/coordinator/api/parked").json() == []
    assert clinic.verify() == []


def test_it_is_passed_over_only_with_a_reason(clinic: Clinic, stuck: UUID) -> None:
    assert ask(clinic, stuck, "skip") == 409
    assert ask(clinic, stuck, "skip", reason="  ") == 409
    assert len(inbox(clinic, "parked")) == 1
    assert ask(clinic, stuck, "skip", reason=WHY) == 303
    clinic.settle()  # without waiting: whoever sent it hears at once
    (row,) = inbox(clinic, "skipped")
    assert (row.error, row.decided_by) == (WHY, f"member:{clinic.coordinator}")
    assert (delivery(clinic, stuck).state, delivery(clinic, stuck).error) == ("skipped", "")
    assert traces(clinic, "rtms_unit", "skip-event") == [f"member:{clinic.coordinator}"]
    assert "skipped" in see(clinic, "ledger")
    assert clinic.verify() == []


def test_the_reason_travels_sealed(clinic: Clinic, stuck: UUID) -> None:
    ask(clinic, stuck, "skip", reason=WHY)
    clinic.wait(seconds=10)
    for running in clinic.team:
        with running.reader.connect() as connection:
            for table in ("event", "inbox"):
                bodies = connection.exec_driver_sql(f"select body from {table}").scalars()  # noqa: S608
                assert not [body for body in bodies if WHY in body]


def test_a_program_decides_by_the_same_rules(clinic: Clinic, stuck: UUID) -> None:
    browser, base = coordinator(clinic), f"/coordinator/api/parked/{stuck}"
    assert browser.post(f"{base}/rtms_unit/skip", json={}).status_code == 422
    assert browser.post(f"{base}/psychologist/retry").status_code == 404
    assert clinic.http(clinic.physician).post(f"{base}/rtms_unit/retry").status_code == 403
    assert browser.post(f"{base}/rtms_unit/skip", json={"reason": WHY}).status_code == 202
    clinic.wait(seconds=10)
    again = browser.post(f"{base}/rtms_unit/skip", json={"reason": WHY})
    assert again.status_code == 409
    assert "not stuck any more" in again.text


def test_who_asked_and_when_stands_beside_what_is_still_stuck(
    clinic: Clinic, stuck: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unit, "receive", _fail)
    ask(clinic, stuck, "retry")
    clinic.wait(minutes=2)
    page = words(coordinator(clinic).get("/coordinator/ledger").text)
    assert "Claire Morvan asked to try it again: 2 minutes ago" in page
    with clinic.look("coordinator") as work:
        (decision,) = work.all(select(DeliveryDecision))
    assert (decision.verb, decision.by) == ("retry", f"member:{clinic.coordinator}")


def test_what_the_office_itself_cannot_apply_is_decided_there(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("services.coordinator.actions.review", _fail)
        refer(clinic)
        clinic.wait(seconds=10)
    told = coordinator(clinic).get("/coordinator/api/parked").json()
    own = [row for row in told if row["subscriber"] == "coordinator"]
    assert own
    for row in own:
        path = f"/coordinator/api/parked/{row['event_id']}/coordinator/retry"
        assert coordinator(clinic).post(path).status_code == 202
    clinic.wait(seconds=10)
    clinic.wait(hours=2)
    assert coordinator(clinic).get("/coordinator/api/parked").json() == []
    assert clinic.verify() == []
