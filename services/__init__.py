"""One folder for each service. Adding a folder adds a service: this file finds it.

A service is a name plate (`__init__`), its doors (`routes`, `pages`, `handlers`, `jobs`),
what it does (`actions`), what it may do (`rules`) and what it keeps (`tables`). A discipline may
add to what all disciplines do (`practice`), and any service say what must be true (`checks`).

What loading needs is imported where it is done: `relais --help` is one of these folders too.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import APIRouter
    from sqlalchemy import MetaData

    from shared.service import Directory, NamePlate, Service

_HAS_PLATE = re.compile(r"^PLATE\b", re.MULTILINE)


def names() -> list[str]:
    """The folders with a name plate, read without running them."""
    folders = sorted(module.name for module in iter_modules(__path__) if module.ispkg)
    return [name for name in folders if _HAS_PLATE.search(_first_file(name))]


def _first_file(name: str) -> str:
    return Path(__path__[0], name, "__init__.py").read_text(encoding="utf-8")


def directory() -> "Directory":
    """The name plate of every service, in the order of their names."""
    from shared.service import Directory

    return Directory(tuple(import_module(f"{__name__}.{name}").PLATE for name in names()))


def load_all() -> "list[Service]":
    """Every service of the house, with all its doors."""
    return [load(plate) for plate in directory().plates]


@cache
def load(plate: "NamePlate") -> "Service":
    """One service from its files, by their names."""
    from shared.access.handlers import access_handlers
    from shared.operations.handlers import operations_handlers
    from shared.service import Handlers, Jobs, Service

    parts = _stands_on(plate)
    handlers = Handlers()
    handlers.include(_attribute(plate, "handlers", Handlers()))
    handlers.include(access_handlers())
    handlers.include(operations_handlers())
    return Service(
        plate=plate,
        routers=tuple(_routers(plate)),
        handlers=handlers,
        jobs=_attribute(plate, "jobs", Jobs()),
        tables=tuple(_tables(part) for part in parts),
        migrations=tuple(folder for part in parts for folder in _migrations(part)),
        practice=_attribute(plate, "practice", None),
        checks=_attribute(plate, "checks", None),
    )


def _stands_on(plate: "NamePlate") -> list[ModuleType]:
    """The packages whose tables the service's database holds: the house's, then its own."""
    from shared import access, backbone, discipline, patients

    shared = [backbone, access]
    if plate.takes_referrals:
        shared += [patients, discipline]
    own = _part(plate, "tables")
    if own is None:
        return shared
    more = [part for part in getattr(own, "SHARED", ()) if part not in shared]
    return [*shared, *more, import_module(f"{__name__}.{plate.name}")]


def _tables(part: ModuleType) -> "MetaData":
    metadata: MetaData = import_module(f"{part.__name__}.tables").Table.metadata
    return metadata


def _part(plate: "NamePlate", file: str) -> ModuleType | None:
    name = f"{__name__}.{plate.name}.{file}"
    return import_module(name) if find_spec(name) else None


def _attribute(plate: "NamePlate", file: str, default: Any) -> Any:
    part = _part(plate, file)
    return getattr(part, file) if part else default


def _routers(plate: "NamePlate") -> "Iterator[APIRouter]":
    for file in ("routes", "pages"):
        part = _part(plate, file)
        if part:
            yield part.router


def _migrations(part: ModuleType) -> list[str]:
    folder = Path(part.__path__[0], "migrations")
    return [str(folder)] if folder.is_dir() else []
