"""What stands in the headers of a mail: what was meant, and no more, whatever people write."""

import email
import email.message
import email.policy
import email.utils
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.mail import MailRefused, as_bytes
from tests.shared.test_mail import HEADERS, LETTER, read_back

EVERYTHING = replace(
    LETTER,
    calendar="BEGIN:VCALENDAR\r\nVERSION:2.0\r\nSUMMARY:À vérifier\r\nEND:VCALENDAR\r\n",
    calendar_method="REQUEST",
    unsubscribe="https://relais.university-hospital.example/reminders/unsubscribe/" + "k" * 43,
    references="<R-7F3K-9Q2M." + "0" * 32 + "@mail.pain-centre.university-hospital.example>",
    envelope_from="bounces+abc@centre.example",
)
"""A mail with everything that a mail can carry."""
ALL_HEADERS = [
    *HEADERS[: HEADERS.index("Auto-Submitted")],
    *("List-Unsubscribe", "List-Unsubscribe-Post"),
    *HEADERS[HEADERS.index("Auto-Submitted") :],
]
POISONS = [
    "line\nBcc: evil@x.test",
    "line\rBcc: evil@x.test",
    "line\r\nBcc: evil@x.test",
    "line\r\n\r\n<p>another body</p>",
    "=?utf-8?q?Rappel=0aBcc:=20evil@x.test?=",
    "=?utf-8?b?UmFwcGVsCkJjYzogZXZpbEB4LnRlc3Q=?=",
    "x =?us-ascii?Q?=0D=0AX-Evil:_1?= y",
    "\x00",
    "\x0bBcc: evil@x.test",
    "\x0cBcc: evil@x.test",
    "\x1cBcc: evil@x.test",
    "\x85Bcc: evil@x.test",
    "\u2028Bcc: evil@x.test",
    "\u2029Bcc: evil@x.test",
    "\ud800",
    "\x7f",
]
"""What somebody might write where a name, a subject or an address is asked for."""
ODD = [
    '"',
    "\\",
    "a, b@x.test",
    "<b@x.test>",
    "a; b: c;",
    "(x",
    "é" * 300,
    "w " * 300,
    "x" * 900,
    " ",
    ":",
]
"""Odd, and allowed: what a person may be called."""


def both_readings(raw: bytes) -> Iterator[email.message.Message]:
    """As new programs read a mail, and as old ones do."""
    yield email.message_from_bytes(raw, policy=email.policy.default)
    yield email.message_from_bytes(raw, policy=email.policy.compat32)


@pytest.mark.parametrize("poison", POISONS)
@pytest.mark.parametrize(
    "where",
    [
        *("subject", "message_id", "references", "sender", "to", "envelope_from"),
        *("unsubscribe", "calendar_method"),
    ],
)
def test_no_header_can_be_smuggled_in(poison: str, where: str) -> None:
    meant = str(getattr(EVERYTHING, where))
    for spoilt in (poison, meant + poison, poison + meant, meant[:9] + poison + meant[9:]):
        with pytest.raises(MailRefused):
            as_bytes(replace(EVERYTHING, **cast(Any, {where: spoilt})))


@pytest.mark.parametrize("name", [*POISONS, *ODD])
def test_a_name_is_only_a_name(name: str) -> None:
    raw = as_bytes(replace(EVERYTHING, to_name=f"Nora {name}"))
    for mail in both_readings(raw):
        assert mail.keys() == ALL_HEADERS
        addresses = email.utils.getaddresses([str(mail["To"])])
        assert [address for _, address in addresses] == ["nora@centre.example"]
    if name in POISONS:
        assert read_back(raw)["To"] == "nora@centre.example"


@pytest.mark.parametrize("subject", ODD)
def test_an_odd_subject_arrives_as_it_is(subject: str) -> None:
    for mail in both_readings(as_bytes(replace(EVERYTHING, subject=f"Sujet {subject}."))):
        assert mail.keys() == ALL_HEADERS
    said = str(read_back(as_bytes(replace(EVERYTHING, subject=f"Sujet {subject}.")))["Subject"])
    assert said.replace(" ", "") == f"Sujet {subject}.".replace(" ", "")


def test_a_mail_with_everything_is_read_as_it_was_meant() -> None:
    raw = as_bytes(EVERYTHING)
    assert raw.isascii()
    for mail in both_readings(raw):
        assert mail.keys() == ALL_HEADERS
        assert mail["References"] == mail["In-Reply-To"] == EVERYTHING.references
        assert mail["Message-ID"] == EVERYTHING.message_id
        assert mail["List-Unsubscribe"] == f"<{EVERYTHING.unsubscribe}>"
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    parts = list(read_back(raw).iter_parts())
    assert [part.get_content_type() for part in parts] == [
        *("text/plain", "text/html", "text/calendar")
    ]
    assert parts[-1]["Content-Type"].params == {"charset": "utf-8", "method": "REQUEST"}
    assert parts[-1].get_content().splitlines() == EVERYTHING.calendar.splitlines()


def test_what_programs_read_is_never_written_in_code_words() -> None:
    """A long identifier was once written as `=?utf-8?q?...`, which nobody reads back."""
    head = as_bytes(EVERYTHING).partition(b"\r\n\r\n")[0]
    for line in head.split(b"\r\n"):
        name = line.partition(b":")[0]
        assert name in (b"Subject", b"") or name.startswith(b" ") or b"=?" not in line


def test_a_way_out_without_encryption_is_shown_but_not_for_one_click() -> None:
    mail = read_back(as_bytes(replace(LETTER, unsubscribe="http://127.0.0.1:8000/x")))
    assert mail["List-Unsubscribe"] == "<http://127.0.0.1:8000/x>"
    assert mail["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize("field", ["text", "html", "calendar"])
def test_a_text_that_no_mail_can_hold_is_refused(field: str) -> None:
    with pytest.raises(MailRefused):
        as_bytes(replace(EVERYTHING, **cast(Any, {field: "half: \ud83d"})))


@pytest.mark.parametrize(
    "address",
    [
        *("", "nora", "a@b\nRCPT TO:<evil@x.test>", "a@b, evil@x.test", "<a@b>", "nöra@x.test"),
        *("a b@c", "a@b..c", "a@.b", "a@b.", "=?utf-8?q?=0aBcc:?=@b.c", "a@b@c", "@b.c", "a@"),
    ],
)
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(MailRefused):
        as_bytes(replace(LETTER, to=address))


@given(
    name=st.text(max_size=200),
    subject=st.text(max_size=200),
    text=st.text(max_size=500),
    other=st.text(max_size=60),
)
def test_whatever_is_written_gives_the_known_headers_or_nothing(
    name: str, subject: str, text: str, other: str
) -> None:
    letter = replace(EVERYTHING, to_name=name, subject=subject, text=text)
    link = replace(letter, unsubscribe=f"https://{other}", message_id=f"<{other}@c.example>")
    for one in (letter, replace(link, to=f"{other}@c.example")):
        try:
            raw = as_bytes(one)
        except MailRefused:
            continue
        for mail in both_readings(raw):
            assert mail.keys() == ALL_HEADERS
        assert [address.addr_spec for address in read_back(raw)["To"].addresses] == [one.to]
