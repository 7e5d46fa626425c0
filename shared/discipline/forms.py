"""What a person fills in, and what a program sends: the same fields by both doors."""

from datetime import UTC, date, datetime, time
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, BeforeValidator, Field
from pydantic import StringConstraints as Limits

from shared.i18n import N_

LONGEST_TEXT = 4000


def _not_a_truth(value: Any) -> Any:
    """`true` is not a one: nobody answered 1 out of 10 with it."""
    if isinstance(value, bool):
        raise ValueError(N_("Please enter a whole number."))
    return value


Text = Annotated[str, Limits(strip_whitespace=True, max_length=LONGEST_TEXT)]
Words = Annotated[Text, Limits(min_length=1)]
Code = Annotated[str, Limits(max_length=64)]
Whole = Annotated[int, BeforeValidator(_not_a_truth)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2199, 12, 31))]
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2199, 12, 31, tzinfo=UTC)),
]
Nrs = Annotated[Whole, Field(ge=0, le=10)]
Pgic = Annotated[Whole, Field(ge=1, le=7)]
Score = Annotated[float, BeforeValidator(_not_a_truth), Field(allow_inf_nan=False)]
Npsi = Annotated[Whole, Field(ge=0, le=100)]


class Seen(BaseModel):
    """`version` is that of the record which the person had before the eyes when deciding."""

    version: Whole | None = None


class Accept(Seen):
    """Take the patient on."""

    note: Text = ""


class Decline(Seen):
    """Say no, why, and what follows."""

    reason_code: Code
    next_step: Code
    onward_to: Code = ""
    note: Text = ""


class Ask(Seen):
    """One question to the referrer."""

    question: Words


class Answer(Seen):
    """What an outside referrer answered."""

    answer: Words


class Withdrawal(Seen):
    """Why an outside referrer takes the referral back."""

    reason_code: Code
    note: Text = ""


class Told(Seen):
    """The outside referrer knows."""


class Booking(BaseModel):
    """An appointment, as a program sends it."""

    starts_at: Moment
    minutes: Whole = Field(ge=5, le=480)
    practitioner_id: UUID | None = None


class BookingOnPage(BaseModel):
    """An appointment, as a person writes it: day and time at the centre."""

    day: Day
    time: time
    minutes: Whole = Field(ge=5, le=480)
    practitioner_id: UUID | None = None


class Move(Seen):
    """Another time for the appointment."""

    starts_at: Moment
    minutes: Whole | None = Field(default=None, ge=5, le=480)


class MoveOnPage(Seen):
    """Another time for the appointment, at the centre's clock."""

    day: Day
    time: time
    minutes: Whole | None = Field(default=None, ge=5, le=480)


class SessionResult(Seen):
    """A session that was given: pain from 0 to 10, if it was asked."""

    nrs_before: Nrs | None = None
    nrs_after: Nrs | None = None
    note: Text = ""


class Reason(Seen):
    """Why something did not go as planned."""

    reason_code: Code
    note: Text = ""


class Completion(Seen):
    """How the work ended; without a report now, one is owed."""

    outcome_code: Code
    report: Text = ""


class Report(Seen):
    """What the referrer is told."""

    report: Words


class FollowUpPlan(BaseModel):
    """When to ask how the patient is."""

    point: Code
    due_on: Day


class FollowUpPlanOnPage(BaseModel):
    """The same by a person, who may leave the day to the calendar."""

    point: Code
    due_on: Day | None = None


class FollowUpResult(Seen):
    """What was found: average pain (NRS 0-10), change (PGIC 1-7), NPSI total (0-100).

    `keeping_up`: what keeps the gain, as codes.
    """

    nrs: Nrs | None = None
    pgic: Pgic | None = None
    npsi: Npsi | None = None
    keeping_up: list[Code] = []
    note: Text = ""


class TherapyPlan(Seen):
    """What a therapy is for, how it goes on, and when it is looked at again."""

    goals: Words
    methods: list[Code] = []
    sessions: Whole
    rhythm: Code
    review_on: Day


class TherapyNote(Seen):
    """The method of a session and the note on it."""

    method: Code
    text: Words


class Scores(BaseModel):
    """Scores by the code of their instrument. The same `entry` sent twice is kept once."""

    entry: UUID | None = None
    values: dict[Code, Score]


class Answers(BaseModel):
    """The answers to an open form, in its order."""

    entry: UUID | None = None
    answers: list[Whole | None]


class Correction(BaseModel):
    """The right score, or the right answers of an open form."""

    value: Score | None = None
    answers: list[Whole | None] = []


class Concern(BaseModel):
    """Why somebody must look at the patient."""

    note: Words
    urgent: bool = True
    reason_code: Code = "by-hand"
