"""What a running service tells of itself as it goes: how long its turns take, what it announces."""

from datetime import datetime


class Measures:
    """Silent; whoever counts overrides what he or she wants to hear. Called from any thread."""

    def turned(self, service: str, seconds: float, *, connected: bool) -> None:
        """One turn (send, receive, apply, answer) took so long, with the queue or without."""

    def announced(self, service: str, kind: str) -> None:
        """An event of this kind was committed."""

    def ticked(self, service: str, now: datetime) -> None:
        """A job of the service was started by the clock."""
