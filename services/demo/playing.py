"""The demo centre: months of an invented clinic, played by the real team under a virtual clock."""

import gc
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from services.demo.cast import EARLIEST, begin_all
from services.demo.giving import equip
from services.demo.leave import away_this_week, free_on_friday_afternoon
from services.demo.people import PASSWORD, PATIENTS, TEAM
from services.demo.stage import Stage
from services.demo.stories import Patient
from shared.backbone.bus import forget_memory
from shared.clock import SystemClock, VirtualClock
from shared.mail import KeptMailer
from shared.migrations import upgrade
from shared.running import House, Team
from shared.service import Service
from shared.serving import CannotStart
from shared.settings import Settings

WELCOME = "\n".join(
    [
        "This is the demo centre: every person in it is invented. Sign in as, for example,",
        *(f"  {c.email:<22} {c.role.replace('_', ' ')}" for c in TEAM if c.language == "en"),
        f"with the password: {PASSWORD}",
    ]
)


_OTHER = "Choose another folder with --data"
MARK = "demo-centre"


def refuse_mixing(settings: Settings) -> None:
    """The demo's passwords are known to everybody: it and a real centre never share a folder."""
    folder, marked = settings.data_dir, (settings.data_dir / MARK).exists()
    if marked and not settings.demo:
        raise CannotStart(f"{folder} holds the demo centre. {_OTHER} or start with --demo.")
    if settings.demo and folder not in _accounts(settings).parents:
        raise CannotStart("the demo lives in files of its data folder: unset RELAIS_DATABASE_URL.")
    if settings.demo and not marked and _accounts(settings).exists():
        raise CannotStart(f"{folder} holds a centre that is no demo. {_OTHER}.")


def is_needed(settings: Settings) -> bool:
    """Whether the demo is wanted and was not played yet."""
    return settings.demo and not _accounts(settings).exists()


def load(services: list[Service], settings: Settings, now: datetime | None = None) -> None:
    """Play the demo into a new data folder, up to the present moment or another one.

    It is played aside and moved into place at the end: a start that is cut off leaves nothing.
    """
    aside = settings.data_dir / "demo-being-loaded"
    shutil.rmtree(aside, ignore_errors=True)
    there = {"data_dir": aside, "team_key_file": settings.key_file, "queue_url": "memory://"}
    with _fewer_collections():
        _play(services, settings.model_copy(update=there), now or SystemClock().now())
    (settings.data_dir / MARK).touch()
    for file in sorted(aside.iterdir(), key=lambda file: file.stem == "accounts"):
        file.replace(settings.data_dir / file.name)
    aside.rmdir()


def _accounts(settings: Settings) -> Path:
    return Path(settings.database_file("accounts"))


@contextmanager
def _fewer_collections() -> Iterator[None]:
    """Four months in some seconds make many short-lived objects: look for cycles less often."""
    usual = gc.get_threshold()
    gc.set_threshold(50_000, 20, 50)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _play(services: list[Service], settings: Settings, now: datetime) -> None:
    for service in services:
        upgrade(settings.database(service.plate.name), service.migrations)
    clock = VirtualClock(now)
    house = House(services, settings, clock, KeptMailer(), durable=False)
    stage = Stage(Team(services, house), clock, curtain=now)
    stage.clock.set(stage.at(EARLIEST, 7) - timedelta(days=1))
    stage.staff()
    equip(stage)
    Patient.places = count()
    begin_all(stage, [Patient(stage, person) for person in PATIENTS])
    for story in (away_this_week, free_on_friday_afternoon):
        stage.tell(story(stage))
    stage.play()
    stage.team.stop()
    forget_memory()
