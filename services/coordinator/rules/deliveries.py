"""How far a delivery is, and what may come after it."""

from collections.abc import Mapping, Sequence

RANK: Mapping[str, int] = {
    "waiting": 0,
    "sent": 1,
    "stored": 2,
    "held": 3,
    "parked": 3,
    "handled": 4,
    "skipped": 4,
}
DONE = ("handled", "skipped")
STUCK = ("held", "parked")
UNDER_WAY = ("waiting", "sent", "stored")


def may_follow(state: str) -> Sequence[str]:
    """The states after which this one may come: news may be late, and never takes back."""
    return [before for before, rank in RANK.items() if rank <= RANK[state] and before not in DONE]


STUCK_VIEW = "stuck"
"""The filter for whatever has not arrived: held, failed, or waiting for too long."""


def reference(stream: str) -> str:
    """A short name for a patient or member that says nothing about who it is."""
    return stream[-6:].upper()
