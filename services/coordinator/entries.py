"""What a coordinator fills in about an obligation, and who writes a ladder about its steps.

`version` is that of the row which the person had before the eyes when deciding.
"""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

Reason = Annotated[str, Field(min_length=3, max_length=500)]
Unit = Annotated[str, Field(min_length=1, max_length=60)]


class Seen(BaseModel):
    """Which version of an obligation a person has seen."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    version: int | None = None


class Ending(Seen):
    """How something was settled outside Relais, or why it need not be done."""

    reason: Reason


class Pausing(Seen):
    """Until when something can wait, and why."""

    until: date
    reason: Reason


class Transfer(Seen):
    """Who owes it from now on: a unit, or one member of it."""

    unit: Unit
    member_id: UUID | None = None
    reason: Reason


class TransferOnPage(Seen):
    """The same as one choice of a list: a unit, or a unit, a colon and one of its members."""

    to: Annotated[str, Field(min_length=1, max_length=120)]
    reason: Reason


class DelayEntry(BaseModel):
    """How long after the start a step is taken."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    at: Annotated[str, Field(max_length=20)]
    count: float


class LadderSketch(Seen):
    """A ladder as it could be. `delays`: due, late, repeat and every step, by their names.

    `version` is that of the ladder that the person has changed.
    """

    delays: dict[Annotated[str, Field(max_length=40)], DelayEntry]
    source: Annotated[str, Field(min_length=3, max_length=200)]
    year: Annotated[int, Field(ge=1950, le=2200)]
    confirmed: bool = False


class LadderEntry(LadderSketch):
    """A ladder as the centre wants it, and why."""

    reason: Reason


class BackToDefault(Seen):
    """Why the ladder that Relais proposes is good enough."""

    reason: Reason
