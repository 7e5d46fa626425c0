"""Parts of pages that were drawn once, for all who would be shown the same."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from datetime import datetime

from shared.web.repeating import end_of_minute
from shared.web.versions import Seen, Versions

MOST = 100
"""Drawings that are kept at the same time, the last used ones."""


class Drawing:
    """A part of a page, and the version of the database that it shows."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.body = b""
        self._seen = Seen((0, None), 0)
        self._until: datetime | None = None

    def shows(self, seen: Seen, now: datetime) -> bool:
        """Whether it is as new as what was seen: the same version, or begun after the look."""
        as_new = self._seen.version == seen.version or self._seen.number >= seen.number
        return as_new and self._until == end_of_minute(now)

    def draw(self, seen: Seen, now: datetime, draw: Callable[[], str]) -> None:
        self._until = None
        self.body = draw().encode()
        self._seen, self._until = seen, end_of_minute(now)


class Drawings:
    """Drawn under a key, which must name everything that the drawing depends on besides the data:
    what is shown, in which language, and with which rights it was read."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._drawings: OrderedDict[Hashable, Drawing] = OrderedDict()

    def get(
        self, key: Hashable, versions: Versions, now: datetime, draw: Callable[[], str]
    ) -> bytes:
        """The part as it is now; many who ask at once wait for one drawing."""
        seen, drawing = versions.look(), self._drawing(key)
        with drawing.lock:
            if not drawing.shows(seen, now):
                drawing.draw(versions.look(), now, draw)
            return drawing.body

    def _drawing(self, key: Hashable) -> Drawing:
        with self._lock:
            drawing = self._drawings.setdefault(key, Drawing())
            self._drawings.move_to_end(key)
            while len(self._drawings) > MOST:
                self._drawings.popitem(last=False)
            return drawing
