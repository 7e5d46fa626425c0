"""A referral and what its sender still does with it."""

from uuid import UUID

from pydantic import BaseModel

from shared.discipline.forms import Code, Text, Words


class Refer(BaseModel):
    """One question to one service. `replaces` is the earlier referral that this one follows."""

    performer: Code
    question: Words
    urgency: Code = "routine"
    reason_code: Code = ""
    reason: Text = ""
    tried: Text = ""
    replaces: UUID | None = None


class Answer(BaseModel):
    """The answer to the question of a service."""

    answer: Words


class Cancel(BaseModel):
    """Why a referral is withdrawn."""

    reason_code: Code
    note: Text = ""


class Close(BaseModel):
    """What follows after a decline, a hand-back or a report."""

    next_step: Code
