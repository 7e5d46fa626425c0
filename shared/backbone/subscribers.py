"""The subscribers from outside: systems of others that hear some of the team's events."""

import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from shared.events import EVENTS, OUTSIDE

ALL_OF = ".*"
"""After the name of a group: every kind of it."""

Words = Annotated[str, Field(min_length=1, max_length=400)]


class WrongSubscribers(ValueError):
    """The file of subscribers cannot be used; one sentence for each mistake in it."""

    def __init__(self, file: Path, mistakes: Sequence[str]) -> None:
        super().__init__(f"{file}: {'; '.join(mistakes)}")
        self.mistakes = tuple(mistakes)


class OutsideSubscriber(BaseModel):
    """A system outside the team: it gets numbered deliveries and answers receipts, as a service.

    `name` is its queue; `hears` are kinds, all that the file asked for by kind or by group.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    title: str
    hears: frozenset[str]
    purpose: str
    contact: str


class _Written(BaseModel):
    """What the file says of one subscriber."""

    model_config = ConfigDict(extra="forbid", strict=True)

    hears: Annotated[list[str], Field(min_length=1)]
    purpose: Words
    contact: Words
    title: Annotated[str, Field(max_length=60)] = ""


_Name = Annotated[str, Field(pattern=r"^[a-z][a-z_]*$", max_length=40)]
_File = TypeAdapter(dict[_Name, _Written])

_MISTAKES = {
    "extra_forbidden": "is no word of this file",
    "missing": "is missing",
    "string_pattern_mismatch": "is no name: lower-case letters and _ only",
    "string_too_short": "is empty",
    "string_too_long": "is too long",
    "too_short": "names no event",
    "string_type": "is not a text",
    "list_type": "is not a list of texts",
    "model_type": "is not the table of a subscriber",
}


def read_subscribers(file: Path | None, taken: Sequence[str]) -> tuple[OutsideSubscriber, ...]:
    """The subscribers in a file, by name; `taken` are the names of the services.

    Raises `WrongSubscribers`, or `OSError` when the file cannot be read.
    """
    if file is None:
        return ()
    written = _parse(file)
    mistakes = [m for name, one in written.items() for m in _mistakes(name, one, taken)]
    if mistakes:
        raise WrongSubscribers(file, mistakes)
    return tuple(
        OutsideSubscriber(
            name=name,
            title=one.title or name.replace("_", " "),
            hears=frozenset(kind for asked in one.hears for kind in _kinds(asked)),
            purpose=one.purpose,
            contact=one.contact,
        )
        for name, one in sorted(written.items())
    )


def _parse(file: Path) -> dict[str, _Written]:
    try:
        return _File.validate_python(tomllib.loads(file.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSubscribers(file, [f"is not TOML: {error}"]) from None
    except ValidationError as error:
        found = error.errors(include_input=False, include_url=False)
        raise WrongSubscribers(
            file, [_in_words(one["loc"], one["type"]) for one in found]
        ) from None


def _in_words(place: tuple[Any, ...], kind: str) -> str:
    where = ".".join(str(part) for part in place if part != "[key]")
    return f"{where} {_MISTAKES.get(kind, 'cannot be used')}"


def _mistakes(name: str, one: _Written, taken: Sequence[str]) -> Iterator[str]:
    if name in taken or name == OUTSIDE:
        yield f"{name} is already the name of a service"
    for asked in one.hears:
        if not _kinds(asked):
            yield f"{name} hears {asked}, which is no event that leaves the house"


def _kinds(asked: str) -> set[str]:
    """The kinds that are meant by a kind, or by a group such as `session.*`."""
    open_to_others = {kind for (kind, _), event in EVENTS.items() if not event.house_only}
    if not asked.endswith(ALL_OF):
        return {asked} & open_to_others
    group = asked.removesuffix("*")
    return {kind for kind in open_to_others if kind.startswith(group)}
