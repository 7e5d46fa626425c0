"""How many mails go to a mail server in a second: written, handed over, and written down.

python -m tests.benchmarks.mails [--mails 600]
"""

import argparse
import multiprocessing
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

import services
from services.cli.preparing import bring_up_to_date
from services.reminders.jobs import send_due_mails
from shared.access.tables import Member
from shared.identifiers import new_id
from shared.mail import Message, SmtpMailer, as_bytes
from shared.settings import Settings
from tests.clinic import Clinic
from tests.reminders.post import LATER, Post

LETTER = Message(
    sender="relais@centre.example",
    to="nora@centre.example",
    to_name="Nora Benali",
    subject="Du nouveau vous attend (R-7F3K-9Q2M), réponse souhaitée",
    text="Répondre à une demande\n" * 30,
    html="<p>Répondre à une demande</p>\n" * 60,
    message_id="<R-7F3K-9Q2M.1@centre.example>",
    date=datetime(2026, 11, 23, 8, 0, tzinfo=UTC),
)


def serve(listening: socket.socket) -> None:
    """A server that takes everything, as fast as it can be said."""
    while True:
        line = listening.accept()[0]
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.sendall(b"220 sink\r\n")
        with line.makefile("rb") as heard:
            for said in heard:
                if said.upper().startswith(b"DATA"):
                    line.sendall(b"354 speak\r\n")
                    while next(heard) != b".\r\n":
                        pass
                line.sendall(b"250 ok\r\n")


@contextmanager
def sink() -> Iterator[str]:
    """The server in a process of its own, so that it takes no time of ours. Gives its URL."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = multiprocessing.get_context("fork").Process(
            target=serve, args=(listening,), daemon=True
        )
        server.start()
        yield f"smtp://127.0.0.1:{listening.getsockname()[1]}"
        server.kill()
        server.join()


def measured(what: str, count: int, work: Callable[[], object]) -> None:
    """By the clock, and by what this process has worked: others may be at work here too."""
    begun, worked = perf_counter(), process_time()
    work()
    seconds, work_seconds = perf_counter() - begun, process_time() - worked
    said = f"{what:<56} {count / seconds:7,.0f} a second, {count / work_seconds:7,.0f} of work"
    sys.stdout.write(said + "\n")
    sys.stdout.flush()


def letters(count: int) -> list[Message]:
    return [replace(LETTER, message_id=f"<R-7F3K-9Q2M.{n}@centre.example>") for n in range(count)]


def send_all(url: str, count: int) -> None:
    mailer = SmtpMailer(url)
    for letter in letters(count):
        mailer.send(letter)
    mailer.close()


def send_from_the_ledger(url: str, count: int) -> None:
    """Urgent matters of a clinic: each is claimed, written, handed over and written down."""
    with TemporaryDirectory(prefix="relais-mails-") as folder:
        settings = Settings(data_dir=Path(folder))
        bring_up_to_date(services.load_all(), settings)
        clinic = Clinic(Path(folder), settings)
        clinic.staff()
        post = Post(clinic)
        for _ in range(count):
            post.owes("acknowledge-concern", urgent=True)
        running = clinic.team["reminders"]
        running.mailer = SmtpMailer(url)
        name = "planned, written, handed over and written down (SQLite)"
        measured(name, count, lambda: running.run_outside_job(send_due_mails))
        assert [mail.state for mail in post.mails] == ["accepted"] * count
        clinic.close()


def send_daily_mails(url: str, count: int) -> None:
    """The morning of a large unit: each member gets the daily mail, about two matters."""
    with TemporaryDirectory(prefix="relais-mails-") as folder:
        settings = Settings(data_dir=Path(folder))
        bring_up_to_date(services.load_all(), settings)
        clinic = Clinic(Path(folder), settings)
        clinic.staff()
        running = clinic.team["reminders"]
        with running.work() as work:
            for number in range(count - 1):  # one is there already
                address = f"member{number}@centre.example"
                member = Member(id=new_id(), name=f"Member {number}", email=address)
                member.roles, member.units = ["rtms_operator"], ["rtms_unit"]
                work.add(member)
        post = Post(clinic)
        for _ in range(2):
            post.owes(due_in=LATER)
        post.until_it_is_due()
        running.mailer = SmtpMailer(url)
        name = "daily mails about two matters each, the same (SQLite)"
        measured(name, count, lambda: running.run_outside_job(send_due_mails))
        assert [mail.state for mail in post.mails] == ["accepted"] * count
        clinic.close()


def main() -> None:
    orders = argparse.ArgumentParser(description=__doc__)
    orders.add_argument("--mails", type=int, default=600)
    count = orders.parse_args().mails
    measured("made into bytes", count, lambda: [as_bytes(one) for one in letters(count)])
    with sink() as url:
        name = "handed over one by one on one connection"
        measured(name, count, lambda: send_all(url, count))
        send_from_the_ledger(url, count)
        send_daily_mails(url, count)


if __name__ == "__main__":
    main()
