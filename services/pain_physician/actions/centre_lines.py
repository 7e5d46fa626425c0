"""Guideline tables: those that were published, and those that the centre added."""

from collections.abc import Sequence

from sqlmodel import col, select

from services.pain_physician import forms
from services.pain_physician.actions.permission import may_act
from services.pain_physician.rules import guidelines as rules
from services.pain_physician.rules.guidelines import Guideline
from services.pain_physician.tables import CentreLines
from shared.work import Work


def add_lines(work: Work, entry: forms.NewLines) -> Guideline:
    """A table of the centre; one of the same name and year follows it and changes nothing of it."""
    may_act(work)
    rules.check_lines(entry.lines, {code: f"line-{code}" for code in entry.lines})
    added = CentreLines(
        **entry.model_dump(),
        added_at=work.now,
        added_by=work.viewer.name if work.viewer else "",
    )
    work.add(added)
    work.audit("add-lines", None)
    return _as_guideline(added)


def guidelines(work: Work) -> list[Guideline]:
    """The tables to choose from: the published ones, then the latest of the centre."""
    newest_first = select(CentreLines).order_by(col(CentreLines.added_at).desc())
    added: Sequence[CentreLines] = work.all(newest_first)
    return [*rules.PUBLISHED, *(_as_guideline(lines) for lines in added)]


def _as_guideline(added: CentreLines) -> Guideline:
    return rules.of_centre(str(added.id), added.name, added.year, added.source, added.lines)
