"""The same morning in the demo centre, as often as it is played: same clock, same identifiers."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from uuid import UUID

import services
from services.coordinator.actions import views, wall
from services.demo import playing
from shared import identifiers
from shared.access.viewer import COORDINATOR, Viewer
from shared.clock import VirtualClock
from shared.settings import Settings
from tests.browser.live_house import LiveHouse
from tests.browser.person import member_id

MORNING = datetime(2026, 11, 24, 9, 38, 7, tzinfo=UTC)
CLAIRE = "Claire Morvan"
OFFICE_VIEW = ("Late answers, rTMS", "who=all&show=waiting&unit=rtms_unit")
_VERSION_7, _VARIANT = 0x7 << 76, 0x2 << 62
_RANDOM_BITS = (1 << 62) - 1


@contextmanager
def steady_identifiers() -> Iterator[None]:
    """References on the pages come from identifiers: here these come from a counter."""
    numbers = count(1)

    def uuid7() -> UUID:
        number = next(numbers)
        digest = int.from_bytes(hashlib.sha256(b"%d" % number).digest()[:8])
        return UUID(int=number << 80 | _VERSION_7 | _VARIANT | digest & _RANDOM_BITS)

    usual = vars(identifiers)["uuid_utils"]
    vars(identifiers)["uuid_utils"] = SimpleNamespace(uuid7=uuid7)
    try:
        yield
    finally:
        vars(identifiers)["uuid_utils"] = usual


@contextmanager
def played(folder: Path) -> Iterator[tuple[LiveHouse, str]]:
    """The demo centre on that morning, served; and the address of a screen on its wall."""
    with steady_identifiers():
        settings = Settings(data_dir=folder, demo=True)
        playing.load(services.load_all(), settings, now=MORNING)
        house = LiveHouse(folder, demo=True, clock=VirtualClock(MORNING), threads=False)
        house.start()
        try:
            yield house, _prepared(house)
        finally:
            house.stop()


def _prepared(house: LiveHouse) -> str:
    """The coordinator keeps a view and has a screen on the wall."""
    claire = Viewer(
        member_id(house, CLAIRE), CLAIRE, frozenset({COORDINATOR}), frozenset({"coordinator"})
    )
    with house.team["coordinator"].work(viewer=claire) as work:
        views.save(work, *OFFICE_VIEW)
        return f"/coordinator/wall/{wall.make_screen(work, 'Corridor', '', 'en')[1]}"
