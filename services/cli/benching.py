"""`relais bench`: how fast events travel here, measured without touching the data of the centre."""

import json
import platform
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DBAPIError

import services
from services.cli import measuring
from services.cli.measuring import RECEIVER, SENDER, Figures
from services.cli.speaking import refuse, settings_from
from shared.backbone.bus import QueueAway
from shared.backbone.bus.removal import remove_queues
from shared.database import write_engine
from shared.identifiers import new_id
from shared.serving import CannotStart
from shared.settings import Settings

EMBEDDED, SERVERS = "one process", "servers"
HEAD = "{:<12} {:>12} {:>10} {:>10} {:>10} {:>8} {:>8}"
HEADINGS = ("", "announced/s", "drained/s", "through/s", "CPU us", "p50 ms", "p99 ms")

Events = Annotated[int, typer.Option(min=200, help="Events of each measurement.")]
Single = Annotated[int, typer.Option(min=10, help="Events that are sent one by one.")]
Rounds = Annotated[int, typer.Option(min=1, help="Times that everything is measured.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]
Folder = Annotated[Path | None, typer.Option(help="Where the temporary files are made.")]


def bench(
    events: Events = 10_000,
    single: Single = 200,
    rounds: Rounds = 1,
    as_json: AsJson = False,
    data: Folder = None,
) -> None:
    """Measure how fast events go from one service to another.

    Always with everything in one process; and, where RELAIS_QUEUE_URL and RELAIS_DATABASE_URL name
    servers, between two processes with schemas and queues of their own, which are removed.
    """
    centre = settings_from()
    found: dict[str, list[Figures]] = {}
    try:
        for _ in range(rounds):
            for name, settings in _places(centre, data):
                figures = measuring.measure(settings, events, single, every=0.05)
                found.setdefault(name, []).append(figures)
    except (CannotStart, QueueAway) as reason:
        refuse(str(reason))
    except DBAPIError as error:
        refuse(f"the database cannot be used: {type(error.orig).__name__}.")
    typer.echo(_as_json(found) if as_json else _table(found))


def _places(centre: Settings, data: Path | None) -> Iterator[tuple[str, Settings]]:
    """Where it is measured, one after the other; nothing is left of any of them."""
    with _folder(data) as folder:
        yield EMBEDDED, _settings(folder, "sqlite:///{data_dir}/{service}.db", "memory://")
    server = make_url(centre.database(services.directory().plates[0].name))
    if centre.queue_url.startswith("amqp") and server.get_backend_name() == "postgresql":
        with _folder(data) as folder, at_servers(centre, server, folder) as settings:
            yield SERVERS, settings


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    with TemporaryDirectory(prefix="relais-bench-", dir=data) as folder:
        yield Path(folder)


def _settings(folder: Path, database: str, queue: str, prefix: str = "relais-bench") -> Settings:
    return Settings(
        data_dir=folder,
        database_url=database,
        database_password_file=None,
        queue_url=queue,
        queue_password_file=None,
        queue_prefix=prefix,
        subscribers_file=None,
        demo=False,
    )


@contextmanager
def at_servers(
    centre: Settings, server: URL, folder: Path, names: Sequence[str] = (SENDER, RECEIVER)
) -> Iterator[Settings]:
    """Schemas of their own in a database of the centre, and queues of their own."""
    name = f"relais_bench_{new_id().hex[-12:]}"
    address = server.render_as_string(hide_password=False).replace("{", "{{").replace("}", "}}")
    database = f"{address}{'&' if server.query else '?'}options=-csearch_path%3D{name}_{{service}}"
    settings = _settings(folder, database, centre.queue(SENDER), name)
    engine, schemas = (
        write_engine(server.render_as_string(hide_password=False)),
        [f"{name}_{one}" for one in names],
    )
    try:
        with engine.begin() as connection:
            for schema in schemas:
                connection.execute(text(f'create schema "{schema}"'))
        yield settings
    finally:
        with engine.begin() as connection:
            for schema in schemas:
                connection.execute(text(f'drop schema if exists "{schema}" cascade'))
        engine.dispose()
        remove_queues(settings, names)


def _as_json(found: dict[str, list[Figures]]) -> str:
    places = {name: [asdict(figures) for figures in rounds] for name, rounds in found.items()}
    machine = {"python": platform.python_version(), "system": platform.system()}
    return json.dumps({"machine": machine, "places": places}, indent=2)


def _table(found: dict[str, list[Figures]]) -> str:
    """The medians of all rounds, as a person reads them."""
    lines = [HEAD.format(*HEADINGS)]
    for name, rounds in found.items():
        middle = [
            median(getattr(figures, one.name) for figures in rounds) for one in fields(Figures)
        ]
        *many, typical, slow = middle
        shown = [f"{figure:,.0f}" for figure in many]
        lines.append(HEAD.format(name, *shown, f"{typical * 1000:.1f}", f"{slow * 1000:.1f}"))
    return "\n".join(lines)
