"""A thousand ticks at one instant, by four schedulers that die at any moment: each mail once."""

import os
import random
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import col, select

import services
from services.accounts import actions as accounts
from services.reminders.jobs import send_due_mails
from services.reminders.tables import Mail
from shared import faults
from shared.access.viewer import RTMS_OPERATOR
from shared.backbone.bus import forget_memory
from shared.backbone.tables import EventRow
from shared.clock import VirtualClock
from shared.mail import Accepted, Message
from shared.migrations import upgrade
from shared.running import House, Team
from shared.settings import Settings
from tests.processes.servers import centre_of
from tests.reminders.post import something_owed

pytestmark = pytest.mark.slow
SERVICES = ("accounts", "coordinator", "reminders")
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
MEMBERS, SCHEDULERS, TICKS = 5, 4, 1_000


@dataclass
class Letterbox:
    """A mail server that outlives the processes: a file with one line for each mail it took."""

    file: Path

    def send(self, message: Message) -> Accepted:
        with self.file.open("a", encoding="utf-8") as taken:
            taken.write(message.message_id + "\n")
        return Accepted("250 taken")

    def close(self) -> None:
        """Nothing is open."""

    @property
    def taken(self) -> Counter[str]:
        return Counter(self.file.read_text(encoding="utf-8").splitlines())


@dataclass
class Centre:
    """A centre of which only what is stored lasts."""

    settings: Settings
    letterbox: Letterbox

    def team(self, now: datetime) -> Team:
        forget_memory()
        every = services.load_all()
        chosen = [service for service in every if service.plate.name in SERVICES]
        return Team(chosen, House(every, self.settings, VirtualClock(now), self.letterbox))

    @contextmanager
    def open(self, now: datetime) -> Iterator[Team]:
        team = self.team(now)
        yield team
        team.stop()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def centre(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Centre]:
    letterbox = Letterbox(tmp_path / "letterbox")
    letterbox.file.touch()
    if request.param == "sqlite":
        yield prepared(Centre(Settings(data_dir=tmp_path), letterbox))
    else:
        with centre_of(SERVICES, tmp_path, queue="memory://") as settings:
            yield prepared(Centre(settings, letterbox))
    forget_memory()


def prepared(centre: Centre) -> Centre:
    """Members of a unit, and something for all of them: one urgent mail, and one each morning."""
    for service in services.load_all():
        if service.plate.name in SERVICES:
            upgrade(centre.settings.database(service.plate.name), service.migrations)
    with centre.open(MONDAY) as team:
        team.settle()
        with team["accounts"].work() as work:
            for number in range(MEMBERS):
                address = f"member{number}@clinic.example"
                accounts.add_member(work, "Ada", address, [RTMS_OPERATOR], ["rtms_unit"], "en")
        team.settle()
        with team["coordinator"].work() as work:
            for urgent in (True, False, False):
                work.announce(something_owed(MONDAY, urgent=urgent))
        team.settle()
    return centre


def scheduler(centre: Centre, now: datetime, ticks: int, dice: random.Random, risk: float) -> int:
    """A process that ticks, and that dies at some point of its work with this risk at each."""
    child = os.fork()
    if child:
        return child
    try:

        def perhaps_die(_: str) -> None:
            if dice.random() < risk:
                os.kill(os.getpid(), signal.SIGKILL)

        team = centre.team(now)
        faults.install(perhaps_die)
        for _ in range(ticks):
            send_due_mails(team["reminders"])
    finally:
        os._exit(0)


def tick(centre: Centre, now: datetime, seed: int, risk: float) -> int:
    """A thousand ticks at one instant; whoever dies is started again. How many have died."""
    dice, died, left = random.Random(seed), 0, TICKS  # noqa: S311 - the same each time
    while left > 0:
        share = max(left // SCHEDULERS, 1)
        children = [
            scheduler(centre, now, share, random.Random(dice.random()), risk)  # noqa: S311
            for _ in range(SCHEDULERS)
        ]
        ended = [os.waitpid(child, 0)[1] for child in children]
        died += sum(os.WIFSIGNALED(status) for status in ended)
        left -= share * sum(not os.WIFSIGNALED(status) for status in ended)
        risk *= 0.8
    return died


def ledger(centre: Centre) -> list[Mail]:
    with centre.open(MORNING) as team, team["reminders"].look() as work:
        found = list(work.all(select(Mail).order_by(col(Mail.id))))
        work.session.expunge_all()
    return found


def test_nobody_gets_a_mail_twice_and_nobody_gets_none(centre: Centre) -> None:
    assert tick(centre, MORNING, seed=1, risk=0) == 0
    mails = ledger(centre)
    assert [(mail.state, mail.doubts) for mail in mails] == [("accepted", 0)] * 2 * MEMBERS
    assert list(centre.letterbox.taken.values()) == [1] * 2 * MEMBERS


@pytest.mark.parametrize("seed", [2, 3])
def test_copies_exist_only_where_the_ledger_is_in_doubt(centre: Centre, seed: int) -> None:
    died = tick(centre, MORNING, seed=seed, risk=0.3)
    assert died >= 1
    for minutes in (11, 45, 90):  # what a dead process left behind is found when its lease is over
        with centre.open(MORNING + timedelta(minutes=minutes)) as team:
            while send_due_mails(team["reminders"]):
                pass
    mails, taken = ledger(centre), centre.letterbox.taken
    assert {mail.state for mail in mails} <= {"accepted", "uncertain"}
    assert sum(mail.state == "accepted" for mail in mails) >= 2 * MEMBERS - died
    for mail in mails:
        assert 1 <= taken[mail.message_id] <= 1 + mail.doubts or mail.state == "uncertain"
    with centre.open(MORNING) as team, team["reminders"].look() as work:
        kinds = Counter(work.all(select(EventRow.kind)))
    accepted = sum(1 if mail.urgent else 2 for mail in mails if mail.state == "accepted")
    assert kinds["reminder.sent"] == accepted
