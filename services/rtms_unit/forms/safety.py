"""Screening, day check, threshold, sheet, adverse events and decisions, as they are entered."""

import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.rtms_unit.rules.dose import Dose
from shared.discipline.forms import Code, Day, Moment, Nrs, Seen, Text, Whole, Words

Answers = Annotated[dict[Code, Code], Field(max_length=40)]
Details = Annotated[dict[Code, Text], Field(max_length=40)]
Percent = Annotated[Whole, Field(ge=1, le=100)]
Number = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Name = Annotated[Text, Field(min_length=1, max_length=120)]


class ScreeningEntry(BaseModel):
    """yes or no to every question, and what it is for every yes."""

    answers: Answers
    details: Details = Field(default_factory=dict)


class DayNote(Seen):
    """What else the patient said on the day."""

    note: Text = ""


class DayCheckEntry(DayNote):
    """same or changed for every question of the day."""

    answers: Answers


class ThresholdEntry(BaseModel):
    """A resting motor threshold, in per cent of the machine's output."""

    output_percent: Percent
    method: Code
    side: Code
    machine_id: UUID
    coil_id: UUID


class DoseEntry(BaseModel):
    """Intensity in per cent of the threshold, frequency in Hz."""

    intensity_percent: Number
    frequency_hz: Number
    trains: Whole
    pulses_planned: Whole

    @property
    def dose(self) -> Dose:
        return Dose(self.intensity_percent, self.frequency_hz, self.trains, self.pulses_planned)


class EffectEntry(BaseModel):
    """An adverse effect in a session: how bad, and from what."""

    severity: Code
    relation: Code


class SheetFields(Seen, DoseEntry):
    """The sheet of a session without its effects. `interrupted_for`: why, if it was."""

    operator_id: UUID
    machine_id: UUID
    coil_id: UUID
    side: Code
    side_confirmed: bool = False
    pulses_delivered: Whole
    no_effects: bool = False
    next_step: Code
    interrupted_for: Code = ""
    nrs_before: Nrs | None = None
    nrs_after: Nrs | None = None
    note: Text = ""


class SheetEntry(SheetFields):
    """The sheet of a session, as a program sends it."""

    effects: Annotated[dict[Code, EffectEntry], Field(max_length=40)] = Field(default_factory=dict)


class AdverseEventEntry(BaseModel):
    """What happened, as a program sends it; without a time it was now."""

    code: Code
    severity: Code
    relation: Code
    action: Code
    serious: bool = False
    occurred_at: Moment | None = None
    session_id: UUID | None = None
    note: Text = ""


class AdverseEventOnPage(BaseModel):
    """The same, as a person writes it: day and time at the centre."""

    code: Code
    severity: Code
    relation: Code
    action: Code
    serious: bool
    day: Day | None = None
    time: datetime.time | None = None
    session_id: UUID | None = None
    note: Text = ""


class Acknowledgement(BaseModel):
    """What is done about an adverse event."""

    done: Words


class StopEntry(BaseModel):
    """Why the course is stopped."""

    reason_code: Code
    note: Words


class Decision(Seen):
    """A physician's reason."""

    reason: Words


class DecisionEntry(Decision):
    """The same by a program; at a screening with a reason for each yes as well."""

    decisions: Details = Field(default_factory=dict)


class DeviceEntry(BaseModel):
    """A machine that is taken into use."""

    name: Name
    maker: Name
    serial_number: Name
    in_use_from: Day


class CoilEntry(DeviceEntry):
    """A coil that is taken into use."""

    form: Code


class DeviceOnPage(DeviceEntry):
    """A machine or a coil, as a person enters it; only a coil has a form."""

    kind: Literal["machine", "coil"]
    form: Code = ""


class Retirement(BaseModel):
    """The first day on which it is no longer used."""

    retired_on: Day
