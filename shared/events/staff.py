"""Facts about the team itself: its members, their sign-ins and the tokens of services."""

from datetime import date, time
from typing import Annotated, ClassVar
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, WithJsonSchema

from shared.events.base import Event
from shared.sealing import Sealed


class MemberIdentity(BaseModel):
    """Name and address of a member; travel only sealed."""

    model_config = ConfigDict(frozen=True)
    name: str
    email: str = ""


# A time of RFC 3339 has an offset; one on the wall has none, so that `format` would be a lie.
def _without_offset(at: time) -> time:
    if at.tzinfo is not None:
        raise ValueError("a time on the wall has no offset")
    return at


WallTime = Annotated[
    time,
    AfterValidator(_without_offset),
    WithJsonSchema({"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]:[0-5][0-9]"}),
]


class Absence(BaseModel):
    """Days on which a member is away, both ends included, and who stands in."""

    model_config = ConfigDict(frozen=True)
    begins: date
    ends: date
    deputy: UUID | None = None


class MailWishes(BaseModel):
    """How a member wants mails: when the daily one comes, and when none may come."""

    model_config = ConfigDict(frozen=True)
    digest_at: WallTime = time(7, 30)
    quiet_from: WallTime = time(19, 0)
    quiet_until: WallTime = time(7, 0)
    appointments: bool = True
    daily_only: bool = True


class Opening(BaseModel):
    """Hours of a weekday (0 is Monday), at the clock of the unit."""

    model_config = ConfigDict(frozen=True)
    weekday: int
    opens: WallTime
    closes: WallTime


class Closure(BaseModel):
    """Days on which a unit is closed, both ends included."""

    model_config = ConfigDict(frozen=True)
    begins: date
    ends: date
    reason_code: str = ""


def unit_id(service: str) -> UUID:
    """The number of a unit, by which its events are kept in order; the same in every centre."""
    return uuid5(NAMESPACE_URL, f"urn:relais:unit:{service}")


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
    zone: str = ""
    """The member's time zone (IANA); empty is the centre's."""
    absences: tuple[Absence, ...] = ()
    mails: MailWishes = MailWishes()
    identity: Sealed


class UnitChanged(StaffEvent, kind="unit.changed"):
    """A unit has other hours or closures, or is closed for good; carries them whole.

    Without any hours it has those of the centre.
    """

    stream_field: ClassVar[str] = "unit_id"
    unit_id: UUID
    service: str
    zone: str = ""
    opening: tuple[Opening, ...] = ()
    public_holidays: bool = True
    """Whether it is closed on public holidays."""
    closures: tuple[Closure, ...] = ()
    closed_from: date | None = None
    """It is closed for good from this day on."""
    successor: str = ""
    """The service that takes over its work then; empty when the coordinator decides."""


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
