"""A centre for the command `relais`: the databases of a clinic, beside which the command works."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text
from typer.testing import CliRunner, Result

from services.cli.main import app
from shared.clock import SystemClock
from shared.discipline import actions as unit
from shared.events import UnknownEvent
from tests.clinic import Clinic
from tests.referring import refer

COORDINATOR = "claire.morvan@centre.example"


def relais(clinic: Clinic, *arguments: str) -> Result:
    """Type a command at the terminal of the machine on which the clinic's databases are."""
    command = [*arguments, "--data", str(clinic.settings.data_dir)]
    return CliRunner().invoke(app, command, catch_exceptions=False)


def catch_up(clinic: Clinic) -> None:
    """The command goes by the machine's clock: let the clinic be there as well, and deliver."""
    clinic.clock.set(max(clinic.now, SystemClock().now()) + timedelta(seconds=1))
    clinic.settle()


def told(clinic: Clinic, *arguments: str) -> str:
    """What a command that succeeds says."""
    done = relais(clinic, *arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


def verified(clinic: Clinic, *more: str) -> dict[str, Any]:
    """What `relais verify` says of the clinic, whatever it is."""
    said: dict[str, Any] = json.loads(relais(clinic, "verify", "--json", *more).stdout)
    return said


def stuck_event(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """The id of a referral that the rTMS unit could not take, in a release that knows it again."""
    with monkeypatch.context() as broken:
        broken.setattr(unit, "receive", _fail)
        refer(clinic)
        clinic.wait(seconds=10)
    return UUID(one(clinic, "rtms_unit", "select event_id from inbox where state='parked'"))


def _fail(*_: object) -> None:
    raise UnknownEvent("referral.requested version 1 is not known to this release")


def one(clinic: Clinic, service: str, query: str) -> Any:
    """A single value from the database of a service."""
    with clinic.team[service].reader.connect() as connection:
        return connection.execute(text(query)).scalar_one()


def spoil(clinic: Clinic, service: str, statement: str) -> None:
    """Break into the database of a service."""
    with clinic.team[service].engine.begin() as connection:
        done = connection.execute(text(statement))
        assert done.rowcount > 0, "nothing was spoiled"


def copied(clinic: Clinic, service: str, to: Path) -> Path:
    """A copy of a service's database, as a backup makes it."""
    to.mkdir(exist_ok=True)
    with clinic.team[service].engine.connect() as connection:
        connection.exec_driver_sql("select 1")
    for file in clinic.settings.data_dir.glob(f"{service}.db*"):
        shutil.copy(file, to)
    return to


@contextmanager
def set_back(clinic: Clinic, service: str, backup: Path) -> Iterator[None]:
    """Stop the clinic, give one service its older database back; then comes what is to be tried."""
    clinic.close()
    for file in clinic.settings.data_dir.glob(f"{service}.db*"):
        file.unlink()
    for file in backup.glob(f"{service}.db*"):
        shutil.copy(file, clinic.settings.data_dir)
    yield


def opened_again(folder: Path, before: Clinic) -> Clinic:
    """The same clinic in a new process, at the same moment of its clock."""
    again = Clinic(folder)
    again.clock.set(before.now)
    again.know_staff((folder / "members").read_text())
    again.clock.move(seconds=30)
    return again
