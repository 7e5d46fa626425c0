"""The board as a file for a spreadsheet."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from services.coordinator.actions.reading import names_in
from services.coordinator.rules.board import TITLES
from services.coordinator.rules.ladders import STEPS
from shared.i18n import N_, translator
from shared.spreadsheet import sheet
from shared.work import Work

HEAD = (
    N_("Centre number"),
    N_("Family name"),
    N_("Given name"),
    N_("Born"),
    N_("What is owed"),
    N_("Owed by"),
    N_("Owed to"),
    N_("Since"),
    N_("Due"),
    N_("Urgent"),
    N_("Next step"),
    N_("Next step at"),
)


def board_csv(work: Work, rows: Sequence[Row[Any]], language: str) -> str:
    """One line for each obligation, in the reader's language and the centre's time."""
    say, names = translator(language).gettext, names_in(work, rows)
    return sheet([say(title) for title in HEAD], _lines(work, rows, names, language))


def _lines(
    work: Work, rows: Sequence[Row[Any]], names: dict[UUID, str], language: str
) -> Iterable[Sequence[Any]]:
    say = translator(language).gettext
    titles = {p.name: p.title_fr if language == "fr" else p.title for p in work.directory.plates}

    def party(service: str, member_id: UUID | None) -> str:
        return (names.get(member_id, "") if member_id else "") or titles.get(service, service)

    for row in rows:
        moments = (row.since, row.late_at, row.next_at)
        since, due, next_at = (_local(work, moment) for moment in moments)
        yield (
            row.centre_number,
            row.family,
            row.given,
            row.birth_date,
            say(TITLES[row.what]),
            party(row.debtor, row.debtor_member),
            row.referrer or party(row.creditor, row.creditor_member),
            since,
            due,
            say(N_("yes")) if row.urgent else "",
            say(STEPS[row.next_step]),
            next_at,
        )


def _local(work: Work, moment: Any) -> str:
    return f"{moment.astimezone(work.zone):%Y-%m-%d %H:%M}" if moment else ""
