"""What a disk holds after the power failed: all that was synced, and any part of what followed."""

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from tests.faults.town import SERVICES

Ledger = dict[UUID, list[int]]
TORN = 64
"""Bytes at the torn end that may be anything: half a sector, or what was there before."""


@dataclass(frozen=True)
class Moment:
    """The files as they were between two steps, and what had been acknowledged by then."""

    point: str
    files: dict[str, bytes]
    acknowledged: Ledger


class Photographer:
    """Takes a picture of all database files at fault points; `keep` says at which of them."""

    def __init__(self, folder: Path, acknowledged: Ledger, keep: Callable[[], bool]) -> None:
        self.folder, self._acknowledged, self._keep = folder, acknowledged, keep
        self.pairs: list[tuple[Moment, Moment]] = []
        self._before: Moment | None = None

    def reach(self, point: str) -> None:
        """The picture at this point, and the one at the point that follows."""
        if self._before is not None:
            self.pairs.append((self._before, self._picture(point)))
            self._before = None
        elif self._keep():
            self._before = self._picture(point)

    def _picture(self, point: str) -> Moment:
        files = {
            path.name: path.read_bytes()
            for service in SERVICES
            for path in (self.folder / f"{service}.db", self.folder / f"{service}.db-wal")
            if path.exists()
        }
        known = {patient: list(numbers) for patient, numbers in self._acknowledged.items()}
        return Moment(point, files, known)


def fail(before: Moment, after: Moment, folder: Path, fate: random.Random) -> None:
    """Leave what a disk may hold when the power fails between these two moments.

    What was written by `before` was synced; of what is new in a log, some of it has arrived, and
    its end is torn.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, content in before.files.items():
        (folder / name).write_bytes(_torn(content, after.files.get(name, b""), fate))
    for name in after.files.keys() - before.files.keys():
        (folder / name).write_bytes(_torn(b"", after.files[name], fate))


def _torn(old: bytes, new: bytes, fate: random.Random) -> bytes:
    """A log that grew may have grown by any number of bytes; a file that was rewritten is left."""
    if not new.startswith(old) or len(new) == len(old):
        return old
    cut = fate.randrange(len(old), len(new) + 1)
    spoilt = fate.randbytes(
        min(TORN, cut - len(old)) if cut < len(new) and fate.random() < 0.5 else 0
    )
    return new[: cut - len(spoilt)] + spoilt
