"""What a check of the books found: problems, what is under way, and what somebody should know."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["problem", "under way", "notice"]
SHOWN = 100
"""So many sentences of each kind are kept; the others are counted."""


@dataclass
class Report:
    """The findings of one check; however many there are, it stays small."""

    settled: bool = False
    """Nothing may be under way any more: what is counts as a problem."""
    sentences: dict[Kind, list[str]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    compared: Counter[str] = field(default_factory=Counter)
    """How many rows were looked at, by what they are."""

    def problem(self, sentence: str) -> None:
        """The promise is broken, or somebody broke into the books."""
        self._add("problem", sentence)

    def under_way(self, sentence: str) -> None:
        """Neither right nor wrong yet: it is on its way."""
        self._add("problem" if self.settled else "under way", sentence)

    def notice(self, sentence: str) -> None:
        """No promise is broken, but a person should look."""
        self._add("notice", sentence)

    def _add(self, kind: Kind, sentence: str) -> None:
        self.counts[kind] += 1
        kept = self.sentences.setdefault(kind, [])
        if len(kept) < SHOWN:
            kept.append(sentence)

    @property
    def problems(self) -> list[str]:
        """The problems in sentences; the last one says how many more there are."""
        return list(self.told("problem"))

    def told(self, kind: Kind) -> Iterator[str]:
        """The sentences of one kind."""
        yield from self.sentences.get(kind, [])
        if self.counts[kind] > SHOWN:
            yield f"... and {self.counts[kind] - SHOWN} more"
