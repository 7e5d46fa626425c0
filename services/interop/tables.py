"""What the exchange keeps: the messages that came, the referrals they opened, who is known."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, MetaData
from sqlmodel import Field, SQLModel

from shared import patients
from shared.identifiers import new_id

SHARED = (patients,)
"""Who the patients of the centre are: a referral from outside may be about one of them."""

NEW = "new"
TAKEN_AS_NEW = "taken-as-new"
UPDATED = "updated"
UNCHANGED = "unchanged"
CANCELLED = "cancelled"
REFUSED = "refused"
OUTCOMES = (NEW, TAKEN_AS_NEW, UPDATED, UNCHANGED, CANCELLED, REFUSED)

OPEN = "open"
STATES = (OPEN, CANCELLED)


class Table(SQLModel):
    """The tables of this service have a catalogue of their own."""

    metadata: ClassVar[MetaData] = MetaData()


def _one_of(column: str, values: tuple[str, ...], name: str) -> CheckConstraint:
    listed = ",".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} in ({listed})", name=name)


class ReceivedMessage(Table, table=True):
    """One message and what became of it. No word of it is kept, only a keyed digest of the whole.

    `times` counts how often it came; `expression` and `sentence` say why it was refused.
    """

    __tablename__ = "received_message"
    __table_args__ = (
        _one_of("outcome", OUTCOMES, "received_message_outcome"),
        Index("received_message_newest", "received_at", "id"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    digest: str = Field(unique=True)
    received_at: datetime
    last_at: datetime
    times: int = 1
    sent_by: str
    """The token that was shown, as the audit names it: `service:token:<id>`."""
    outcome: str = REFUSED
    status: int = 400
    code: str = ""
    expression: str = ""
    sentence: str = ""
    referral_id: UUID | None = Field(default=None, index=True)
    patient_id: UUID | None = None


class OutsideReferral(Table, table=True):
    """A referral that came from outside, to know it again when more is said about it."""

    __tablename__ = "outside_referral"
    __table_args__ = (_one_of("state", STATES, "outside_referral_state"),)

    id: UUID = Field(primary_key=True)
    patient_id: UUID = Field(index=True)
    performer: str
    state: str = OPEN
    content: str
    """Keyed digest of what was asked, to see whether an update changes anything."""
    opened_by: str
    """The reason of the message that opened it: new, update or nothing said."""
    sent_at: datetime | None = None


class ReferralKey(Table, table=True):
    """A name under which a sender knows a referral, as a keyed digest with its source."""

    __tablename__ = "referral_key"

    digest: str = Field(primary_key=True)
    referral_id: UUID = Field(foreign_key="outside_referral.id", index=True)
    is_number: bool
    """A business identifier, which counts more than the id of a resource."""


class KnownPerson(Table, table=True):
    """How a patient is recognised: a keyed digest of an identifier, or of name and birth date."""

    __tablename__ = "known_person"

    digest: str = Field(primary_key=True)
    patient_id: UUID = Field(primary_key=True, index=True)
