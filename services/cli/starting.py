"""`relais up`: start the whole house in one process, and give it its first administrator."""

from pathlib import Path
from typing import Annotated

import typer

import services
from services.accounts.actions import first_run_link
from services.cli.loading import staying
from services.cli.preparing import bring_up_to_date, house_of
from services.cli.speaking import refuse, settings_from, write_logs
from services.demo import playing
from shared.app import create_app
from shared.backbone.bus import QueueAway
from shared.running import RunningService, Team
from shared.service import Service
from shared.serving import CannotStart, alone_in, ending_well, listening, serve
from shared.settings import Settings


def up(
    _: Annotated[bool, typer.Option("--all", help="Every service, as always.")] = True,
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
    with staying():
        every = services.load_all()
    with listening(settings.host, settings.port) as listener:
        house = house_of(every, settings)
        _ready_data(every, settings)
        team = Team(every, house)
        _try_queue(team)
        _say_where(team)
        with staying():
            application = create_app(team)
        serve(application, listener, at_end=application.state.hub.close)


def _ready_data(every: list[Service], settings: Settings) -> None:
    """The databases in the form of this release; in the demo with its story in them."""
    playing.refuse_mixing(settings)
    if playing.is_needed(settings):
        typer.echo("Loading the demo centre, which takes some seconds the first time ...")
        playing.load(every, settings)
    bring_up_to_date(every, settings)


def _try_queue(team: Team) -> None:
    try:
        next(iter(team)).open_bus().close()
    except QueueAway as reason:
        raise CannotStart(f"the queue at RELAIS_QUEUE_URL cannot be used: {reason}.") from None


def _say_where(team: Team) -> None:
    """Tell the person at the terminal where to go next."""
    typer.echo(f"Relais is at {team.settings.address}")
    if team.settings.demo:
        typer.echo(playing.WELCOME)
    else:
        tell_first_link(team["accounts"])


def tell_first_link(accounts: RunningService) -> None:
    """In a centre without members: where the administrator begins."""
    with accounts.work() as work:
        link = first_run_link(work)
    if link:
        typer.echo("First start. Make the administrator's account here, once, within a day:")
        typer.echo(link)
