"""How long the relay waits for an answer, what it makes of late ones, and when it stops sending."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from shared.backbone.deliveries import FIRST_WAIT, LONGEST_WAIT, note_receipts, wait_before
from shared.backbone.receipts import Receipt, Said
from shared.clock import VirtualClock
from shared.events import FollowUpCancelled, ReferralClosed
from shared.identifiers import new_id
from shared.mail import MemoryMailer
from shared.running import House, Team
from shared.service import Handlers, Jobs, NamePlate, Service
from shared.settings import Settings
from tests.backbone.books import states
from tests.backbone.pair import ask
from tests.events.examples import example

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LEAST, MOST = 0.79, 1.21
"""How far chance moves a wait."""


def test_the_wait_for_a_receipt_doubles_up_to_a_cap() -> None:
    waits = [wait_before(attempts) for attempts in range(1, 40)]
    assert FIRST_WAIT * LEAST <= waits[0] <= FIRST_WAIT * MOST
    for shorter, longer in pairwise(waits[:7]):
        assert longer > shorter, "each try waits longer than the one before"
    assert all(wait <= LONGEST_WAIT * MOST for wait in waits)
    assert all(wait >= LONGEST_WAIT * LEAST for wait in waits[10:])
    assert len(set(waits[10:])) > 1, "and not all at the same moment"


@pytest.mark.parametrize("late", ["stored", "held", "parked"])
def test_a_late_receipt_takes_nothing_back(team: Team, late: Said) -> None:
    ask(team["asker"], new_id(), 1)
    team.settle()
    assert states(team, "asker", "delivery") == {"handled": 1}
    with team["asker"].engine.begin() as connection:
        event_id = UUID(connection.execute(text("select event_id from delivery")).scalar_one())
        note_receipts(connection, [said(event_id, late)])
    assert states(team, "asker", "delivery") == {"handled": 1}


def said(event_id: UUID, state: Said) -> Receipt:
    return Receipt(
        source="asker",
        event_id=event_id,
        subscriber="answerer",
        state=state,
        at=NOON,
        stored_at=NOON,
    )


def test_what_is_done_is_not_sent_again(team: Team, clock: VirtualClock) -> None:
    ask(team["asker"], new_id(), 1)
    for _ in range(5):
        team.settle()
        clock.move(days=1)
    with team["asker"].reader.connect() as connection:
        row = connection.execute(text("select attempts, next_try_at from delivery")).one()
    assert (row.attempts, row.next_try_at) == (1, None)


def test_what_is_not_answered_is_sent_again_for_ever(team: Team, clock: VirtualClock) -> None:
    ask(team["asker"], new_id(), 1)
    bus = team["asker"].open_bus()
    for _ in range(30):
        clock.move(seconds=(LONGEST_WAIT * MOST + timedelta(seconds=1)).total_seconds())
        team["asker"].turn(bus)
    with team["asker"].reader.connect() as connection:
        assert connection.execute(text("select attempts from delivery")).scalar_one() == 30
    bus.close()


def test_a_service_does_not_hear_itself(tmp_path: Path) -> None:
    """Even when it listens to a kind that it announces."""
    hears = Handlers()
    for kind in (ReferralClosed, FollowUpCancelled):
        hears.on(kind)(lambda event, work: None)  # noqa: ARG005 - nothing is done about it
    services = [
        Service(NamePlate(name, name.title()), (), hears, Jobs(), (), ())
        for name in ("asker", "answerer")
    ]
    clock = VirtualClock(NOON)
    house = House(services, Settings(data_dir=tmp_path), clock, MemoryMailer())
    assert house.audience(example(ReferralClosed), "asker") == ["answerer"]
