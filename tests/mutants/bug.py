"""What a planted bug is: lines of the source, wrong ones for them, and the test that must fail."""

from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


class DoesNotApply(Exception):
    """The lines that the bug replaces are no longer there, or there more than once."""


@dataclass(frozen=True)
class Bug:
    """`right` stands exactly once in `file`; with `wrong` in its place `caught_by` must fail.

    `needs`: the server that the test needs, as its marker is called.
    """

    name: str
    file: str
    right: str
    wrong: str
    caught_by: str
    needs: str = ""

    def plant(self, root: Path) -> str:
        """Put the bug into a copy of the tree; returns the text as it was."""
        file = root / self.file
        text = file.read_text(encoding="utf-8")
        if text.count(self.right) != 1:
            found = text.count(self.right)
            raise DoesNotApply(f"{self.name}: its lines stand {found} times in {self.file}")
        file.write_text(text.replace(self.right, self.wrong), encoding="utf-8")
        return text
