"""The command `relais`, put together from its parts."""

from importlib.metadata import version
from typing import Annotated

import typer

from services.cli import (
    benching,
    deciding,
    describing,
    events,
    initializing,
    messages,
    replaying,
    running,
    starting,
    verifying,
)

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Start the house, look after it, send it a message.",
)
app.command()(starting.up)
app.command()(initializing.init)
app.command()(running.run)
app.command()(running.health)
app.command()(verifying.verify)
app.command()(describing.describe)
app.command()(benching.bench)
events.events.command("replay")(replaying.replay)
events.events.command("close")(replaying.close)
app.add_typer(events.events, name="events")
app.add_typer(deciding.parked, name="parked")
app.add_typer(messages.fhir, name="fhir")


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
