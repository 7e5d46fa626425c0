"""What no decoder may choke on: broken, huge, ambiguous and malicious bytes, each with its name."""

import gzip
from collections.abc import Iterator

from pydantic import BaseModel

from shared.backbone.envelope import MAX_FRAME_BYTES, Envelope
from shared.events import ReferralClosed
from tests.events.examples import example, message

WORD = "Zqxcorpus"
"""Stands in what is sent, so that it can be looked for where it must not be."""
DEEP, DIGITS, HUGE = 10_000, 10_000, 50 * 1024 * 1024

BROKEN: dict[str, bytes] = {
    "empty": b"",
    "blank": b" \n",
    "NUL": b"\x00",
    "null": b"null",
    "a number": b"17",
    "a text": b'"Zqxcorpus"',
    "a list of numbers": b"[1]",
    "a list of lists": b"[[]]",
    "an empty object": b"{}",
    "BOM": b"\xef\xbb\xbf[{}]",
    "utf-16": '[{"id":"Zqxcorpus"}]'.encode("utf-16"),
    "utf-32": '[{"id":"Zqxcorpus"}]'.encode("utf-32"),
    "invalid utf-8": b'[{"id":"Zqxcorpus\xff\xfe"}]',
    "overlong utf-8": b'[{"id":"Zqxcorpus\xc0\xaf"}]',
    "deep lists": b"[" * DEEP,
    "deep and whole lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep in a list": b'[{"a":' * DEEP,
    "many digits": b'[{"id":1' + b"0" * DIGITS + b"}]",
    "long fraction": b'[{"id":0.' + b"1" * DIGITS + b"}]",
    "1e999": b'[{"id":1e999}]',
    "NaN": b'[{"id":NaN}]',
    "infinite": b'[{"id":-Infinity}]',
    "negative zero": b'[{"id":-0}]',
    "type marks of another library": b'[{"__type__":"base64","__value__":"WnF4"}]',
    "prototype": b'[{"__proto__":{"id":"Zqxcorpus"}}]',
    "control": b'[{"id":"Zqx\x07corpus"}]',
    "gzip": gzip.compress(b"[" + b" " * 10_000_000 + b"]"),
    "a page": b"<!doctype html><p>Zqxcorpus",
    "a comment": b"[/* Zqxcorpus */]",
    "trailing comma": b"[{},]",
    "something after it": b"[] Zqxcorpus",
    "two documents": b"[][]",
    "50 MB": b'[{"id":"' + b"Z" * HUGE + b'"}]',
    "50 MB of blanks": b" " * HUGE,
    "just above the limit": b'["' + b"Z" * MAX_FRAME_BYTES + b'"]',
}
"""Sound for no decoder."""


def sound_event() -> str:
    """One event as it stands in a frame."""
    return message(example(ReferralClosed)).model_dump_json(exclude_none=True)


def spoilt(whole: str, form: type[BaseModel]) -> Iterator[tuple[str, bytes]]:
    """A sound object with each required field left out, empty, or of another kind."""
    for name, field in form.model_fields.items():
        if not field.is_required():
            continue
        yield f"{name} missing", whole.replace(f'"{name}":', f'"{name}x":', 1).encode()
        for junk in ("null", "[]", "{}", "true", "1e999", '"Zqxcorpus"', '"\\u0000"', '"\\ud800"'):
            yield f"{name} is {junk}", given_first(whole, name, junk)


def given_first(whole: str, name: str, value: str) -> bytes:
    """The object with another value under this name."""
    start = whole.index(f'"{name}":')
    return (
        whole[:start] + f'"{name}":{value},"_{name}":' + whole[start + len(name) + 3 :]
    ).encode()


def twice(whole: str, name: str) -> bytes:
    """The object with the same name given twice, and two different values."""
    return f'{{"{name}":"Zqxcorpus",{whole[1:]}'.encode()


SOURCES = (
    "/other/x",
    "/relais/",
    r"/relais/a\u0000b",
    r"/relais/a\u202eb",
    "/relais/A",
    r"/relais/a\n",
)
TYPES = ("relais.x", "relais..v1", "other.x.v1", "relais.a.v0", "relais.a.v-1", "relais.a.v1 ")
HARD_TYPES = (r"relais.a.v\u0661", r"relais.a\u0000.v1", r"relais.a\u0301.v1", r"relais.a.v1\u202e")
END_OF_TIME = ("9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00")
NO_MOMENTS = (*END_OF_TIME, "2026-11-24T12:00:00", "2026-02-30T00:00:00Z", "now")
TOO_LARGE = ("2147483648", "9223372036854775808", "1e999")
STREAM = '"0199d0c4-0000-7000-8000-000000000001"'


def texts(*values: str) -> tuple[str, ...]:
    return tuple(f'"{value}"' for value in values)


NO_NAMES = texts("", "a b", "A", r"a\u0000", r"a\u202e", "a" * 65)
EVENT_FIELDS: dict[str, tuple[str, ...]] = {
    "specversion": texts("0.3", "2.0"),
    "source": texts(*SOURCES, "/relais/a/../b", "/relais/" + "a" * 65),
    "type": texts(*TYPES, *HARD_TYPES, "relais.a.v9223372036854775808", f"relais.{'a' * 300}.v1"),
    "datacontenttype": texts("text/plain"),
    "deliveryseq": ("0", "-1", "1.5", '"x"', *TOO_LARGE),
    "time": texts(*NO_MOMENTS),
}
"""Values that are no event's, besides what is spoilt above."""
RECEIPT_FIELDS: dict[str, tuple[str, ...]] = {
    "state": texts("waiting", "sent", "done", ""),
    "source": NO_NAMES,
    "subscriber": NO_NAMES,
    "at": texts(*NO_MOMENTS),
    "stored_at": texts(*NO_MOMENTS),
    "attempts": ("-1", '"x"', *TOO_LARGE),
}
HEARTBEAT_FIELDS: dict[str, tuple[str, ...]] = {
    "service": NO_NAMES,
    "at": texts(*NO_MOMENTS),
    "waiting": ("[]", r'{"a\u0000":1}', '{"a":-1}', '{"a":9223372036854775808}'),
    "parked": ("-1", *TOO_LARGE),
    "open": ("{}", "[[]]", '[["x","a","sent"]]', "[[1,2]]"),
}
POSITIONS_FIELDS: dict[str, tuple[str, ...]] = {
    "subscriber": NO_NAMES,
    "source": NO_NAMES,
    "after": ('"x"', "1"),
    "streams": (
        *("{}", "[[]]", '[["x",1,1]]', f"[[{STREAM},-1,0]]"),
        *(f"[[{STREAM},1,{number}]]" for number in TOO_LARGE),
    ),
}


def wrong_values(whole: str, fields: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, bytes]]:
    for name, values in fields.items():
        for value in values:
            yield f"{name} is {value}", given_first(whole, name, value)


def cut(whole: bytes) -> Iterator[tuple[str, bytes]]:
    """The frame ends after each of its bytes."""
    for end in range(len(whole)):
        yield f"cut at {end}", whole[:end]


def events() -> Iterator[tuple[str, bytes]]:
    """Frames with one event that is none."""
    whole = sound_event()
    yield from ((name, b"[" + one + b"]") for name, one in spoilt(whole, Envelope))
    yield from ((name, b"[" + one + b"]") for name, one in wrong_values(whole, EVENT_FIELDS))
    yield "an id twice", b"[" + twice(whole, "id") + b"]"
    yield (
        "a name twice in the data",
        f"[{whole.replace('{', '{', 1)}]".replace(
            '"data":{', '"data":{"patient_id":"Zqxcorpus",', 1
        ).encode(),
    )
    yield from cut(f"[{whole}]".encode())
