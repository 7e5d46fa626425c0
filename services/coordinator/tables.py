"""What the coordinator's office keeps: what is owed, where everybody stands, and what was told."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, Column, Index, MetaData, Text, text
from sqlmodel import Field, SQLModel

from shared import patients
from shared.identifiers import new_id

SHARED = (patients,)
"""Shared packages whose tables stand in this database too."""

OBLIGATION_STATES = ("open", "paused", "settled", "met", "cancelled")
LIVE_STATES = ("open", "paused", "settled")
DELIVERY_STATES = ("waiting", "sent", "stored", "held", "parked", "handled", "skipped")


class Table(SQLModel):
    """The tables of the coordinator have a catalogue of their own."""

    metadata: ClassVar[MetaData] = MetaData()


def _one_of(column: str, states: tuple[str, ...], name: str) -> CheckConstraint:
    listed = ",".join(f"'{state}'" for state in states)
    return CheckConstraint(f"{column} in ({listed})", name=name)


_COUNTED = (
    *("told", "urgent", "shown_from", "what", "debtor", "creditor", "debtor_member", "since"),
    "patient_id",
)
"""What the board asks of every open obligation: it stands in the index, so that no row is read."""
_LIVE = text("state in ('open','paused','settled')")


class Obligation(Table, table=True):
    """Somebody owes something to somebody. `settled`: a person says that it was done elsewhere.

    `start` is the foot of its ladder; `taken` counts the steps taken, and `next_at` is empty
    while nobody climbs. From `shown_from` on it is work, from `late_at` on it is late.
    """

    __tablename__ = "obligation"
    __table_args__ = (
        _one_of("state", OBLIGATION_STATES, "obligation_state"),
        Index(
            "obligation_once",
            "what",
            "subject",
            unique=True,
            sqlite_where=_LIVE,
            postgresql_where=_LIVE,
        ),
        Index("obligation_board", "state", "late_at", "id", *_COUNTED),
        Index("obligation_climb", "state", "next_at"),
        Index("obligation_patient", "patient_id", "state"),
        Index("obligation_referral", "referral_id", "state"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    what: str
    debtor: str
    debtor_member: UUID | None = None
    creditor: str
    creditor_member: UUID | None = None
    subject: UUID
    referral_id: UUID | None = None
    since: datetime
    start: datetime
    due_at: datetime
    late_at: datetime
    shown_from: datetime
    urgent: bool = False
    told: bool = False
    """The coordinator was told: only a person can move it now."""
    state: str = "open"
    taken: int = 0
    next_step: str = ""
    next_at: datetime | None = None
    paused_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""
    closed_why: str = Field(default="", sa_type=Text)
    chased_at: datetime | None = None
    chased_by: str = ""


class ReferralState(Table, table=True):
    """Where a referral stands, as the coordinator knows it. `said_*`: what said so last."""

    __tablename__ = "referral_state"
    __table_args__ = (
        Index("referral_state_list", "requested_at", "id"),
        Index("referral_state_unit", "performer", "requested_at", "id"),
        Index("referral_state_patient", "patient_id"),
    )

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    requester: str
    performer: str
    requester_member: UUID | None = None
    referrer: str = ""
    question: str = Field(default="", sa_type=Text)
    urgency: str = "routine"
    status: str = "requested"
    said_at: datetime
    said_in: UUID
    requested_at: datetime
    received_at: datetime | None = None
    answered_at: datetime | None = None
    held_question: str = Field(default="", sa_type=Text)
    reason_code: str = ""
    next_step: str = ""
    onward_to: str = ""
    outcome_code: str = ""
    ended_at: datetime | None = None
    reported_at: datetime | None = None
    settled: bool = False


class SessionState(Table, table=True):
    """Where a session stands."""

    __tablename__ = "session_state"
    __table_args__ = (
        Index("session_state_list", "starts_at", "id"),
        Index("session_state_unit", "performer", "starts_at", "id"),
        Index("session_state_referral", "referral_id"),
        Index("session_state_patient", "patient_id"),
    )

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    referral_id: UUID
    requester: str
    performer: str
    number: int
    starts_at: datetime
    minutes: int
    practitioner_id: UUID | None = None
    status: str = "booked"
    reason_code: str = ""
    booked_at: datetime
    booked_in: UUID
    said_at: datetime
    said_in: UUID


class FollowUpState(Table, table=True):
    """Where a follow-up stands."""

    __tablename__ = "follow_up_state"

    id: UUID = Field(primary_key=True)
    patient_id: UUID = Field(index=True)
    referral_id: UUID
    requester: str
    performer: str
    point: str
    due_on: date
    status: str = "planned"
    planned_at: datetime
    done_at: datetime | None = None


class ConcernState(Table, table=True):
    """Where a concern stands."""

    __tablename__ = "concern_state"

    id: UUID = Field(primary_key=True)
    patient_id: UUID = Field(index=True)
    referral_id: UUID | None = None
    raised_by: str
    addressed_to: str
    urgent: bool = True
    raised_at: datetime | None = None
    """Empty as long as only the acknowledgement has arrived."""
    acknowledged_at: datetime | None = None


class Measurement(Table, table=True):
    """A score of a patient, for the curve."""

    __tablename__ = "measurement"
    __table_args__ = (Index("measurement_curve", "patient_id", "measured_at"),)

    id: UUID = Field(primary_key=True)
    patient_id: UUID
    code: str
    value: float
    context: str = ""
    measured_at: datetime


class MailState(Table, table=True):
    """What became of a reminder: a mail server accepted it, or it failed."""

    __tablename__ = "mail_state"
    __table_args__ = (Index("mail_state_failed", "state", "at"),)

    id: UUID = Field(primary_key=True)
    obligation_id: UUID = Field(index=True)
    member_id: UUID | None = None
    state: str
    reason_code: str = ""
    at: datetime


class Happening(Table, table=True):
    """An event of the house, whoever announced it: a line of the story, a row of the ledger."""

    __tablename__ = "happening"
    __table_args__ = (
        Index("happening_list", "at", "id"),
        Index("happening_story", "patient_id", "at", "id"),
        Index("happening_kind", "kind", "at", "id"),
    )

    id: UUID = Field(primary_key=True)
    source: str
    kind: str
    version: int
    at: datetime
    actor: str
    stream: UUID
    patient_id: UUID | None = None
    data: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    """As it was announced: names and free text stay sealed."""


class EventDelivery(Table, table=True):
    """What became of an event at one subscriber, by its receipts and by heartbeats."""

    __tablename__ = "event_delivery"
    __table_args__ = (
        _one_of("state", DELIVERY_STATES, "event_delivery_state"),
        Index("event_delivery_state", "state", "subscriber", "event_id"),
        Index("event_delivery_source", "source", "state", "recorded_at"),
    )

    event_id: UUID = Field(primary_key=True)
    subscriber: str = Field(primary_key=True)
    source: str
    state: str = "waiting"
    recorded_at: datetime
    stored_at: datetime | None = None
    handled_at: datetime | None = None
    attempts: int = 0
    error: str = ""


class ServiceLight(Table, table=True):
    """The last sign of life of a service, with its own figures."""

    __tablename__ = "service_light"

    service: str = Field(primary_key=True)
    beat_at: datetime
    waiting: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    oldest_waiting_at: datetime | None = None
    parked: int = 0
    held: int = 0
    dead: int = 0
    """Frames that it could not read."""
    forgotten: int = 0
    """Streams of which others know more than it announced."""


class DeliveryDecision(Table, table=True):
    """What a coordinator decided about a parked event, and why. Kept for good."""

    __tablename__ = "delivery_decision"
    __table_args__ = (
        _one_of("verb", ("retry", "skip"), "delivery_decision_verb"),
        Index("delivery_decision_event", "event_id", "subscriber", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    event_id: UUID
    subscriber: str
    verb: str
    at: datetime
    by: str
    reason: str = Field(default="", sa_type=Text)
