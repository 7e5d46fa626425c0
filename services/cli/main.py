"""The command `relais`: each of its parts is loaded when it is called, and not before."""

from collections.abc import Mapping
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_group

from services.cli.loading import staying

PARTS: Mapping[str, tuple[str, str]] = {
    "up": ("starting:up", "Start every service in this process and serve the pages."),
    "init": (
        "initializing:init",
        "Prepare a centre in containers: passwords, certificates, users. What is there stays.",
    ),
    "run": (
        "running:run",
        "Run one service in one role; any number of such processes share the work.",
    ),
    "health": (
        "living:health",
        "Say whether such a process lives here: it ends with 0, or with 1.",
    ),
    "verify": (
        "verifying:verify",
        "Compare what was announced with what was applied, and check every audit; changes nothing.",
    ),
    "describe": (
        "describing:describe",
        "Write the events as AsyncAPI 3 and as a JSON Schema each.",
    ),
    "bench": ("benching:bench", "Measure how fast events go from one service to another."),
    "events": ("events:events", "The events of the house, and sending them again."),
    "parked": ("deciding:parked", "Events that a service could not apply."),
    "mail": ("mail:mail", "Mails: try the mail server of the centre."),
    "fhir": ("messages:fhir", "FHIR messages from other systems."),
}
"""Where each part is, beside this file, and what it does: nobody who asks only for that waits."""


class Parts(TyperGroup):
    """The commands as the help shows them; the one that is called is then loaded."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        name, _, rest = super().resolve_command(ctx, args)
        return name, load(name) if name else None, rest


def load(name: str) -> Any:
    """A part of the command, with everything that it needs."""
    module, _, attribute = PARTS[name][0].partition(":")
    with staying():
        found = getattr(import_module(f"services.cli.{module}"), attribute)
    alone = typer.Typer(pretty_exceptions_enable=False, rich_markup_mode=None)
    if isinstance(found, typer.Typer):
        alone.add_typer(found, name=name)
    else:
        alone.command(name)(found)
    return get_group(alone).commands[name]


app = typer.Typer(
    cls=Parts,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Start the house, look after it, send it a message.",
)


def _not_loaded_yet() -> None:
    """Stands for a part until it is called."""


for _name, (_, _says) in PARTS.items():
    app.command(_name, help=_says)(_not_loaded_yet)


def _tell_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version  # slow, and hardly ever asked for

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
