"""The ledger: receipts in any order, heartbeats that mend, and nothing that goes back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.coordinator import actions
from services.coordinator.actions.ledger import note_events
from services.coordinator.tables import EventDelivery, ServiceLight
from shared.backbone.bus import RECEIPTS, Frame
from shared.backbone.envelope import Origin, wrap
from shared.backbone.receipts import Heartbeat, Receipt, pack_receipts
from shared.events import ReferralReceived
from shared.identifiers import new_id
from tests.coordinator.office import MONDAY, UNIT, Office, referral


def hear(office: Office, audience: list[str]) -> UUID:
    """An event of the unit, heard by the office."""
    origin = Origin(UNIT, office.clock.now(), f"service:{UNIT}", new_id())
    envelope = wrap(ReferralReceived(**referral()), new_id(), origin, audience)
    with office.running.work() as work:
        work.cause = envelope
        note_events([work])
    return envelope.id


def receipt(event_id: UUID, state: str, subscriber: str = "reminders", **more: Any) -> Receipt:
    stored_at, at = MONDAY + timedelta(seconds=1), MONDAY + timedelta(seconds=3)
    names: dict[str, Any] = {"event_id": event_id, "subscriber": subscriber, "state": state}
    return Receipt(source=UNIT, stored_at=stored_at, at=at, **names, **more)


def note(office: Office, *receipts: Receipt) -> None:
    with office.running.work() as work:
        actions.note_receipts(list(receipts), work)


def beat(office: Office, *opened: tuple[UUID, str, str], **more: Any) -> None:
    heartbeat = Heartbeat(service=UNIT, at=office.clock.now(), open=list(opened), **more)
    with office.running.work() as work:
        actions.note_heartbeat(heartbeat, work)


def deliveries(office: Office) -> dict[str, EventDelivery]:
    with office.look() as work:
        return {row.subscriber: row for row in work.all(select(EventDelivery))}


def test_an_event_waits_for_everybody_but_oneself(office: Office) -> None:
    hear(office, ["coordinator", "reminders"])
    found = deliveries(office)
    assert (found["coordinator"].state, found["reminders"].state) == ("handled", "waiting")


def test_pages_are_rung_when_what_was_said_can_be_read(office: Office) -> None:
    event_id, seen = hear(office, ["coordinator", "reminders"]), list[str]()
    office.running.changed = lambda _: seen.append(deliveries(office)["reminders"].state)
    frame = pack_receipts([receipt(event_id, "handled")])
    office.running._receiver.receive([Frame(RECEIPTS, frame, lambda: None)])
    assert seen == ["handled"]


def test_a_receipt_may_come_before_its_event(office: Office) -> None:
    event_id = new_id()
    note(office, receipt(event_id, "handled"))
    assert deliveries(office)["reminders"].state == "handled"


def test_nothing_goes_back_from_handled(office: Office) -> None:
    event_id = hear(office, ["coordinator", "reminders"])
    note(office, receipt(event_id, "handled"), receipt(event_id, "stored"))
    note(office, receipt(event_id, "parked", error="no such member", attempts=8))
    row = deliveries(office)["reminders"]
    assert (row.state, row.error) == ("handled", "")
    assert row.handled_at == MONDAY + timedelta(seconds=3)


def test_why_something_failed_stays_until_it_is_handled(office: Office) -> None:
    event_id = hear(office, ["coordinator", "reminders"])
    note(office, receipt(event_id, "parked", error="no such member", attempts=8))
    beat(office, (event_id, "reminders", "parked"), parked=1)
    row = deliveries(office)["reminders"]
    assert (row.state, row.error, row.attempts) == ("parked", "no such member", 8)
    note(office, receipt(event_id, "handled", attempts=9))
    assert deliveries(office)["reminders"].state == "handled"


def test_a_heartbeat_mends_what_a_lost_receipt_left(office: Office) -> None:
    hear(office, ["coordinator", "reminders"])
    office.clock.move(minutes=1)
    still_open = hear(office, ["coordinator", "interop"])
    beat(office, (still_open, "interop", "sent"), waiting={"interop": 1})
    found = deliveries(office)
    assert (found["reminders"].state, found["interop"].state) == ("handled", "sent")


def test_a_heartbeat_says_nothing_about_what_is_younger_than_itself(office: Office) -> None:
    hear(office, ["coordinator", "reminders"])
    office.clock.move(seconds=10)
    beat(office)
    assert deliveries(office)["reminders"].state == "waiting"


def test_an_older_heartbeat_does_not_count(office: Office) -> None:
    office.clock.move(minutes=5)
    beat(office)
    office.clock.move(minutes=-3)
    beat(office, parked=4)
    with office.look() as work:
        light = work.get(ServiceLight, UNIT)
    assert (light.beat_at, light.parked) == (MONDAY + timedelta(minutes=5), 0)
