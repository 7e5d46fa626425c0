"""`relais up`: start the whole house in one process, and give it its first administrator."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy.exc import ArgumentError, DBAPIError

import services
from services.accounts.actions import first_run_link
from services.cli.speaking import refuse, settings_from, write_logs
from services.demo import playing
from shared.app import create_app
from shared.clock import SystemClock
from shared.mail import mailer_for
from shared.migrations import OtherRelease, upgrade
from shared.running import House, Team
from shared.service import Service
from shared.serving import CannotStart, alone_in, ending_well, listening, serve
from shared.settings import Settings


def up(
    demo: Annotated[bool, typer.Option("--demo", help="Show an invented demo centre.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder for the data.")] = None,
) -> None:
    """Start every service in this process and serve the pages."""
    settings = settings_from(demo=demo or None, host=host, port=port, data_dir=data)
    try:
        with ending_well(), alone_in(settings.data_dir):
            _run(settings)
    except CannotStart as reason:
        refuse(str(reason))


def _run(settings: Settings) -> None:
    write_logs(settings.log_level)
    every = services.load_all()
    with listening(settings.host, settings.port) as listener:
        house = _house(every, settings)
        _ready_data(every, settings)
        team = Team(every, house)
        _try_queue(team)
        _say_where(team)
        application = create_app(team)
        serve(application, listener, at_end=application.state.hub.close)


def _house(every: list[Service], settings: Settings) -> House:
    """The house, with its files and the way to send mail tried before any work is done."""
    try:
        house = House(every, settings, SystemClock(), mailer_for(settings))
        house.sealer  # noqa: B018 - reads the key
        house.outside  # noqa: B018 - reads the file of subscribers
    except ValueError as error:
        raise CannotStart(f"{error}.") from None
    except OSError as error:
        raise CannotStart(f"{error.filename} cannot be read: {error.strerror}.") from None
    return house


def _ready_data(every: list[Service], settings: Settings) -> None:
    """The databases in the form of this release; in the demo with its story in them."""
    playing.refuse_mixing(settings)
    if playing.is_needed(settings):
        typer.echo("Loading the demo centre, which takes some seconds the first time ...")
        playing.load(every, settings)
    for service in every:
        with _database_in_words(service.plate.name):
            upgrade(settings.database(service.plate.name), service.migrations)


@contextmanager
def _database_in_words(service: str) -> Iterator[None]:
    database = f"the database of {service}"
    try:
        yield
    except OtherRelease:
        raise CannotStart(f"{database} was made by another release of Relais.") from None
    except DBAPIError as error:
        reason = str(error.orig).partition("\n")[0].rstrip(".")
        raise CannotStart(f"{database} cannot be used: {reason}.") from None
    except (ArgumentError, ModuleNotFoundError) as error:
        why = "RELAIS_DATABASE_URL names a kind of database that is not installed here"
        raise CannotStart(f"{database} cannot be used: {why} ({error}).") from None


def _try_queue(team: Team) -> None:
    try:
        next(iter(team)).open_bus().close()
    except Exception as error:  # each kind of queue has its own; the address may hold a password
        reason = type(error).__name__
        raise CannotStart(f"the queue at RELAIS_QUEUE_URL cannot be used: {reason}.") from None


def _say_where(team: Team) -> None:
    """Tell the person at the terminal where to go next."""
    typer.echo(f"Relais is at {team.settings.address}")
    if team.settings.demo:
        typer.echo(playing.WELCOME)
        return
    with team["accounts"].work() as work:
        link = first_run_link(work)
    if link:
        typer.echo("First start. Make the administrator's account here, once, within a day:")
        typer.echo(link)
