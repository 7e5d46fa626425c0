"""What comes back from mail servers: which mail it is about, and what became of it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Parsed
from email.policy import compat32
from email.utils import getaddresses

REFERENCE = 42
LONGEST_PLACE = 64 - REFERENCE - 1
"""What stands before the @ has at most 64 characters: the place, `+`, and the reference."""
LARGEST = 256 * 1024
"""More of a mail is not read; a report of a server stands at its beginning."""

_RECIPIENTS = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
_WRITERS = re.compile(r"(?:mailer-daemon|mail-daemon|postmaster|mailerdaemon)@", re.IGNORECASE)
_REFERRED = re.compile(rf"\+([a-z2-7]{{{REFERENCE}}})@", re.IGNORECASE)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_REPLY = re.compile(r"\b([45])\d\d[ -]")
_MOST_PARTS, _PLAIN, _WORDS = 50, 16_384, 300


@dataclass(frozen=True)
class Returned:
    """What a server reports of one mail. `failed`: it will not arrive; else it is only late."""

    reference: str
    failed: bool
    words: str


def returning_to(place: str, reference: str) -> str:
    """The address that a mail comes back to: each mail has its own, so that it is known again."""
    local, _, domain = place.rpartition("@")
    return f"{local}+{reference}@{domain}"


def read_returned(raw: bytes) -> Returned | None:
    """What a mail in the mailbox for bounces says; None when it is not the report of a server.

    Whoever is away answers with a mail to the same address: that says nothing about delivery.
    """
    try:
        mail = message_from_bytes(raw[:LARGEST], policy=compat32)
        reference = _reference(mail)
        told = _told(mail) if reference else None
    except Exception:  # anybody may write anything: what cannot be read reports nothing
        return None
    return Returned(reference, *told) if told else None


def _reference(mail: Parsed) -> str:
    named = [str(value) for name in _RECIPIENTS for value in mail.get_all(name, [])]
    for _, address in getaddresses(named):
        if found := _REFERRED.search(address):
            return found[1].lower()
    return ""


def _told(mail: Parsed) -> tuple[bool, str] | None:
    """Whether it failed, and the server's words; None when nothing is said of a failure."""
    reported = [block for part in _parts(mail) for block in _blocks(part)]
    if reported:
        return _first(_told_of(block) for block in reported)
    if _WRITERS.search(str(mail.get("From", ""))):
        return _told_in_words(mail)
    return None


def _parts(mail: Parsed) -> Iterator[Parsed]:
    for number, part in enumerate(mail.walk()):
        if number == _MOST_PARTS:
            return
        yield part


def _blocks(part: Parsed) -> list[Parsed]:
    """The recipients of a delivery status (RFC 3464), each with what became of the mail."""
    if part.get_content_type() != "message/delivery-status":
        return []
    blocks = part.get_payload()
    return [one for one in blocks if isinstance(one, Parsed)] if isinstance(blocks, list) else []


def _told_of(block: Parsed) -> tuple[bool, str] | None:
    action = str(block.get("Action", "")).strip().lower()
    status = _STATUS.search(str(block.get("Status", "")))
    words = f"{status[0] if status else ''} {_diagnostic(block)}"
    if action == "failed" or (not action and status is not None and status[1] == "5"):
        return True, _line(words)
    if action == "delayed" or (not action and status is not None and status[1] == "4"):
        return False, _line(words)
    return None


def _diagnostic(block: Parsed) -> str:
    return str(block.get("Diagnostic-Code", "")).partition(";")[2]


def _first(told: Iterable[tuple[bool, str] | None]) -> tuple[bool, str] | None:
    """What is final before what is only late."""
    said = [one for one in told if one is not None]
    return max(said, key=lambda one: one[0], default=None)


def _told_in_words(mail: Parsed) -> tuple[bool, str]:
    """Servers that know no form write sentences; what fails for now has a code with a 4."""
    said = _text(mail)
    status = _STATUS.search(said) or _REPLY.search(said)
    late = re.search(r"\b(?:delayed|warning|retard)", str(mail.get("Subject", "")), re.IGNORECASE)
    failed = status[1] == "5" if status else not late
    begins = status.start() if status else 0
    return failed and not late, _line(said[begins : begins + 2 * _WORDS])


def _text(mail: Parsed) -> str:
    for part in _parts(mail):
        content = part.get_payload(decode=True) if part.get_content_type() == "text/plain" else None
        if isinstance(content, bytes):
            return content[:_PLAIN].decode("utf-8", "replace")
    return ""


def _line(words: str) -> str:
    """One short line that is safe to show."""
    return " ".join(re.sub(r"[^ -~]", " ", words).split())[:_WORDS]
