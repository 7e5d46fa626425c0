"""What comes back from mail servers: read in every form, and nothing that comes can do harm."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mail.returned import LARGEST, LONGEST_PLACE, REFERENCE, read_returned, returning_to
from tests import reports

REFERENCE_GIVEN = "abcdefghijklmnopqrstuvwxyz234567abcdefghij"
TO = returning_to("bounces@centre.example", REFERENCE_GIVEN)


def test_a_mail_comes_back_to_an_address_of_its_own() -> None:
    assert len(REFERENCE_GIVEN) == REFERENCE
    assert returning_to("a@b", REFERENCE_GIVEN) == f"a+{REFERENCE_GIVEN}@b"
    assert len(returning_to("x" * LONGEST_PLACE + "@y", REFERENCE_GIVEN).partition("@")[0]) == 64


@pytest.mark.parametrize(
    ("raw", "failed", "words"),
    [
        (reports.report(TO), True, "5.1.1 550 5.1.1 <nora@example.net>: user unknown"),
        (reports.report(TO, status="4.4.7", words="expired"), True, "4.4.7 expired"),
        (reports.report(TO, action="", status="5.2.2", words="full"), True, "5.2.2 full"),
        (reports.report(TO, action="", status="4.2.2", words="full"), False, "4.2.2 full"),
        (reports.exchange(TO), True, "5.1.1 550 5.1.1 <NORA@EXAMPLE.NET>: user unknown"),
        (reports.twice_told(TO), True, "4.4.7 552 too old"),
        (reports.late(TO), False, "4.4.1 451 4.4.1 mail.example.net: connection timed out"),
        (reports.in_sentences(TO), True, "5.1.1 unknown user"),
        (reports.in_sentences(TO, "mailbox full: 452 wait"), False, "452 wait"),
        (reports.in_sentences(TO, "it did not work"), True, "it did not work"),
        (reports.in_sentences(TO, "still trying", "Warning: delayed"), False, "still trying"),
    ],
)
def test_a_report_is_understood(raw: bytes, failed: bool, words: str) -> None:
    returned = read_returned(raw)
    assert returned is not None
    assert (returned.reference, returned.failed) == (REFERENCE_GIVEN, failed)
    assert returned.words.lower() == words.lower()


@pytest.mark.parametrize(
    "raw",
    [
        reports.absence(TO),
        reports.report(TO, action="delivered", status="2.0.0", words="250 ok"),
        reports.report(TO, action="relayed", status="2.0.0", words="250 ok"),
        reports.report("bounces@centre.example"),
        reports.report("bounces+short@centre.example"),
        b"From: nora@example.net\r\nTo: " + TO.encode() + b"\r\n\r\n550 5.1.1 said my server",
        b"",
        b"\x00\xff" * 100,
    ],
)
def test_what_is_no_report_is_left_alone(raw: bytes) -> None:
    assert read_returned(raw) is None


@pytest.mark.parametrize("header", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_the_address_is_found_where_servers_put_it(header: str) -> None:
    raw = reports.report("postmaster@elsewhere.example")
    returned = read_returned(f"{header}: <{TO}>\r\n".encode() + raw)
    assert returned is not None
    assert returned.reference == REFERENCE_GIVEN


def test_only_the_beginning_of_a_large_mail_is_read() -> None:
    assert read_returned(reports.report(TO) + b"x" * 20 * LARGEST) is not None
    assert read_returned(b"X-Long: y\r\n" * LARGEST + reports.report(TO)) is None


def test_a_mail_with_very_many_parts_is_read_quickly() -> None:
    nested = reports.report(TO)
    for depth in range(300):
        head = f'To: {TO}\r\nContent-Type: multipart/mixed; boundary="b{depth}"\r\n\r\n'
        nested = f"{head}--b{depth}\r\n".encode() + nested + f"\r\n--b{depth}--\r\n".encode()
    read_returned(nested)
    read_returned(b"To: " + TO.encode() + b"\r\nContent-Type: message/rfc822\r\n\r\n" * 2000)


@pytest.mark.parametrize("seed", range(40))
def test_a_spoilt_report_never_stops_anybody(seed: int) -> None:
    """Bits turned over, lines lost, doubled and moved, cut off anywhere."""
    chance = random.Random(seed)  # noqa: S311 - a seed makes it repeatable
    for make in (reports.report, reports.late, reports.in_sentences, reports.exchange):
        raw = bytearray(make(TO))
        for _ in range(chance.randint(1, 40)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        lines = bytes(raw).split(b"\n")
        chance.shuffle(lines) if seed % 2 else lines.insert(0, lines[chance.randrange(len(lines))])
        spoilt = b"\n".join(lines)[: chance.randrange(1, len(raw))]
        returned = read_returned(spoilt)
        assert returned is None or returned.words.isprintable()


@given(st.binary(max_size=2000))
def test_whatever_comes_is_read_or_left(raw: bytes) -> None:
    read_returned(raw)
    read_returned(b"To: " + TO.encode() + b"\r\n" + raw)
    read_returned(reports.report(TO)[:900] + raw)


@given(st.text(max_size=300))
def test_a_servers_words_are_one_safe_line(words: str) -> None:
    returned = read_returned(reports.report(TO, words=words))
    assert returned is not None
    assert returned.words.isascii()
    assert returned.words.isprintable()
