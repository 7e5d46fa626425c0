"""Passwords: only a digest (argon2id) is kept; a wrong name costs as much as a wrong password."""

from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

from services.accounts.rules import normal
from shared.identifiers import new_secret


@cache
def _hasher() -> PasswordHasher:
    """RFC 9106, second recommended option: 64 MiB, three passes, four lanes."""
    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


@cache
def _seats() -> BoundedSemaphore:
    """Each check takes 64 MiB, so that only a few may run at once."""
    return BoundedSemaphore(4)


@cache
def _of_nobody() -> str:
    return digest(new_secret())


def digest(password: str) -> str:
    """What is kept of a password."""
    with _seats():
        return _hasher().hash(normal(password))


def fits(kept: str | None, password: str) -> bool:
    """Whether the password is the one that was chosen. Without one the work is the same."""
    nobody = _of_nobody()
    with _seats():
        try:
            return _hasher().verify(kept or nobody, normal(password)) and kept is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(kept: str) -> bool:
    """Whether it was made with weaker parameters than those of today."""
    return _hasher().check_needs_rehash(kept)
