"""`relais fhir`: FHIR messages from other systems."""

from pathlib import Path
from typing import Annotated

import typer

from services.cli.speaking import WRONG_USE
from services.interop.sending import send_file

fhir = typer.Typer(no_args_is_help=True, help="FHIR messages from other systems.")


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
