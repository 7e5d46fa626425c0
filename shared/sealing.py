"""Sealed fields: names and free text travel encrypted, so that queues and logs never show them."""

import base64
import hmac
import os
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, ConfigDict

Content = TypeVar("Content", bound=BaseModel)

_NONCE = 12
_KEY = 32


class Unsealable(Exception):
    """The field was sealed with another key, for another patient, or was altered."""


class Sealed(BaseModel):
    """An encrypted value as it stands in an event: `v1.` and base64url of nonce + ciphertext."""

    model_config = ConfigDict(frozen=True)
    sealed: str


class Sealer:
    """Seals and opens with the team's key (AES-256-GCM); a seal is bound to its stream."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)
        self._digest_key = hmac.digest(key, b"relais.digest.v1", "sha256")

    def digest(self, text: str) -> str:
        """A digest that recognises a text again and, without the team's key, says nothing of it."""
        return hmac.digest(self._digest_key, text.encode(), "sha256").hex()

    def seal(self, content: BaseModel, stream: UUID) -> Sealed:
        nonce = os.urandom(_NONCE)
        body = self._cipher.encrypt(nonce, content.model_dump_json().encode(), stream.bytes)
        return Sealed(sealed="v1." + base64.urlsafe_b64encode(nonce + body).decode())

    def open(self, sealed: Sealed, form: type[Content], stream: UUID) -> Content:
        """The content, or `Unsealable`. An erased field (empty) is unsealable too."""
        try:
            version, _, text = sealed.sealed.partition(".")
            raw = base64.urlsafe_b64decode(text)
            plain = self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], stream.bytes)
        except (ValueError, InvalidTag) as error:
            raise Unsealable("the field cannot be opened with the team's key") from error
        if version != "v1":
            raise Unsealable("the field was sealed by a newer version")
        return form.model_validate_json(plain)


def team_key(path: Path) -> bytes:
    """The team's key of 32 bytes from its file; made on the first start, readable by its owner."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(new_team_key())
    key = base64.b64decode(path.read_bytes())
    if len(key) != _KEY:
        raise ValueError(f"the team key in {path} must be 32 bytes in base64")
    return key


def new_team_key() -> str:
    """A new key for a team, as it stands in its file."""
    return base64.b64encode(os.urandom(_KEY)).decode()
