"""Every kind of mail about appointments, about invented ones."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID, uuid5

from services.reminders.actions.invitations import Item, compose
from services.reminders.rules import wording
from services.reminders.rules.invitations import GONE, MOVED, NEW, Shown
from shared.i18n import N_
from shared.work import Work

_INVENTED = UUID("00000000-0000-8000-8000-000000000000")

# Title, and for each appointment in the mail: what is said of it, and in how many days it is.
KINDS: dict[str, tuple[str, list[tuple[str, int]]]] = {
    "appointment-new": (N_("New appointment"), [(NEW, 3)]),
    "appointment-moved": (N_("Appointment moved"), [(MOVED, 4)]),
    "appointment-gone": (N_("Appointment cancelled for you"), [(GONE, 3)]),
    "appointments": (
        N_("Several appointments in one mail"),
        [(NEW, 3), (NEW, 4), (MOVED, 5), (GONE, 7)],
    ),
}


def written(work: Work, kind: str, language: str) -> tuple[str, str, str]:
    """Subject, text and HTML of one kind of mail in one language."""
    return compose(work, language, work.settings.zone, list(_items(work, kind)))


def _items(work: Work, kind: str) -> Iterator[Item]:
    noon = work.now.replace(hour=12, minute=0, second=0, microsecond=0)
    for said, days in KINDS[kind][1]:
        starts_at = noon + timedelta(days=days)
        entry_id = uuid5(_INVENTED, f"{said} {days}")
        yield Item(
            entry_id=entry_id,
            reference=wording.reference(entry_id),
            shown=Shown(starts_at, 30),
            said=said,
            url=f"{work.settings.address}/reminders/appointments/{_INVENTED}",
            was_at=starts_at - timedelta(days=1) if said == MOVED else None,
        )
