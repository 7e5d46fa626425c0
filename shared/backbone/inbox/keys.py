"""Which events of the inbox a statement is about: any number of them in one go."""

from typing import Any
from uuid import UUID

from sqlalchemy.sql import FromClause

from shared.backbone.batches import Batch
from shared.backbone.tables import InboxRow
from shared.database import table_of

Key = tuple[str, UUID]
"""(source, event id), the identity of an event."""

_inbox = table_of(InboxRow)
KEYS = Batch(_inbox.c.source, _inbox.c.event_id)


def is_given(given: FromClause) -> Any:
    """The rows of the inbox that the batch names."""
    return (_inbox.c.source == given.c.source) & (_inbox.c.event_id == given.c.event_id)
