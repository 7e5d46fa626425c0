"""The rules of signing in: addresses, passwords, the last administrator, how often one may try."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200
FIRST_RUN_HOURS = 24
INVITATION_HOURS = 72

_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s.]+(\.[^@\s.]+)*")
# Parts of what people choose first; a password that is one of them repeated or counted up is out.
_COMMON = frozenset(
    """
    123456789012 1234567890123 12345678901234 qwertyuiop123 qwertyuiopas azertyuiopqs azertyuiop123
    password1234 passwordpassword password12345 motdepasse123 motdepasse1234 motdepassemotdepasse
    iloveyou1234 jetaime12345 welcome12345 bienvenue123 administrator administrateur
    changeme1234 changeme12345 letmein12345 letmeinletmein azerty123456 azertyazerty qwerty123456
    qwertyqwerty abcdefghijkl abcdef123456 000000000000 111111111111 relaisrelais
    """.split()  # noqa: SIM905 - words read better as lines than as a list
)


def email_key(email: str) -> str:
    """The address as it is compared and kept unique."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def is_address(email: str) -> bool:
    """Whether mail can be sent there, and no header of a mail can be made of it."""
    plain = email.isprintable() and "=?" not in email and not set(email) & set('<>",;:\\()[]')
    return plain and len(email) <= 254 and _ADDRESS.fullmatch(email) is not None  # noqa: PLR2004 - RFC 5321


def is_plain_name(name: str) -> bool:
    """Whether a name can stand in a page and in the header of a mail."""
    return name.isprintable() and "=?" not in name


def weakness(password: str, known: Iterable[str]) -> str:
    """Why a password cannot be used: `short`, `long`, `known`, `common`; empty when it can.

    `known` are words that everybody knows of the member: name and address.
    """
    plain = normal(password).casefold()
    if len(plain) < SHORTEST_PASSWORD:
        return "short"
    if len(plain) > LONGEST_PASSWORD:
        return "long"
    if _made_of(plain, known):
        return "known"
    return "common" if plain in _COMMON or len(set(plain)) < 5 else ""  # noqa: PLR2004


def _made_of(password: str, words: Iterable[str]) -> bool:
    """Whether little is left of the password without the words."""
    rest = password
    for word in sorted(map(str.casefold, words), key=len, reverse=True):
        rest = rest.replace(word, "") if len(word) > 2 else rest  # noqa: PLR2004 - "Dr"
    return rest != password and len(rest) < SHORTEST_PASSWORD // 2


def normal(password: str) -> str:
    """The same password, whichever keyboard composed its accents."""
    return unicodedata.normalize("NFKC", password)


def words_of(name: str, email: str) -> list[str]:
    """What everybody knows of a member."""
    local, _, domain = email.partition("@")
    return [email, local, domain, name, name.replace(" ", ""), *name.split()]


def stays_administered(administrators: Collection[object], leaving: object) -> bool:
    """Whether somebody is left to administer the team when this member leaves."""
    return leaving not in administrators or len(administrators) > 1


@dataclass(frozen=True)
class TryLimit:
    """So many tries in so many minutes."""

    tries: int
    minutes: int

    @property
    def window(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    def wait(self, earlier: Sequence[datetime], now: datetime) -> int:
        """How many minutes to wait before the next try; 0 when it may be made now."""
        counted = sorted(at for at in earlier if now - at < self.window)
        if len(counted) < self.tries:
            return 0
        free = counted[-self.tries] + self.window
        return max(1, -((now - free) // timedelta(minutes=1)))


PER_ACCOUNT = TryLimit(tries=10, minutes=15)
"""For browsers that never signed in as this member; the member's own have their own count."""
PER_ADDRESS = TryLimit(tries=60, minutes=15)
"""A whole hospital may come from one address."""


def browser_name(user_agent: str) -> str:
    """The browser in a word, so that a member recognises his or her own."""
    for mark, name in (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome")):
        if mark in user_agent:
            return name
    return "Safari" if "Safari/" in user_agent else ""
