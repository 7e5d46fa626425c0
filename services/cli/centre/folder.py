"""The folder of a centre: what is kept there, what is written again, and what is left alone."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

MARK = "Written by `relais init`"
"""Stands in every file that may be written again; one without it was made by somebody else."""


class NotOurs(Exception):
    """A file is in the way that we must not replace: a sentence for the operator."""


@dataclass
class CentreFolder:
    """Writes what is missing, or with `writes` off only finds out what is.

    `owner`: the user and group that the containers run as; the secrets are given to them.
    """

    root: Path
    owner: tuple[int, int]
    writes: bool = True
    seen: list[str] = field(default_factory=list)
    """The names of all files that belong to the centre."""
    written: list[str] = field(default_factory=list)
    """Those of them that were written, or would have been."""

    def read(self, name: str) -> str:
        """What stands in a file; nothing if it is not there."""
        path = self.root / name
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def keep(self, name: str, make: Callable[[], str], good: Callable[[str], bool] = bool) -> str:
        """What stands in a secret file; it is made when it is missing, or no longer good."""
        content = self.read(name)
        path = self.root / name
        try:
            there = path.exists() and good(content)
        except ValueError:
            raise NotOurs(f"{path} is damaged. Put the right one back, or move it away") from None
        return self._settle(name, content if there else make(), there=there)

    def derive(self, name: str, content: str, *, secret: bool = True) -> None:
        """Bring a file up to date that follows from the others."""
        before = self.read(name)
        if before and MARK not in before:
            raise NotOurs(
                f"{self.root / name} is there already and was not written by `relais init`. "
                "Move it away first"
            )
        self._settle(name, content, there=before == content, secret=secret)

    def _settle(self, name: str, content: str, *, there: bool, secret: bool = True) -> str:
        self.seen.append(name)
        if not there:
            self.written.append(name)
        if self.writes:
            if not there:
                self._write(self.root / name, content)
            if secret:
                self._close(self.root / name)
        return content

    def _write(self, path: Path, content: str) -> None:
        """All or nothing: nobody ever finds half a file, or a secret that was open to others."""
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o600
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700)
            self._give(path.parent)
        new = path.with_name(f"{path.name}.new")
        new.unlink(missing_ok=True)
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        new.chmod(mode)
        new.replace(path)

    def _close(self, path: Path) -> None:
        """Nobody but its owner reads a secret; what stands at the top stays with the operator."""
        path.chmod(0o600)
        if path.parent != self.root:
            self._give(path)

    def _give(self, path: Path) -> None:
        if os.geteuid() == 0:
            os.chown(path, *self.owner)
