"""What only accounts keeps: passwords as digests, open sign-ins, one-time links, tries."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, Column, MetaData
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


class RemovedAbsence(Table, table=True):
    """An absence that was removed or changed, kept for a while so that it can be put back."""

    __tablename__ = "removed_absence"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    member_id: UUID = Field(index=True)
    begins: date
    ends: date
    deputy: UUID | None = None
    removed_at: datetime = Field(index=True)
    removed_by: str
    restored_at: datetime | None = None


class UnitChange(Table, table=True):
    """A change of a unit, with what was said of it before and after, so that it can be undone."""

    __tablename__ = "unit_change"
    id: UUID = Field(default_factory=new_id, primary_key=True)
    service: str = Field(index=True)
    before: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    after: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    at: datetime
    by: str
    undone_at: datetime | None = None
    undone_by: str = ""
