"""Hands the messages over, each peer in its own way: `send celery_peer 5000`."""

import asyncio
import sys
from importlib import import_module

from tests.benchmarks.peers.job import messages


def main(peer: str, count: int) -> None:
    """`send` so many messages as the command line says."""
    done = import_module(f"tests.benchmarks.peers.{peer}").send(messages(count))
    if asyncio.iscoroutine(done):
        asyncio.run(done)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
