"""What must be true whatever happened: owners, dates, and a red list that an oracle writes too."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

from sqlmodel import col, select

from services.coordinator.actions.watching import red_list
from services.coordinator.tables import LIVE_STATES, EventDelivery, Obligation
from shared.backbone.tables import InboxRow
from tests.stuck.oracle import Books, Item
from tests.stuck.ward import Ward

Key = tuple[str, UUID]
GRACE = timedelta(minutes=15)
"""So long after its moment every clock has looked."""


def problems(ward: Ward) -> list[str]:
    """What is stuck, or on the wrong list: nothing."""
    books = Books(ward)
    items = {(item.what, item.subject): item for item in books.items()}
    with ward.look("coordinator") as work:
        chosen = select(Obligation).where(col(Obligation.state).in_(LIVE_STATES))
        rows: Sequence[Obligation] = work.all(chosen)
        red = {each.row.id: each.why for each in red_list(work)}
    return [
        *_differences(items, [(row.what, row.subject) for row in rows]),
        *_wrong_owners(ward, books, items, rows),
        *_without_date(ward, rows),
        *books.planned_for_the_gone(),
        *_wrong_red(ward, books, items, rows, red),
        *_parked(ward),
    ]


def _differences(items: Iterable[Key], owed: Iterable[Key]) -> list[str]:
    expected, found = set(items), set(owed)
    return [
        *(f"nobody owes {what} of {subject}" for what, subject in expected - found),
        *(f"{what} of {subject} is still owed" for what, subject in found - expected),
    ]


def _wrong_owners(
    ward: Ward, books: Books, items: dict[Key, Item], rows: Sequence[Obligation]
) -> list[str]:
    """Each has one owner, who is there and can do it; what was ended by hand has none."""
    found = []
    for row in rows:
        item = items.get((row.what, row.subject))
        if item is None or row.state == "settled":
            continue
        seat = ward.moved.get(row.id, (item.place, item.person))
        expected = books.owner(*seat)
        if (row.debtor, row.debtor_member) != expected:
            found.append(f"{row.what} is owed by {row.debtor} {row.debtor_member}, not {expected}")
    return found


def _without_date(ward: Ward, rows: Sequence[Obligation]) -> list[str]:
    """What is open has a next step to come; what a person let rest ends on a day to come."""
    dates = [
        (row, row.held_until if row.state == "paused" else row.next_at)
        for row in rows
        if row.state != "settled" and not row.waits
    ]
    return [
        f"{row.what} ({row.state}) has no date to come: {at}"
        for row, at in dates
        if at is None or at < ward.now - GRACE
    ]


def _wrong_red(
    ward: Ward,
    books: Books,
    items: dict[Key, Item],
    rows: Sequence[Obligation],
    red: dict[UUID, str],
) -> list[str]:
    """On the red list is what the coordinator must have been told of by now, and nothing else."""
    found = [f"the red list names {why}" for why in red.values() if why != "told"]
    for row in rows:
        item = items.get((row.what, row.subject))
        if item is None or row.state != "open":
            continue
        place = ward.moved.get(row.id, (item.place, None))[0]
        told = True if books.is_last_resort(place) else _is_told(ward, item, row)
        if told is not None and told != (row.id in red):
            listed = "is" if row.id in red else "is not"
            found.append(f"{row.what} since {item.start} {listed} on the red list at {books.now}")
    return found


def _is_told(ward: Ward, item: Item, row: Obligation) -> bool | None:
    """Whether the coordinator must know by now; None where a person changed its dates."""
    at = item.told_at()
    return None if at is None or row.id in ward.touched else at <= ward.now


def _parked(ward: Ward) -> list[str]:
    """What could not be applied anywhere is on the list of the coordinator, and nothing else."""
    actual = set()
    for running in ward.team:
        with running.look() as work:
            rows = work.all(select(InboxRow).where(InboxRow.state == "parked"))
            actual |= {(row.event_id, running.name) for row in rows}
    with ward.look("coordinator") as work:
        listed = work.all(select(EventDelivery).where(EventDelivery.state == "parked"))
        shown = {(row.event_id, row.subscriber) for row in listed}
    return [f"parked: {len(actual)}, listed: {len(shown)}"] if actual != shown else []
