"""One cell of the matrix: a mail server with a script, workers that die, and books to compare."""

import email
import os
import re
import shutil
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlmodel import col, select

import services
from services.reminders import actions
from services.reminders.actions.bounces import take_back
from services.reminders.jobs import send_due_mails
from services.reminders.tables import ACCEPTED, FAILED, Mail, Reminder
from shared import faults
from shared.backbone.tables import EventRow
from shared.clock import VirtualClock
from shared.mail import MemoryMailer, SmtpMailer
from shared.mail.returned import read_returned
from shared.running import House, RunningService
from shared.settings import Settings
from tests import reports
from tests.clinic import Clinic
from tests.mail_server import identity_of
from tests.reminders.post import Post
from tests.scripted_smtp import Script, Scripted, scripted_server

ROOT = Path(__file__).parent.parent.parent
TIMEOUT, PATIENCE = 0.7, 0.4
"""Seconds. A server that thinks long needs more than that."""
STEPS = 400
"""So often something may become due before the end of a cell is given up."""
BEGINS = {
    "due now": (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), timedelta(0)),
    "due in the past": (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), timedelta(hours=7)),
    "due at the fold": (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), timedelta(minutes=30)),
}
"""When the mails become due, and how long nobody works after that."""


def points() -> list[str]:
    """Every place of the mailer where a process can die."""
    files = [*(ROOT / "shared" / "mail").rglob("*.py"), ROOT / "services/reminders/jobs.py"]
    named = re.findall(r'"(mail\.[a-z-]+)"', "".join(file.read_text() for file in files))
    return [*sorted(set(named) - {"mail.py"}), "work.before-commit", "work.committed"]


@dataclass(frozen=True)
class Cell:
    """`dies_at`: where one of the workers is killed, if anywhere."""

    script: Script
    dies_at: str
    workers: int
    begins: str

    def __str__(self) -> str:
        return (
            f"{self.script.name} - {self.dies_at or 'nobody dies'} - {self.workers} - {self.begins}"
        )


@dataclass
class Prepared:
    """A folder with what is owed, to be copied for each cell."""

    folder: Path
    closing: UUID
    """The matter that will end while its mail is on the way."""


def prepare(empty: Path, folder: Path, begins: str) -> Prepared:
    """Four people are owed a word: three at once, urgently, and one of them will not need it."""
    shutil.copytree(empty, folder)
    clinic = Clinic(folder)
    clinic.know_staff((folder / "members").read_text())
    clinic.clock.move(seconds=(BEGINS[begins][0] - clinic.now).total_seconds())
    clinic.settle()
    post = Post(clinic)
    for debtor in ("rtms_unit", "psychologist", "psychophysical_therapist"):
        post.owes("acknowledge-concern", debtor=debtor, urgent=True)
    closing = post.owes("acknowledge-concern", debtor="pain_physician", urgent=True)
    clinic.settle()
    clinic.close()
    return Prepared(folder, closing)


@dataclass
class Run:
    """What happened in one cell."""

    cell: Cell
    settings: Settings
    clock: VirtualClock
    server: Scripted
    certificate: Path
    closed_after: int = -1
    """So many mails had been accepted when the matter ended; -1 before."""
    died: list[str] = field(default_factory=list)


def play(cell: Cell, prepared: Prepared, folder: Path) -> list[str]:
    """Run a cell to its end, and return what is wrong in the books."""
    shutil.copytree(prepared.folder, folder)
    begins, away = BEGINS[cell.begins]
    settings = Settings(data_dir=folder, mail_bounces_address="bounces@centre.example")
    with scripted_server(cell.script, folder) as server:
        clock = VirtualClock(begins + away)
        run = Run(cell, settings, clock, server, _known_authority(cell.script, folder))
        _work_and_die(run)
        running = _running(run)
        try:
            _close(run, running, prepared.closing)
            _work_until_nothing_is_due(run, running)
            _come_back(run, running)
            return list(_problems(run, running, prepared))
        finally:
            running.close()


def _known_authority(script: Script, folder: Path) -> Path:
    """Whom our side trusts: the server itself, or somebody else."""
    if script.trusted:
        return folder / "certificate.pem"
    other = folder / "somebody-else"
    other.mkdir()
    return identity_of("localhost", other)[1]


def _running(run: Run) -> RunningService:
    """The reminder service alone, as it is in a process of its own."""
    every = services.load_all()
    house = House(every, run.settings, run.clock, MemoryMailer(), durable=False)
    running = RunningService(next(s for s in every if s.plate.name == "reminders"), house)
    running.mailer = _mailer(run)
    return running


def _mailer(run: Run) -> SmtpMailer:
    script = run.cell.script
    user = "relais@" if script.password else ""
    scheme = "smtp+starttls" if script.secure else "smtp"
    return SmtpMailer(
        f"{scheme}://{user}localhost:{run.server.port}",
        script.password,
        ca_file=run.certificate if script.secure else None,
        timeout=TIMEOUT,
        patience=PATIENCE,
    )


def _work_and_die(run: Run) -> None:
    """Workers of their own processes; the first one is killed where it was decided."""
    children = []
    for number in range(run.cell.workers):
        child = os.fork()
        if child == 0:
            _live(run, run.cell.dies_at if number == 0 else "")
        children.append(child)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert set(codes) <= {0, -signal.SIGKILL}, f"{run.cell}: a worker failed, {codes}"


def _live(run: Run, dies_at: str) -> None:
    code = 1
    try:
        running = _running(run)
        if dies_at:
            faults.install(lambda point: _die() if point == dies_at else None)
        running.run_outside_job(send_due_mails)
        code = 0
    finally:
        os._exit(code)


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _close(run: Run, running: RunningService, obligation_id: UUID) -> None:
    """What one of the mails asks for is done meanwhile."""
    run.closed_after = len(run.server.accepted)
    with running.work() as work:
        actions.close(work, obligation_id)


def _work_until_nothing_is_due(run: Run, running: RunningService) -> None:
    for _ in range(STEPS):
        running.run_outside_job(send_due_mails)
        following = _next(running)
        if following is None:
            return
        run.clock.move(seconds=max(1.0, (following - run.clock.now()).total_seconds()))
    raise AssertionError(f"{run.cell}: there is no end")


def _next(running: RunningService) -> datetime | None:
    with running.look() as work:
        waiting = select(Mail.next_try_at).where(col(Mail.next_try_at).is_not(None))
        found: datetime | None = work.first(waiting.order_by(col(Mail.next_try_at)))
    return found


def _come_back(run: Run, running: RunningService) -> None:
    """Everything that was accepted comes back, where the script says so."""
    if not run.cell.script.comes_back:
        return
    for address in run.server.senders:
        returned = read_returned(reports.report(address))
        assert returned is not None
        with running.work() as work:
            assert take_back(work, returned, "")


def _problems(run: Run, running: RunningService, prepared: Prepared) -> Iterator[str]:
    """The log of the server against the ledger."""
    arrived = Counter(_id(raw) for raw in run.server.accepted)
    with running.look() as work:
        mails = work.all(select(Mail))
        lines = work.all(select(Reminder))
        failed = set(_failed(work.all(select(EventRow).where(EventRow.kind == "reminder.failed"))))
        told = {line.mail_id: str(line.id) for line in lines if line.cancelled_at is None}
        closing = {line.mail_id for line in lines if line.obligation_id == prepared.closing}
    for mail in mails:
        copies = arrived.pop(mail.message_id, 0)
        yield from _wrong_in(mail, copies)
        if mail.state in FAILED and mail.id in told and told[mail.id] not in failed:
            yield f"{mail.state}: nobody was told that it failed"
        later = Counter(_id(raw) for raw in run.server.accepted[run.closed_after :])
        if mail.id in closing and later[mail.message_id]:
            yield "it went although what it asks for was done"
    yield from (f"the ledger does not know {stray}" for stray in arrived)


def _wrong_in(mail: Mail, copies: int) -> Iterator[str]:
    """Accepted or visibly failed, and more than one copy only where there was a doubt."""
    if mail.next_try_at is not None:
        yield f"{mail.state}: it still waits"
    if mail.state == ACCEPTED and copies < 1:
        yield "accepted, and the server never had it"
    if copies > 1 and not mail.doubts:
        yield f"{copies} copies, and the ledger has no doubt"
    if copies > 1 + mail.doubts:
        yield f"{copies} copies after {mail.doubts} doubts"
    if copies and mail.state not in (ACCEPTED, *FAILED) and not mail.doubts:
        yield f"{mail.state}: the server has it, and the ledger has no doubt"


def _failed(rows: Sequence[EventRow]) -> Iterator[str]:
    for row in rows:
        yield from re.findall(r'"reminder_id": ?"([0-9a-f-]+)"', row.body)


def _id(raw: bytes) -> str:
    return str(email.message_from_bytes(raw)["Message-ID"])
