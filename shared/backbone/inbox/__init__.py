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
from shared.backbone.inbox.storing import receipts_for, store

__all__ = [
    "BATCH",
    "TRIES",
    "Key",
    "Next",
    "Overtaken",
    "anything_ready",
    "bury",
    "mark_failed",
    "mark_handled",
    "ready",
    "receipts_for",
    "retry",
    "skip",
    "store",
]
