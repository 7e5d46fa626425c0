"""What only accounts keeps: passwords as digests, open sign-ins, one-time links, tries."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import MetaData
from sqlmodel import Field, SQLModel

from shared.identifiers import new_id


class Table(SQLModel):
    """The tables of accounts; its members and tokens stand in those of access."""

    metadata: ClassVar[MetaData] = MetaData()


class Credential(Table, table=True):
    """How a member signs in. Without a digest the member has not chosen a password yet."""

    member_id: UUID = Field(primary_key=True)
    email_key: str = Field(unique=True)
    """The address as it is compared, so that `A@b.fr` and `a@B.fr` are one."""
    password_digest: str | None = None
    changed_at: datetime


class OpenedSignIn(Table, table=True):
    """A sign-in that was opened here: shown to the member and to administrators, who can end it."""

    __tablename__ = "sign_in"
    id: UUID = Field(primary_key=True)
    member_id: UUID = Field(index=True)
    browser: str = ""
    opened_at: datetime
    expires_at: datetime
    closed_at: datetime | None = None


class Invitation(Table, table=True):
    """A one-time link to choose a password. Without a member it makes the first administrator."""

    id: UUID = Field(default_factory=new_id, primary_key=True)
    digest: str = Field(unique=True)
    member_id: UUID | None = Field(default=None, index=True)
    expires_at: datetime
    used_at: datetime | None = None


class SignInTry(Table, table=True):
    """One try to sign in, kept for minutes. `key` is the digest of what it counts against."""

    __tablename__ = "sign_in_try"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    key: str = Field(index=True)
    at: datetime
