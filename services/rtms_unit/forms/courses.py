"""Plans, moves, closures, hours and protocols, as people and programs enter them."""

from datetime import date, time
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field
from pydantic import StringConstraints as Limits

from services.rtms_unit.actions.courses.proposing import Wish
from services.rtms_unit.reading.unit import minute_of
from services.rtms_unit.rules.planning import Window
from services.rtms_unit.rules.protocols import (
    Known,
    Phase,
    Protocol,
    Setting,
)
from shared.discipline.forms import Code, Day, Text, Whole, Words

Line = Annotated[Text, Limits(max_length=200)]
FilledLine = Annotated[Line, Limits(min_length=1)]
Number = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
Count = Annotated[Whole, Field(ge=0, le=1000)]


class Shown(BaseModel):
    """`seen` is the fingerprint of the preview that the person had before the eyes."""

    seen: Code = ""


class PlanEntry(Shown):
    """What a course is planned from. `side` only where the protocol leaves a choice."""

    protocol: Code
    pain_side: Code
    side: Code = ""
    first_on: Day
    at: time
    practitioner_id: UUID | None = None

    def wish(self) -> Wish:
        """The wish as the planner takes it."""
        return Wish(**self.model_dump(exclude={"seen"}))


class MoveEntry(Shown):
    """Another day and time for a session."""

    day: Day
    at: time


class MakeUpEntry(Shown):
    """A session for one that was not given; without a day, the first that fits."""

    day: Day | None = None
    at: time | None = None


class DaysEntry(BaseModel):
    """Some days in a row; without the last day only one."""

    first: Day
    last: Day | None = None

    @property
    def until(self) -> date:
        return self.last or self.first


class ClosureEntry(DaysEntry, Shown):
    """Days on which the unit is closed."""

    reason: Line = ""


class EndEntry(BaseModel):
    """Why a course ends."""

    reason_code: Code


class RiskEntry(BaseModel):
    """Why a physician accepts that missed sessions are not made up."""

    reason: Words


class WindowEntry(BaseModel):
    """A time of a weekday (0 is Monday) and how many sessions can be attended at once."""

    weekday: Annotated[Whole, Field(ge=0, le=6)]
    opens: time
    closes: time
    operators: Annotated[Whole, Field(ge=1, le=20)] = 1

    def window(self) -> Window:
        """The hours as the planner counts them."""
        return Window(self.weekday, minute_of(self.opens), minute_of(self.closes), self.operators)


class HoursEntry(BaseModel):
    """The opening hours of the whole week."""

    windows: Annotated[list[WindowEntry], Field(min_length=1, max_length=28)]


class SettingEntry(BaseModel):
    """A number of the dose, the range that a session may use; `confirmed`: by the centre."""

    value: Number
    low: Number
    high: Number
    confirmed: bool = False


class PhaseEntry(BaseModel):
    """Some sessions in a row with one rhythm, in days."""

    title: FilledLine
    kind: Code
    sessions: Count
    step: Count
    after: Count = 0
    open_days: bool = False
    least_gap: Count = 1
    per_week: Count = 7
    tolerance: Count = 3
    threshold_days: Count = 0
    decision: Code = ""
    confirmed: bool = False


class ProtocolEntry(BaseModel):
    """A protocol of the centre, or a new version of one that is there."""

    code: Code
    title: FilledLine
    summary: Line = ""
    source: FilledLine
    year: Whole
    evidence: Code
    evidence_note: FilledLine
    target: FilledLine
    target_confirmed: bool = False
    side_rule: Code
    minutes: Whole
    needs_threshold: bool = False
    dose: dict[Code, SettingEntry] = Field(default_factory=dict, max_length=12)
    phases: Annotated[list[PhaseEntry], Field(max_length=8)] = []

    def protocol(self, version: int) -> Protocol:
        """The protocol as a version of its code."""

        def known(confirmed: bool) -> Known:
            return Known(self.source, self.year, to_confirm=not confirmed)

        return Protocol(
            version=version,
            known=known(True),
            target_known=known(self.target_confirmed),
            minutes_known=known(False),
            dose={
                name: Setting(one.value, one.low, one.high, known(one.confirmed))
                for name, one in self.dose.items()
            },
            phases=tuple(
                Phase(
                    code=f"phase-{number}",
                    **one.model_dump(exclude={"confirmed"}),
                    known=known(one.confirmed),
                    threshold_known=known(one.confirmed),
                )
                for number, one in enumerate(self.phases, 1)
            ),
            **self.model_dump(
                include={
                    *("code", "title", "summary", "evidence", "evidence_note", "target"),
                    *("side_rule", "minutes", "needs_threshold"),
                }
            ),
        )


def entered(protocol: Protocol) -> ProtocolEntry:
    """The form of a protocol that is there, to write its next version from."""
    return ProtocolEntry(
        **{name: getattr(protocol, name) for name in _SAME},
        source=protocol.known.source,
        year=protocol.known.year,
        target_confirmed=not protocol.target_known.to_confirm,
        dose={
            name: SettingEntry(
                value=one.value, low=one.low, high=one.high, confirmed=not one.known.to_confirm
            )
            for name, one in protocol.dose.items()
        },
        phases=[
            PhaseEntry(
                **{
                    name: getattr(one, name)
                    for name in PhaseEntry.model_fields
                    if name != "confirmed"
                },
                confirmed=not one.known.to_confirm,
            )
            for one in protocol.phases
        ],
    )


_SAME = (
    *("code", "title", "summary", "evidence", "evidence_note", "target", "side_rule"),
    *("minutes", "needs_threshold"),
)
