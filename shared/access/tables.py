"""What every service keeps of the team: members, sign-ins that ended, tokens, and the audit."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Column, MetaData
from sqlmodel import Field, SQLModel


class Table(SQLModel):
    """The tables of access; the same in the database of every service."""

    metadata: ClassVar[MetaData] = MetaData()


class Member(Table, table=True):
    """A member of the team, as the last `member.changed` said."""

    id: UUID = Field(primary_key=True)
    name: str
    email: str = ""
    roles: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    units: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    language: str = "en"
    theme: str = "auto"
    active: bool = True
    valid_from: datetime | None = None
    """Sign-ins that were opened before this instant are void."""
    zone: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The member's own time zone; empty is the centre's."""
    absences: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False, server_default="[]")
    )
    """As `Absence` in the event; read with `absences_of`."""
    mails: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default="{}")
    )
    """As `MailWishes` in the event; read with `mail_wishes`."""


class Unit(Table, table=True):
    """When a unit (a service) is open, as the last `unit.changed` said; none has the default."""

    service: str = Field(primary_key=True)
    zone: str = ""
    opening: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    """As `Opening` in the event; empty for the hours of the centre."""
    public_holidays: bool = True
    """Whether it is closed on public holidays."""
    closures: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    closed_from: date | None = None
    """It is closed for good from this day on."""
    successor: str = ""
    """The service that takes over its work; empty when the coordinator decides."""


class ClosedSignIn(Table, table=True):
    """A sign-in that ended before its time; forgotten once it would have expired anyway."""

    __tablename__ = "closed_sign_in"
    id: UUID = Field(primary_key=True)
    member_id: UUID
    expires_at: datetime = Field(index=True)


class ServiceToken(Table, table=True):
    """What an outside service shows instead of a sign-in. Its secret is kept by nobody here."""

    __tablename__ = "service_token"
    id: UUID = Field(primary_key=True)
    name: str
    digest: str = Field(unique=True)
    scopes: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    active: bool = True
    expires_at: datetime | None = None


class AuditEntry(Table, table=True):
    """Who did what with whose record. `digest` covers the entry and, by `previous`, all before."""

    __tablename__ = "audit_entry"
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime
    actor: str = Field(index=True)
    action: str
    patient_id: UUID | None = Field(default=None, index=True)
    outcome: str
    previous: str
    digest: str


class AuditHead(Table, table=True):
    """The end of the audit: one row, locked while an entry is added."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one_head"),)
    id: int = Field(default=1, primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = 0
    digest: str = ""
