"""Which frames the queue server has taken: its answers are matched with the numbers it was given.

Without numbers, the late answer to one frame passes for the answer to the next, which is lost.
"""


class Confirms:
    """The frames of one channel that wait for an answer.

    A ticket is what the caller holds; a tag is how often this channel was published to.
    """

    def __init__(self) -> None:
        self._tickets = 0
        self._tags = 0
        self._waiting: dict[int, int] = {}
        self._refused: set[int] = set()

    def new_ticket(self) -> int:
        self._tickets += 1
        return self._tickets

    def published(self, ticket: int, *, watched: bool) -> None:
        """Every publish counts on the channel, but only watched ones are waited for."""
        self._tags += 1
        if watched:
            self._waiting[self._tags] = ticket

    def not_published(self, ticket: int, *, watched: bool) -> None:
        if watched:
            self._refused.add(ticket)

    def acked(self, tag: int, multiple: bool) -> None:
        for one in self._meant(tag, multiple=multiple):
            self._waiting.pop(one, None)

    def nacked(self, tag: int, multiple: bool) -> None:
        for one in self._meant(tag, multiple=multiple):
            if one in self._waiting:
                self._refused.add(self._waiting.pop(one))

    def returned(self, ticket: int) -> None:
        """No queue takes this one. The server confirms it all the same, right after."""
        self._refused.add(ticket)

    def give_up(self) -> None:
        """Wait no longer: what was not confirmed counts as not taken, whatever comes later."""
        self._refused.update(self._waiting.values())
        self._waiting.clear()

    @property
    def waiting(self) -> bool:
        return bool(self._waiting)

    def refused(self) -> set[int]:
        """The tickets that were not taken, each told once."""
        told, self._refused = self._refused, set()
        return told

    def _meant(self, tag: int, *, multiple: bool) -> list[int]:
        return [one for one in self._waiting if one <= tag] if multiple else [tag]
