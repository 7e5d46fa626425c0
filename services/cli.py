"""The command `relais`: start the house, give it its first administrator, send it a message."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, NoReturn

import structlog
import typer
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DBAPIError

import services
from services.accounts.actions import first_run_link
from services.demo import playing
from services.interop.sending import send_file
from shared.app import create_app
from shared.clock import SystemClock
from shared.mail import mailer_for
from shared.migrations import OtherRelease, upgrade
from shared.running import House, Team
from shared.service import Service
from shared.serving import CannotStart, alone_in, ending_well, listening, serve
from shared.settings import Settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=__doc__,
)
fhir = typer.Typer(no_args_is_help=True, help="FHIR messages from other systems.")
app.add_typer(fhir, name="fhir")

WRONG_USE = 2


def _tell_version(asked: bool) -> None:
    if asked:
        typer.echo(f"relais {version('relais')}")
        raise typer.Exit


@app.callback()
def relais(
    _: Annotated[
        bool,
        typer.Option("--version", help="Say which release this is.", callback=_tell_version),
    ] = False,
) -> None:
    """The relay between the members of a pain team."""


@app.command()
def up(
    demo: Annotated[bool, typer.Option("--demo", help="Show an invented demo centre.")] = False,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder for the data.")] = None,
) -> None:
    """Start every service in this process and serve the pages."""
    settings = _settings(demo=demo or None, host=host, port=port, data_dir=data)
    try:
        with ending_well(), alone_in(settings.data_dir):
            _run(settings)
    except CannotStart as reason:
        _refuse(str(reason))


def _run(settings: Settings) -> None:
    _write_logs()
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
    """The house, with the team's key and the way to send mail tried before any work is done."""
    try:
        house = House(every, settings, SystemClock(), mailer_for(settings))
        house.sealer  # noqa: B018 - reads the key
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


def _settings(**given: Any) -> Settings:
    """The settings, or the end with a sentence for each that is wrong."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        _refuse(*(_in_words(problem["loc"], problem["msg"]) for problem in problems))
    except OSError as error:
        _refuse(f"{error.filename} cannot be read: {error.strerror}.")


def _in_words(place: tuple[int | str, ...], message: str) -> str:
    own = message.removeprefix("Value error, ")
    if not place:
        return f"{own}."
    setting = "RELAIS_" + "_".join(map(str, place)).upper()
    return f"{setting} {own}." if own != message else f"{setting}: {message}."


def _refuse(*reasons: str) -> NoReturn:
    for reason in reasons:
        typer.echo(f"Relais cannot start: {reason}", err=True)
    raise typer.Exit(WRONG_USE)


def _write_logs() -> None:
    """One JSON object for each line on standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


@fhir.command("send")
def fhir_send(
    file: Annotated[Path, typer.Argument(help="A message Bundle, .json or .xml.")],
    url: Annotated[str, typer.Option(help="Where Relais is.")] = "http://127.0.0.1:8000",
    token_file: Annotated[Path | None, typer.Option(help="File with the service token.")] = None,
) -> None:
    """Send a FHIR message to a running Relais and print its answer."""
    try:
        answer = send_file(file, url=url, token_file=token_file)
    except OSError as error:
        typer.echo(f"{error.filename} cannot be read: {error.strerror}.", err=True)
        raise typer.Exit(WRONG_USE) from None
    typer.echo(answer.text, err=not answer.status)
    raise typer.Exit(0 if answer.accepted else 1)


if __name__ == "__main__":
    app()
