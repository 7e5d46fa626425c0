"""What the reminder service keeps: what is owed, who is reminded of it, and every mail."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, MetaData, Text, text
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
EXPIRED = "expired"
"""Put off until it was too late to be of use."""
UNWANTED = "unwanted"
"""Its reader takes no daily mails; the coordinator is told."""
BOUNCED = "bounced"
"""A mail server took it, and it came back later."""
STATES = (
    *(DUE, SENDING, ACCEPTED, DEFERRED, REFUSED, UNCERTAIN, CANCELLED, NO_ADDRESS),
    *(EXPIRED, UNWANTED, BOUNCED),
)
FAILED = (REFUSED, UNCERTAIN, NO_ADDRESS, EXPIRED, BOUNCED)
KEPT = "kept"
"""Not a state of its own: accepted by nobody else, because no mail server is set."""

SINGLE, DIGEST, APPOINTMENT = "single", "digest", "appointment"
"""What kind of mail it is. One about appointments carries no reminders, but notices."""
MAIL = "mail"
"""A channel by which somebody is told. The board is always the second one."""

_WAITING_DIGEST = text("kind = 'digest' and state = 'due'")


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
    place: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """The service in which it is done, where that is not the debtor's."""
    subject: UUID
    referral_id: UUID | None = None
    debtor_member: UUID | None = None
    due_at: datetime
    urgent: bool = False
    open: bool = True
    closed_at: datetime | None = None
    step: str = Field(default="", sa_column_kwargs={"server_default": ""})
    """What was asked for last: a step of the ladder, or that somebody hears of it at all."""
    asked_at: datetime | None = None
    """When that was asked for; empty while there is nothing to tell yet."""
    version: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    """Counts what was announced about it: who acts on an older page is told so."""


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
        Index("mail_by_fate", "state", "kept"),
        Index(
            "mail_next_digest",
            "member_id",
            unique=True,
            sqlite_where=_WAITING_DIGEST,
            postgresql_where=_WAITING_DIGEST,
        ),
        Index("mail_one_digest_a_day", "member_id", "digest_on", unique=True),
    )

    id: UUID = Field(primary_key=True, default_factory=new_id)
    member_id: UUID | None = None
    kind: str = Field(default=SINGLE, sa_column_kwargs={"server_default": SINGLE})
    state: str = DUE
    urgent: bool = False
    digest_on: date | None = None
    """The reader's day on which this daily mail went: a second one never goes on it."""
    wanted_at: datetime
    """When it was to go; what it is late by counts from here."""
    give_up_at: datetime | None = None
    """From then on it would come too late; set when it is written."""
    sent_at: datetime | None = None
    """When a mail server took it."""
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
    calendar: str = Field(default="", sa_type=Text, sa_column_kwargs={"server_default": ""})
    """iCalendar text, of a mail about an appointment."""
    calendar_method: str = Field(default="", sa_column_kwargs={"server_default": ""})
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
    """One logical message: one matter, one member, one channel, one date it was due for.

    Several may share a mail. What became of it is what became of its mail.
    """

    __table_args__ = (Index("reminder_by_obligation", "obligation_id", "member_id"),)

    id: UUID = Field(primary_key=True, default_factory=new_id)
    occurrence_key: str = Field(unique=True)
    """Matter, step, member, channel and date: nothing is told twice by the same channel."""
    mail_id: UUID = Field(foreign_key="mail.id", index=True)
    obligation_id: UUID = Field(foreign_key="matter.obligation_id")
    patient_id: UUID
    member_id: UUID | None = None
    instead_of: UUID | None = None
    """The member who is away, and whom this one stands in for."""
    channel: str = Field(default=MAIL, sa_column_kwargs={"server_default": MAIL})
    step: str
    part: str
    """In which part the member is told: debtor, creditor or coordinator."""
    due_at: datetime | None = None
    """Of the first word about a matter its due date, of a step of the ladder when it was taken."""
    missed_at: datetime | None = None
    """Relais was away when it should have gone; the coordinator was told then."""
    acknowledged_at: datetime | None = None
    """When the member said on the page: I take care of it."""
    cancelled_at: datetime | None = None


class NoDigest(Table, table=True):
    """A member who takes no daily mails."""

    __tablename__ = "no_digest"

    member_id: UUID = Field(primary_key=True)
    since: datetime


class ClockReading(Table, table=True):
    """What the clock of a machine said last, and how long the machine had been running then."""

    __tablename__ = "clock_reading"

    machine: str = Field(primary_key=True)
    said: datetime
    ran: float


class Hold(Table, table=True):
    """Mails are held back since a clock jumped, until a person lets them go."""

    id: UUID = Field(primary_key=True, default_factory=new_id)
    since: datetime
    jumped_hours: float
    released_at: datetime | None = None
    released_by: UUID | None = None


class Reconciliation(Table, table=True):
    """What was asked for and what the ledger holds, compared once a day."""

    day: date = Field(primary_key=True)
    at: datetime
    expected: int
    """Matters that somebody was to be told of."""
    told: int
    waiting: int
    failed: int
    absent: int
    """Nobody was told, and nobody will be: a difference."""
    overdue: int
    """Should have gone, and has not: a difference."""
    after_end: int
    """Went although the matter had ended before: a difference."""


class BounceBox(Table, table=True):
    """How far the mailbox that undelivered mails come back to was read."""

    __tablename__ = "bounce_box"

    url: str = Field(primary_key=True)
    """As in the settings, which name no password."""
    position: str = ""
    read_at: datetime | None = None
    trouble: str = ""
    """Why it could not be read the last time."""
    troubled_since: datetime | None = None


class Appointment(Table, table=True):
    """A session as its service announced it last: when it is, and who gives it."""

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint("state in ('booked','cancelled')", name="appointment_state"),
        Index("appointment_by_practitioner", "practitioner_id", "starts_at"),
    )

    session_id: UUID = Field(primary_key=True)
    patient_id: UUID
    performer: str
    practitioner_id: UUID | None = None
    starts_at: datetime
    minutes: int
    state: str = "booked"
    heard: int = 0
    """The number of the last event that counted: an older one changes nothing any more."""
    changed_at: datetime


class CalendarEntry(Table, table=True):
    """An appointment in the calendar of one person, under the same name (UID) for ever.

    Without a member it stands in the calendars of the whole unit: nobody is named for it.
    """

    __tablename__ = "calendar_entry"
    __table_args__ = (
        CheckConstraint("state in ('invited','withdrawn')", name="calendar_entry_state"),
        Index("calendar_entry_by_member", "member_id", "starts_at"),
    )

    id: UUID = Field(primary_key=True)
    session_id: UUID = Field(foreign_key="appointment.session_id", index=True)
    member_id: UUID | None = None
    performer: str
    uid: str = Field(unique=True)
    sequence: int = 0
    """Counts the changes (RFC 5545, SEQUENCE); it only grows."""
    starts_at: datetime
    minutes: int
    state: str = "invited"
    changed_at: datetime


class Notice(Table, table=True):
    """What one mail says of one entry: as it was when the mail was written."""

    __tablename__ = "notice"

    id: UUID = Field(primary_key=True, default_factory=new_id)
    mail_id: UUID = Field(foreign_key="mail.id", index=True)
    entry_id: UUID = Field(foreign_key="calendar_entry.id", index=True)
    sequence: int | None = None
    """Empty when the mail, as it is written, does not say it: not yet, or not any more."""
    starts_at: datetime | None = None
    minutes: int | None = None
    state: str = ""
    """What the reader may have been told; without a time, nothing."""
    cancelled_at: datetime | None = None


class CalendarFeed(Table, table=True):
    """The private calendar address of a member. Its secret is kept by nobody here."""

    __tablename__ = "calendar_feed"

    member_id: UUID = Field(primary_key=True)
    digest: str = Field(unique=True)
    made_at: datetime
