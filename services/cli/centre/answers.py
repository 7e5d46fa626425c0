"""What the operator has said of the centre: the file `.env`, which the containers are told."""

import re
from collections.abc import Mapping

from services.cli.centre.folder import MARK

FILE = ".env"
HEADER = f"# {MARK}. Change what you like: only what is missing is added here.\n"
_LINE = re.compile(r"^([A-Z_]+)=(.*)$", re.M)
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_SOUND = {
    "CENTRE_USER": r"[1-9]\d*:\d+",
    "CENTRE_ADDRESS": rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*",
    "CENTRE_ZONE": r"[\w/+-]+",
    "CENTRE_COUNTRY": "[A-Z]{2}",
    "CENTRE_SMTP_URL": r"[\w@.:/%+-]*",
    "CENTRE_MAIL_FROM": r"[\w.+-]+@[\w.-]+",
    "CENTRE_ACME_MAIL": r"([\w.+-]+@[\w.-]+)?",
}
"""What each answer may look like; none can hold anything that compose or the proxy would read."""


class Unusable(ValueError):
    """An answer that cannot be meant: a sentence for the operator."""


def said(text: str) -> dict[str, str]:
    """What the file says."""
    return dict(_LINE.findall(text))


def completed(known: Mapping[str, str], user: tuple[int, int]) -> dict[str, str]:
    """Every answer: what is known of it, or else what is usual; or `Unusable`.

    `user`: user and group that own the secrets, and whom the containers run as.
    """
    address = known.get("CENTRE_ADDRESS", "localhost")
    usual = {
        "CENTRE_USER": f"{user[0]}:{user[1]}",
        "CENTRE_ADDRESS": address,
        "CENTRE_ZONE": "Europe/Paris",
        "CENTRE_COUNTRY": "FR",
        "CENTRE_MAIL_FROM": f"relais@{address}",
        "CENTRE_SMTP_URL": "",
        "CENTRE_ACME_MAIL": "",
    }
    answers = {name: known.get(name, value) for name, value in usual.items()}
    for name, answer in answers.items():
        if not re.fullmatch(_SOUND[name], answer):
            raise Unusable(f"{name} cannot be {answer!r}")
    return answers


def user(answers: Mapping[str, str]) -> tuple[int, int]:
    """Whom the containers run as: user and group."""
    owner, _, group = answers["CENTRE_USER"].partition(":")
    return int(owner), int(group)


def with_answers(text: str, new: Mapping[str, str]) -> str:
    """The file with these answers in it; every other line stays as it is."""
    text = text or HEADER
    for name, value in new.items():
        line = f"{name}={value}"
        if name in said(text):
            text = re.sub(rf"^{name}=.*$", line, text, flags=re.M)
        else:
            text = f"{text.rstrip()}\n{line}\n"
    return text
