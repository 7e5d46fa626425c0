"""Two workers of the reminder service hand over mails at the same time: each mail leaves once."""

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

import services
from services.accounts import actions as accounts
from services.reminders.jobs import send_due_mails
from shared.access.viewer import RTMS_OPERATOR
from shared.backbone.bus import forget_memory
from shared.clock import VirtualClock
from shared.mail import Accepted, Message
from shared.migrations import upgrade
from shared.running import House, RunningService, Team
from tests.processes import crew
from tests.processes.house import PATIENCE
from tests.processes.servers import centre_of
from tests.reminders.post import something_owed

pytestmark = [pytest.mark.slow, pytest.mark.postgres]
SERVICES = ("accounts", "coordinator", "reminders")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MEMBERS = 6


class SlowMailServer:
    """Takes a mail when two have come: so that both workers are in the middle of it."""

    def __init__(self) -> None:
        self.taken: list[str] = []
        self._pair = threading.Barrier(2)

    def send(self, message: Message) -> Accepted:
        self._pair.wait(PATIENCE)
        self.taken.append(message.message_id)
        return Accepted("250 taken")

    def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A unit of several members, and something that all of them are to be told."""
    forget_memory()
    every = services.load_all()
    chosen = [service for service in every if service.plate.name in SERVICES]
    with centre_of(SERVICES, tmp_path, queue="memory://") as settings:
        for service in chosen:
            upgrade(settings.database(service.plate.name), service.migrations)
        team = Team(chosen, House(every, settings, VirtualClock(MONDAY), SlowMailServer()))
        team.settle()
        with team["accounts"].work() as work:
            for number in range(MEMBERS):
                address = f"member{number}@clinic.example"
                accounts.add_member(work, "Ada", address, [RTMS_OPERATOR], ["rtms_unit"], "en")
        team.settle()
        with team["coordinator"].work() as work:
            work.announce(something_owed(MONDAY, urgent=True))
        team.settle()
        yield team
        team.stop()
    forget_memory()


def test_no_mail_leaves_twice(team: Team) -> None:
    one = team["reminders"]
    other = RunningService(one.service, one.house)
    other.mailer = one.mailer

    def hand_over(running: RunningService) -> int:
        return running.run_outside_job(send_due_mails)

    counts: list[int] = []
    crew.together([lambda: counts.append(hand_over(one)), lambda: counts.append(hand_over(other))])
    other.close()
    server = one.mailer
    assert isinstance(server, SlowMailServer)
    assert list(Counter(server.taken).values()) == [1] * MEMBERS
    assert counts == [MEMBERS / 2] * 2, "both had their share"
