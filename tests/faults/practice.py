"""A small service in a process of its own, which does what it is told by a line of text."""

import sys
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError

from services.cli.speaking import write_logs
from shared.clock import SystemClock
from shared.mail import MemoryMailer
from shared.running import House, RunningService, Team
from shared.settings import Settings
from tests.backbone import pair, planted


def work(name: str) -> None:
    """Run the service, and ask a question for each line `patient number` that comes in."""
    write_logs("info")  # to the other stream: this one speaks with the client
    settings, services = Settings(), pair.house()
    own = [service for service in services if service.plate.name == name]
    team = Team(own, House(services, settings, SystemClock(), MemoryMailer()))
    team.start()
    say("ready")
    for line in sys.stdin:
        patient, number = line.split()
        say(_asked(team[name], UUID(patient), int(number)))
    team.stop()


def _asked(asker: RunningService, patient: UUID, number: int) -> str:
    """Say `done` only when it is committed; after an error nobody knows."""
    try:
        pair.ask(asker, patient, number)
    except SQLAlchemyError:
        return "unknown"
    return "done"


def say(word: str) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    name, *bugs = sys.argv[1:]
    for bug in bugs:
        getattr(planted, bug)()
    work(name)
