"""Feeds the decoders with bytes that a machine makes up, and learns which of them lead further.

`make fuzz` for ten minutes; a finding is left in the working folder and named at the end. The
first byte of an input chooses the decoder, so that one run tries them all.
"""

import argparse
import resource
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["shared.backbone", "json"]):
    from shared.backbone.envelope import Envelope, Undecodable, decode, split
    from shared.backbone.positions import unpack_positions
    from shared.backbone.receipts import pack_receipts, unpack_heartbeat, unpack_receipts

SEEDS = Path(__file__).parent / "seeds"
LARGEST_NUMBER = 2**31


def events(frame: bytes) -> None:
    """Each event stands in its frame as it is kept, and can be read from there again."""
    for text in split(frame):
        assert text.encode() in frame
        envelope = decode(text)
        assert envelope == decode(text)
        fits_every_database(envelope)


def fits_every_database(envelope: Envelope) -> None:
    for name in (envelope.service, envelope.kind, envelope.actor):
        assert "\x00" not in name
        name.encode()
    assert 0 < envelope.version < LARGEST_NUMBER
    assert 0 < (envelope.deliveryseq or 1) < LARGEST_NUMBER


def receipts(frame: bytes) -> None:
    read = unpack_receipts(frame)
    assert unpack_receipts(pack_receipts(read)) == read


def heartbeat(frame: bytes) -> None:
    unpack_heartbeat(unpack_heartbeat(frame).model_dump_json().encode())


def positions(frame: bytes) -> None:
    read = unpack_positions(frame)
    assert unpack_positions(read.pack()) == read


DOORS = (events, receipts, heartbeat, positions)


MEMORY = 1024 * 1024 * 1024


def one_input(data: bytes) -> None:
    """What is refused is refused by its one exception; anything else is a finding."""
    door = DOORS[data[0] % len(DOORS)] if data else events
    try:
        door(data[1:])
    except Undecodable as refusal:
        if not str(refusal).startswith("the "):
            raise


def main() -> None:
    orders = argparse.ArgumentParser()
    orders.add_argument("--seconds", type=int, required=True)
    orders.add_argument("--seed", type=int, default=1)
    order = orders.parse_args()
    # The fuzzer's own limit looks at a peak that a process inherits from whoever started it.
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    with tempfile.TemporaryDirectory() as learnt:
        limits = [f"-max_total_time={order.seconds}", f"-seed={order.seed}", "-timeout=10"]
        sizes = ["-max_len=4096", "-rss_limit_mb=0", "-print_final_stats=1"]
        atheris.Setup([sys.argv[0], *limits, *sizes, learnt, str(SEEDS)], one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
