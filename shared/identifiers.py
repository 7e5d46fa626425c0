"""Identifiers that grow with time, and secrets that nobody can guess."""

import base64
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


def reference(identifier: UUID) -> str:
    """The name of a matter in mails and on walls, such as R-7F3K-9Q2M: it tells nobody whose."""
    digested = hashlib.sha256(b"reference " + identifier.bytes).digest()
    letters = base64.b32encode(digested[:5]).decode().translate(_READABLE)
    return f"R-{letters[:4]}-{letters[4:]}"


# Crockford's alphabet: nothing that is misread on the phone (no I, L, O, U).
_READABLE = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
