"""The inbox: stores each event once, applies a stream's events in order, parks what fails."""

from shared.backbone.inbox.applying import (
    BATCH,
    TRIES,
    Next,
    Overtaken,
    anything_ready,
    mark_failed,
    mark_handled,
    ready,
)
from shared.backbone.inbox.burying import bury
from shared.backbone.inbox.deciding import retry, skip
from shared.backbone.inbox.keys import Key
from shared.backbone.inbox.storing import (
    Heard,
    Unread,
    keep,
    keep_handled,
    read,
    receipts_for,
)
from shared.backbone.inbox.streams import advance, in_turn

__all__ = [
    "BATCH",
    "TRIES",
    "Heard",
    "Key",
    "Next",
    "Overtaken",
    "Unread",
    "advance",
    "anything_ready",
    "bury",
    "in_turn",
    "keep",
    "keep_handled",
    "mark_failed",
    "mark_handled",
    "read",
    "ready",
    "receipts_for",
    "retry",
    "skip",
]
