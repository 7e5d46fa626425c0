"""Takes frames until there is what the test waits for, and a process that dies with one in hand."""

import os
import signal
import sys

from shared.backbone.bus import Bus, Frame
from shared.settings import Settings
from tests.nodes.programs import until


def take(bus: Bus, count: int, *, keep: bool = False) -> list[bytes]:
    """The bodies of so many frames, which are acknowledged unless they are to `keep` waiting."""
    return [frame.body for frame in take_frames(bus, count, keep=keep)]


def take_frames(bus: Bus, count: int, *, keep: bool = False) -> list[Frame]:
    found: list[Frame] = []

    def enough() -> bool:
        frames = bus.take(count - len(found), 0.05)
        if not keep:
            bus.acknowledge(frames)
        found.extend(frames)
        return len(found) >= count

    until(enough, f"only {found} came")
    return found


def take_and_die(settings: Settings) -> None:
    """Take one frame of the answerer, and die by SIGKILL before it is acknowledged."""
    bus = Bus(settings, "answerer")
    take(bus, 1, keep=True)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    take_and_die(Settings.model_validate_json(sys.argv[1]))
