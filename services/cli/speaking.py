"""How the command speaks: settings that are wrong, reasons to refuse, and its log."""

import sys
from typing import Any, NoReturn

import typer
from pydantic import ValidationError

from shared.logs import Level, write_to
from shared.settings import Settings

WRONG_USE = 2


def settings_from(**given: Any) -> Settings:
    """The settings, or the end with a sentence for each that is wrong."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        problems = error.errors(include_input=False, include_url=False)
        refuse(*(_in_words(problem["loc"], problem["msg"]) for problem in problems))
    except OSError as error:
        refuse(f"{error.filename} cannot be read: {error.strerror}.")


def _in_words(place: tuple[int | str, ...], message: str) -> str:
    own = message.removeprefix("Value error, ")
    if not place:
        return f"{own}."
    setting = "RELAIS_" + "_".join(map(str, place)).upper()
    return f"{setting} {own}." if own != message else f"{setting}: {message}."


def refuse(*reasons: str) -> NoReturn:
    for reason in reasons:
        typer.echo(f"Relais cannot start: {reason}", err=True)
    raise typer.Exit(WRONG_USE)


def write_logs(level: Level = "warning") -> None:
    """One JSON object for each line on standard error."""
    write_to(sys.stderr, level)
