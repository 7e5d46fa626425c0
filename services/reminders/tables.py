"""What the reminder service keeps: what is owed, who is reminded of it, and every mail."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, MetaData, Text
from sqlmodel import Field, SQLModel

from shared.identifiers import new_id

DUE = "due"
SENDING = "sending"
ACCEPTED = "accepted"
DEFERRED = "deferred"
REFUSED = "refused"
UNCERTAIN = "uncertain"
CANCELLED = "cancelled"
NO_ADDRESS = "no-address"
STATES = (DUE, SENDING, ACCEPTED, DEFERRED, REFUSED, UNCERTAIN, CANCELLED, NO_ADDRESS)
FAILED = (REFUSED, UNCERTAIN, NO_ADDRESS)
KEPT = "kept"
"""Not a state of its own: accepted by nobody else, because no mail server is set."""


class Table(SQLModel):
    """The tables of this service have a catalogue of their own."""

    metadata: ClassVar[MetaData] = MetaData()


class Matter(Table, table=True):
    """Something that is owed, as the coordinator's office announced it."""

    obligation_id: UUID = Field(primary_key=True)
    patient_id: UUID
    what: str
    debtor: str
    creditor: str
    subject: UUID
    referral_id: UUID | None = None
    debtor_member: UUID | None = None
    due_at: datetime
    urgent: bool = False
    open: bool = True


class Mail(Table, table=True):
    """One mail to one member, from the moment it is due: this table is the mail ledger.

    `next_try_at` is set as long as something will still happen by itself. The words are stored
    before the first try, so that every try hands over the same bytes.
    """

    __table_args__ = (
        CheckConstraint("state in ('" + "','".join(STATES) + "')", name="mail_state"),
        Index("mail_next_try", "next_try_at"),
        Index("mail_by_member", "member_id", "created_at"),
        Index("mail_by_state", "state", "created_at"),
    )

    id: UUID = Field(primary_key=True, default_factory=new_id)
    member_id: UUID | None = None
    state: str = DUE
    urgent: bool = False
    wanted_at: datetime
    """When it was due; a later `next_try_at` before any try means that it waits for the morning."""
    next_try_at: datetime | None = None
    attempts: int = 0
    doubts: int = 0
    """How often the connection was lost at the moment of acceptance."""
    created_at: datetime = Field(index=True)
    changed_at: datetime
    written_at: datetime | None = None
    address: str = ""
    language: str = "en"
    subject: str = ""
    text: str = Field(default="", sa_type=Text)
    html: str = Field(default="", sa_type=Text)
    message_id: str = ""
    thread: str = ""
    """Message-ID of the first mail about the same matter to the same person."""
    server_words: str = ""
    kept: bool = False
    """Accepted by nobody else: see `KEPT`."""
    asked_by: UUID | None = None
    """The member who had it sent again."""
    correlation_id: UUID | None = None
    traceparent: str | None = None
    """What it was planned for, so that a request can be followed up to the mail server."""


class Reminder(Table, table=True):
    """One thing that one member is reminded of; several may share a mail."""

    __table_args__ = (Index("reminder_by_obligation", "obligation_id", "member_id"),)

    id: UUID = Field(primary_key=True, default_factory=new_id)
    occurrence_key: str = Field(unique=True)
    """Obligation, step, member and the event that asked for it: nothing is told twice."""
    mail_id: UUID = Field(foreign_key="mail.id", index=True)
    obligation_id: UUID = Field(foreign_key="matter.obligation_id")
    patient_id: UUID
    member_id: UUID | None = None
    step: str
    part: str
    """In which part the member is told: debtor, creditor or coordinator."""
    cancelled_at: datetime | None = None
