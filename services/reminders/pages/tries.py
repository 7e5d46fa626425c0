"""How often a wrong calendar address may be asked for from one place."""

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

WINDOW = timedelta(minutes=15)
MOST_WRONG = 60
"""As at the sign-in: a whole hospital may come from one address."""
_PLACES = 10_000


class WrongTries:
    """Counts wrong addresses by place. It holds back nobody who has the right one.

    A process counts for itself: what is guarded is its time. No secret of 256 bits is guessed.
    """

    def __init__(self) -> None:
        self._tries: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._one_at_a_time = Lock()

    def is_too_many(self, place: str, now: datetime) -> bool:
        """Count one more, and say whether it was one too many."""
        with self._one_at_a_time:
            tries = self._tries.setdefault(place, deque(maxlen=MOST_WRONG + 1))
            self._tries.move_to_end(place)
            if len(self._tries) > _PLACES:
                self._tries.popitem(last=False)
            while tries and not timedelta() <= now - tries[0] < WINDOW:
                tries.popleft()
            tries.append(now)
            return len(tries) > MOST_WRONG
