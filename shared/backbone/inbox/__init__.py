"""The inbox: stores each event once, applies a stream's events in order, parks what fails."""

from shared.backbone.inbox.applying import (
    BATCH,
    TRIES,
    anything_ready,
    hold_early,
    mark_failed,
    mark_handled,
    ready,
)
from shared.backbone.inbox.deciding import retry, skip
from shared.backbone.inbox.storing import Key, bury, receipts_for, store

__all__ = [
    "BATCH",
    "TRIES",
    "Key",
    "anything_ready",
    "bury",
    "hold_early",
    "mark_failed",
    "mark_handled",
    "ready",
    "receipts_for",
    "retry",
    "skip",
    "store",
]
