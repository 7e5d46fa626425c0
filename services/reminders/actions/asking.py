"""What the mails ask of coordinators and administrators."""

from dataclasses import dataclass
from uuid import UUID

from services.reminders.actions.filing import untold
from services.reminders.actions.holding import hold
from services.reminders.actions.reconciling import newest
from services.reminders.actions.refusing import without_digests
from services.reminders.rules import reconciliation
from services.reminders.tables import Hold, Reconciliation
from shared.access.viewer import ADMINISTRATOR, COORDINATOR
from shared.work import Work


@dataclass(frozen=True)
class Asked:
    """What a person must look at; empty where there is nothing, or nobody who may act."""

    hold: Hold | None = None
    difference: Reconciliation | None = None
    comparison: Reconciliation | None = None
    """The newest one, whatever it found."""
    without_digests: tuple[str, ...] = ()
    untold: tuple[UUID, ...] = ()
    """Mails about appointments to come that reached nobody."""


def asked_of_people(work: Work) -> Asked:
    """What must be looked at, by whoever may act on it."""
    if work.viewer is None or not work.viewer.has(COORDINATOR, ADMINISTRATOR):
        return Asked()
    comparison = newest(work)
    return Asked(
        hold=hold(work),
        difference=comparison if comparison is not None and _differs(comparison) else None,
        comparison=comparison,
        without_digests=tuple(without_digests(work)),
        untold=tuple(untold(work)),
    )


def needs_a_person(work: Work) -> dict[str, int]:
    """The same as numbers, for those who watch over the house; zero where all is well."""
    held, found = hold(work), newest(work)
    return {
        "mails-held": int(held is not None),
        "told-by-nobody": found.absent if found else 0,
        "mails-overdue": found.overdue if found else 0,
        "mails-after-end": found.after_end if found else 0,
    }


def _differs(found: Reconciliation) -> bool:
    return reconciliation.differs(found.absent, found.overdue, found.after_end)
