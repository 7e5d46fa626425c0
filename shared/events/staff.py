"""Facts about the team itself: its members, their sign-ins and the tokens of services."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.events.base import Event
from shared.sealing import Sealed


class MemberIdentity(BaseModel):
    """Name and address of a member; travel only sealed."""

    model_config = ConfigDict(frozen=True)
    name: str
    email: str = ""


class StaffEvent(Event):
    """A fact about the team itself, which no system outside is told."""

    house_only: ClassVar[bool] = True


class MemberChanged(StaffEvent, kind="member.changed"):
    """A member joined, changed role, unit or preference, or was disabled; carries it whole."""

    stream_field: ClassVar[str] = "member_id"
    member_id: UUID
    active: bool
    roles: tuple[str, ...]
    units: tuple[str, ...]
    language: str = "en"
    theme: str = "auto"
    valid_from: AwareDatetime | None = None
    """Sign-ins opened before this instant are void (password changed, member disabled)."""
    identity: Sealed


class SignInClosed(StaffEvent, kind="sign_in.closed"):
    """A member signed out, or the sign-in was ended by an administrator."""

    stream_field: ClassVar[str] = "member_id"
    member_id: UUID
    sign_in_id: UUID
    expires_at: AwareDatetime


class ServiceTokenChanged(StaffEvent, kind="service_token.changed"):
    """A token of an outside service was made or revoked. `digest` is the SHA-256 of its secret."""

    stream_field: ClassVar[str] = "token_id"
    token_id: UUID
    name: str
    digest: str
    scopes: tuple[str, ...]
    active: bool
    expires_at: AwareDatetime | None = None
