"""Identifiers that grow with time, and secrets that nobody can guess."""

import hashlib
import secrets
from uuid import UUID

import uuid_utils.compat as uuid_utils


def new_id() -> UUID:
    """A UUID version 7: unique, and later ones sort after earlier ones."""
    return uuid_utils.uuid7()


def new_secret() -> str:
    """A URL-safe secret with 256 bits of randomness."""
    return secrets.token_urlsafe(32)


def new_trace_id() -> str:
    """16 random bytes in hexadecimal, as W3C Trace Context asks for a trace."""
    return secrets.token_hex(16)


def new_span_id() -> str:
    """8 random bytes in hexadecimal, for one step of a trace."""
    return secrets.token_hex(8)


def digest(secret: str) -> str:
    """The SHA-256 of a secret in hexadecimal, which is all that is ever stored of it."""
    return hashlib.sha256(secret.encode()).hexdigest()
