"""The sign-in: a signed note in the browser that says who came, checked at every request."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import Select, bindparam, select
from sqlmodel import Session, col

from shared.access.tables import ClosedSignIn, Member
from shared.access.viewer import Viewer
from shared.database import table_of
from shared.sealing import team_key
from shared.settings import Settings


@dataclass(frozen=True)
class SignIn:
    """One opened sign-in. It proves nothing by itself: the member may be disabled by now."""

    id: UUID
    member_id: UUID
    opened_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Caller:
    """From where somebody signs in. `known_as` is the member who used this browser before."""

    address: str = ""
    user_agent: str = ""
    known_as: UUID | None = None


def cookie_name(settings: Settings) -> str:
    """With `__Host-` no other host and no plain HTTP answer can set it."""
    return "__Host-relais" if settings.secure_cookies else "relais"


def signer(settings: Settings, purpose: str) -> URLSafeSerializer:
    """Signs short texts for one purpose, with a key that is derived from the team's key."""
    return URLSafeSerializer(
        _key(settings.key_file),
        salt=f"relais.{purpose}",
        signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
    )


@cache
def _key(file: Path) -> bytes:
    return team_key(file)


def written(settings: Settings, sign_in: SignIn) -> str:
    """The sign-in as the browser keeps it."""
    note = [
        sign_in.id.hex,
        sign_in.member_id.hex,
        sign_in.opened_at.timestamp(),
        sign_in.expires_at.timestamp(),
    ]
    text = signer(settings, "sign-in").dumps(note)
    return text if isinstance(text, str) else text.decode()


def read(settings: Settings, cookie: str) -> SignIn | None:
    """The sign-in that a cookie holds; None when it was not signed by this team."""
    try:
        sign_in_id, member_id, opened, expires = signer(settings, "sign-in").loads(cookie)
        return SignIn(
            id=UUID(sign_in_id),
            member_id=UUID(member_id),
            opened_at=datetime.fromtimestamp(opened, UTC),
            expires_at=datetime.fromtimestamp(expires, UTC),
        )
    except (BadData, ValueError, TypeError, AttributeError, OverflowError):
        return None


def viewer_of(session: Session, sign_in: SignIn, now: datetime) -> Viewer | None:
    """The member of a sign-in that is still open, with the roles of today."""
    of_it = {"sign_in_id": sign_in.id, "member_id": sign_in.member_id}
    member = session.execute(_member_of(), of_it).first()
    if member is None or not _in_time(sign_in, member.valid_from, now):
        return None
    return Viewer(
        member_id=member.id,
        name=member.name,
        roles=frozenset(member.roles),
        units=frozenset(member.units),
        language=member.language,
        theme=member.theme,
        sign_in_id=sign_in.id,
    )


@cache
def _member_of() -> Select[Any]:
    """Asked at every request: a plain row, by a statement that is put together once."""
    member, closed = table_of(Member).c, table_of(ClosedSignIn).c
    ended = select(closed.id).where(closed.id == bindparam("sign_in_id", type_=closed.id.type))
    wanted = member.id == bindparam("member_id", type_=member.id.type)
    shown = (member.id, member.name, member.roles, member.units)
    return select(*shown, member.language, member.theme, member.valid_from).where(
        wanted, member.active, ~ended.exists()
    )


def ended(session: Session, sign_ins: Collection[SignIn], now: datetime) -> set[UUID]:
    """Which of these sign-ins count no more."""
    by_id = select(col(ClosedSignIn.id)).where(
        col(ClosedSignIn.id).in_({one.id for one in sign_ins})
    )
    closed = set(session.execute(by_id).scalars())
    theirs = {one.member_id for one in sign_ins}
    active = select(Member).where(col(Member.id).in_(theirs), col(Member.active))
    members = {member.id: member for member in session.execute(active).scalars()}
    return {
        one.id
        for one in sign_ins
        if one.id in closed
        or one.member_id not in members
        or not _in_time(one, members[one.member_id].valid_from, now)
    }


def _in_time(sign_in: SignIn, valid_from: datetime | None, now: datetime) -> bool:
    void = valid_from is not None and sign_in.opened_at < valid_from
    return now < sign_in.expires_at and not void
