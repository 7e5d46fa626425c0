"""Reads the whole corpus at every door in a process that may hardly take any more memory."""

import argparse
import resource
import sys
from pathlib import Path

from shared.backbone.envelope import Undecodable
from tests.decoders.corpus import BROKEN
from tests.decoders.test_corpus import DOORS

MEGABYTE = 1024 * 1024
SECONDS = 60


def main() -> None:
    """Print how often a frame was refused."""
    orders = argparse.ArgumentParser()
    orders.add_argument("--spare-mb", type=int, default=24)
    orders.add_argument("--use", action="store_true", help="take memory, to see that it is scarce")
    order = orders.parse_args()
    confine(order.spare_mb * MEGABYTE)
    if order.use:
        bytearray(8 * MEGABYTE)
    sys.stdout.write(str(refusals()))


def confine(spare: int) -> None:
    """From here on only so much more address space, and so many seconds of the processor."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + spare
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def refusals() -> int:
    refused = 0
    for door in DOORS.values():
        for frame in BROKEN.values():
            try:
                door(frame)
            except Undecodable:
                refused += 1
    return refused


if __name__ == "__main__":
    main()
