"""Referrals that were sent, and what became of each: sessions, courses, follow-ups."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from services.pain_physician.rules import referrals
from services.pain_physician.tables.base import Table, one_of, structured
from shared.discipline.tables import REFERRAL_STATES, SESSION_STATES
from shared.identifiers import new_id

COURSE_STATES = ("active", "on-hold", "completed", "revoked")
"""FHIR CarePlan: on-hold is stopped until a physician re-opens it, revoked was ended early."""


class SentReferral(Table, table=True):
    """A referral that was sent, and what became of it. Only events of the performer move it on."""

    __tablename__ = "sent_referral"
    __table_args__ = (
        one_of("status", REFERRAL_STATES, "ck_sent_referral_status"),
        Index("ix_sent_referral_patient", "patient_id", "requested_at"),
        Index("ix_sent_referral_waits", "waits"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    patient_id: UUID
    performer: str
    urgency: str
    reason_code: str = ""
    question: str
    reason: str = ""
    tried: str = ""
    requested_by: UUID | None = None
    referrer: str = ""
    requested_at: datetime
    replaces: UUID | None = None
    replaced_by: UUID | None = None
    status: str = referrals.REQUESTED
    changed_at: datetime
    waits: bool = False
    """Something on it waits for its sender: a question, a decline, a hand-back or a report."""
    hold_question: str = ""
    hold_answer: str = ""
    decline_reason: str = ""
    decline_step: str = ""
    onward_to: str = ""
    decline_note: str = ""
    cancel_reason: str = ""
    outcome_code: str = ""
    report: str = ""
    reported_at: datetime | None = None
    noted_at: datetime | None = None
    next_step: str = ""


class SentSession(Table, table=True):
    """A session of a referral that was sent, as far as its sender must know of it."""

    __tablename__ = "sent_session"
    __table_args__ = (one_of("status", SESSION_STATES, "ck_sent_session_status"),)

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(index=True)
    course_id: UUID | None = Field(default=None, index=True)
    number: int
    starts_at: datetime
    status: str = "booked"
    nrs_before: int | None = None
    nrs_after: int | None = None


class SentFollowUp(Table, table=True):
    """A follow-up after a referral that was sent: when it is due, what it found."""

    __tablename__ = "sent_follow_up"
    __table_args__ = (
        one_of("status", ("planned", "done", "cancelled"), "ck_sent_follow_up_status"),
    )

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(index=True)
    patient_id: UUID = Field(index=True)
    performer: str
    point: str
    due_on: date
    status: str = "planned"
    done_at: datetime | None = None
    nrs: int | None = None
    pgic: int | None = None


class SentCourse(Table, table=True):
    """A course of treatment that is given for a referral, as far as its sender must know of it."""

    __tablename__ = "sent_course"
    __table_args__ = (one_of("status", COURSE_STATES, "ck_sent_course_status"),)

    id: UUID = Field(primary_key=True)
    referral_id: UUID = Field(index=True)
    patient_id: UUID = Field(index=True)
    performer: str
    protocol: str
    protocol_version: int
    protocol_title: str = Field(default="", sa_column_kwargs={"server_default": ""})
    planned_at: datetime
    sessions: int
    first_on: date
    last_on: date
    status: str = "active"
    at_risk_since: datetime | None = None
    reason_code: str = ""
    """Why it was stopped or ended before its time."""
    decided: list[dict[str, Any]] = Field(default_factory=list, sa_column=structured())
    """Each decision at a decision point: point, decision, baseline, value, on."""
    given: int | None = None
    missed: int | None = None
    cancelled: int | None = None
