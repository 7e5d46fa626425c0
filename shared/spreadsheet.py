"""Cells for a spreadsheet: none of them may be taken for a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it, common spreadsheets read accents wrongly."""


def safe(cell: Any) -> str:
    """The text of a cell; one that could begin a formula is shown as text."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def sheet(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The lines of a file with commas (RFC 4180)."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return _MARK + file.getvalue()
