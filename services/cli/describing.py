"""`relais describe`: write down the events for whoever builds on them."""

from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

import services
from services.cli.speaking import WRONG_USE, settings_from
from services.interop import describing
from shared.settings import Settings


def describe(
    out: Annotated[Path, typer.Option(help="Folder to write into; it is made.")],
) -> None:
    """Write the events as AsyncAPI 3 and as a JSON Schema each."""
    written = _documents(settings_from())
    try:
        (out / "schemas").mkdir(parents=True, exist_ok=True)
        for name, text in written.items():
            (out / name).write_text(text, encoding="utf-8")
    except OSError as error:
        typer.echo(f"{error.filename} cannot be written: {error.strerror}.", err=True)
        raise typer.Exit(WRONG_USE) from None
    typer.echo(f"{len(written)} files in {out}")


def _documents(settings: Settings) -> dict[str, str]:
    """What is written, by file name."""
    events = describing.catalogue(services.load_all())
    asyncapi = describing.asyncapi(events, settings, version("relais"))
    schemas = {
        f"schemas/{one.name}.json": describing.message_schema(one.event, one.source)
        for one in events
    }
    return {
        "asyncapi.json": describing.as_json(asyncapi),
        "asyncapi.yaml": describing.as_yaml(asyncapi),
        **{name: describing.as_json(schema) for name, schema in schemas.items()},
    }
