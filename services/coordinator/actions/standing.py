"""The obligations that stand: read under a lock, so that who decides decides one by one."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from services.coordinator.tables import LIVE_STATES, Obligation
from shared.work import Work


def standing(work: Work, *which: ColumnElement[bool]) -> Sequence[Obligation]:
    """Those that stand, as they are now; nobody else decides about them until this work is done.

    All lock them in the same order, so that nobody waits in a circle.
    """
    chosen = select(Obligation).where(col(Obligation.state).in_(LIVE_STATES), *which)
    locking = chosen.order_by(col(Obligation.id)).with_for_update()
    found: Sequence[Obligation] = work.all(locking.execution_options(populate_existing=True))
    return found
