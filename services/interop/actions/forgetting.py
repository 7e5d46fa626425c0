"""Old refusals are forgotten, so that a sender in trouble does not fill the list for good."""

from datetime import timedelta

from sqlmodel import col, delete, select

from services.interop.tables import REFUSED, ReceivedMessage
from shared.work import Work

KEPT = timedelta(days=90)
AT_ONCE = 500


def forget_refusals(work: Work) -> bool:
    """Delete refusals that nobody repeated for 90 days. False when there are none."""
    old = select(ReceivedMessage.id).where(
        col(ReceivedMessage.outcome) == REFUSED, col(ReceivedMessage.last_at) < work.now - KEPT
    )
    ids = work.all(old.limit(AT_ONCE))
    work.session.execute(delete(ReceivedMessage).where(col(ReceivedMessage.id).in_(ids)))
    return bool(ids)
