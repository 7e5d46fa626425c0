"""Every decoder refuses every spoilt message with a reason, within bounds, and repeats no word."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from shared.backbone.envelope import Undecodable, decode, split
from shared.backbone.positions import Positions, unpack_positions
from shared.backbone.receipts import (
    Heartbeat,
    Receipt,
    pack_receipts,
    unpack_heartbeat,
    unpack_receipts,
)
from shared.identifiers import new_id
from tests.decoders import corpus

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
Named = Iterator[tuple[str, bytes]]


def read_events(frame: bytes) -> object:
    return [decode(text) for text in split(frame)]


DOORS: dict[str, Callable[[bytes], object]] = {
    "events": read_events,
    "receipts": unpack_receipts,
    "heartbeat": unpack_heartbeat,
    "positions": unpack_positions,
}
RECEIPT = Receipt(
    source="asker",
    event_id=new_id(),
    subscriber="answerer",
    state="handled",
    at=NOON,
    stored_at=NOON,
)
HEARTBEAT = Heartbeat(service="asker", at=NOON, waiting={"answerer": 1}, open=[])
POSITIONS = Positions(subscriber="answerer", source="asker", streams=[(new_id(), 1, 1)])


def receipts() -> Named:
    whole = RECEIPT.model_dump_json()
    for name, one in corpus.spoilt(whole, Receipt):
        yield name, b"[" + one + b"]"
    for name, one in corpus.wrong_values(whole, corpus.RECEIPT_FIELDS):
        yield name, b"[" + one + b"]"
    yield from corpus.cut(pack_receipts([RECEIPT]))


def heartbeats() -> Named:
    whole = HEARTBEAT.model_dump_json()
    yield from corpus.spoilt(whole, Heartbeat)
    yield from corpus.wrong_values(whole, corpus.HEARTBEAT_FIELDS)
    yield from corpus.cut(whole.encode())


def positions() -> Named:
    whole = POSITIONS.pack()
    yield from corpus.spoilt(whole.decode(), Positions)
    yield from corpus.wrong_values(whole.decode(), corpus.POSITIONS_FIELDS)
    yield from corpus.cut(whole)


SPOILT: dict[str, Callable[[], Named]] = {
    "events": corpus.events,
    "receipts": receipts,
    "heartbeat": heartbeats,
    "positions": positions,
}


HARMLESS = {"data is {}", 'actor is "Zqxcorpus"'}
"""What this door cannot judge: the first is parked by whoever applies it."""


def refusal(door: str, frame: bytes) -> str:
    """The reason for which a door refuses the frame; empty when it takes it."""
    try:
        DOORS[door](frame)
    except Undecodable as error:
        return str(error)
    return ""


@pytest.mark.parametrize("door", DOORS)
def test_what_is_sound_is_taken(door: str) -> None:
    sound = {
        "events": f"[{corpus.sound_event()}]".encode(),
        "receipts": pack_receipts([RECEIPT]),
        "heartbeat": HEARTBEAT.model_dump_json().encode(),
        "positions": POSITIONS.pack(),
    }
    assert refusal(door, sound[door]) == ""
    assert refusal(door, b" " + sound[door] + b"\n") == ""


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("name", corpus.BROKEN)
def test_what_is_no_message_is_refused(door: str, name: str) -> None:
    reason = refusal(door, corpus.BROKEN[name])
    assert reason
    assert corpus.WORD not in reason


@pytest.mark.parametrize("door", SPOILT)
def test_a_message_that_is_spoilt_anywhere_is_refused(door: str) -> None:
    reasons = {name: refusal(door, frame) for name, frame in SPOILT[door]()}
    assert len(reasons) > 100
    assert {name for name, reason in reasons.items() if not reason} <= HARMLESS
    assert [reason for reason in set(reasons.values()) if corpus.WORD in reason] == []


def test_what_a_later_release_adds_is_left_unread() -> None:
    event = corpus.sound_event()
    assert refusal("events", f'[{{"later":{{"a":[1]}},{event[1:]}]'.encode()) == ""
    receipt = RECEIPT.model_dump_json()
    assert refusal("receipts", f'[{{"later":1,{receipt[1:]}]'.encode()) == ""


def test_a_later_version_is_an_event_that_waits() -> None:
    later = corpus.sound_event().replace("closed.v1", "closed.v999999999")
    (envelope,) = [decode(text) for text in split(f"[{later}]".encode())]
    assert (envelope.kind, envelope.version) == ("referral.closed", 999_999_999)


def test_a_reason_is_cut_short_and_steers_nothing() -> None:
    nasty = "\u202ereverse\x00\x1b[2J" + "e\u0301" * 5000
    told = Receipt.model_validate({**RECEIPT.model_dump(), "error": nasty})
    assert len(told.error) <= 500
    assert told.error.startswith("reverse[2J")
    assert told.error.isprintable()


def test_nothing_takes_much_memory_or_time() -> None:
    """In a process that has 24 MB and a minute of its processor to spare for the whole corpus."""
    command = [sys.executable, "-m", "tests.decoders.confined"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 100


@pytest.mark.parametrize("spare", [0])
def test_the_confinement_is_felt(spare: int) -> None:
    """Without anything to spare the same process ends badly."""
    command = [sys.executable, "-m", "tests.decoders.confined", "--spare-mb", str(spare), "--use"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
