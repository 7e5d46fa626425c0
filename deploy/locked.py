"""Prints the part of requirements.lock that the image needs: Relais itself, without the tools.

`python locked.py` prints what Relais needs to run, `python locked.py hatchling` what a named
library needs. The lock says of each library which others asked for it; this follows them.
Runs with nothing but Python, because it runs before anything is installed.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_ASKED_BY = re.compile(r"^    #(?: via)? +([a-z0-9-]+)", re.M)
OPTIONAL = ("postgres",)
"""The optional libraries that a centre in containers uses."""


def main() -> None:
    lock = Path("requirements.lock").read_text(encoding="utf-8")
    project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    roots = set(sys.argv[1:]) or set(asked_by_relais(project))
    sys.stdout.write("".join(needed(blocks(lock), roots)))


def asked_by_relais(project: dict[str, dict[str, list[str]]]) -> Iterator[str]:
    """The libraries that the project names itself."""
    optional = project["optional-dependencies"]
    for line in (*project["dependencies"], *(one for o in OPTIONAL for one in optional[o])):
        yield plain(line)


def plain(requirement: str) -> str:
    """The name in a requirement, as the lock spells it."""
    found = _NAME.match(requirement)
    return re.sub(r"[-_.]+", "-", found[0]).lower() if found else ""


def blocks(lock: str) -> dict[str, str]:
    """The lines of each library in the lock, by its name."""
    found = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", lock, re.M | re.S)
    return {plain(block): block for block in found}


def needed(of: dict[str, str], names: set[str]) -> Iterator[str]:
    """The blocks of these libraries and of all that they ask for, in the order of the lock."""
    more = names
    while more:
        more = {name for name, block in of.items() if asked_by(block) & names} - names
        names |= more
    yield from (block for name, block in of.items() if name in names)


def asked_by(block: str) -> set[str]:
    return set(_ASKED_BY.findall(block))


if __name__ == "__main__":
    main()
