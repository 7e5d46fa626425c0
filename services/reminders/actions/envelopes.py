"""The address that a mail comes back to, and which mail an address belongs to."""

import base64
import binascii
import hmac
from uuid import UUID

from shared.mail import returning_to
from shared.work import Work

_SEAL = 10
"""Bytes of the digest by which an address proves that it was given here."""
_UUID = 16


def envelope_address(work: Work, mail_id: UUID) -> str:
    """Where this mail comes back to; empty when there is no address for what comes back."""
    place = work.settings.mail_bounces_address
    return returning_to(place, _reference(work, mail_id)) if place else ""


def mail_id_of(work: Work, reference: str) -> UUID | None:
    """The mail that this reference was given to; None when nobody here gave it."""
    try:
        raw = base64.b32decode(reference.upper() + "=" * (-len(reference) % 8))
        mail_id = UUID(bytes=raw[:_UUID])
    except (binascii.Error, ValueError):
        return None
    given = hmac.compare_digest(_reference(work, mail_id), reference.lower())
    return mail_id if given else None


def _reference(work: Work, mail_id: UUID) -> str:
    """Letters and digits only, and as good in capitals: servers change the case."""
    seal = bytes.fromhex(work.sealer.digest(f"returned mail {mail_id}"))[:_SEAL]
    return base64.b32encode(mail_id.bytes + seal).decode().rstrip("=").lower()
