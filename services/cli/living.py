"""`relais health`: whether a process of a service lives. It loads little: it is asked often."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import services
from services.cli.speaking import refuse, settings_from
from shared import health as signs


class Role(StrEnum):
    """What a process does for its service: answer people and programs, or work on events."""

    API = signs.API
    WORKER = signs.WORKER


Which = Annotated[str, typer.Argument(metavar="SERVICE", help="A service, by its folder.")]
What = Annotated[Role, typer.Argument(help="Pages and API, or events and jobs.")]
Host = Annotated[str | None, typer.Option(help="Address that an api listens on.")]
Port = Annotated[int | None, typer.Option(help="Port that an api listens on.")]
Data = Annotated[Path | None, typer.Option(help="Folder for the files of this process.")]


def health(
    service: Which, role: What, host: Host = None, port: Port = None, data: Data = None
) -> None:
    """Say whether such a process lives here: it ends with 0, or with 1."""
    settings = settings_from(host=host, port=port, data_dir=data)
    well = signs.lives(known(service), role, settings)
    typer.echo("alive" if well else "silent")
    raise typer.Exit(not well)


def known(service: str) -> str:
    """The name of a service, or the end with a sentence."""
    names = services.names()
    if service not in names:
        refuse(f"there is no service {service}. There are: {', '.join(names)}.")
    return service
