"""What a physician decides, with the words that stay beside the name."""

from pydantic import BaseModel, Field

from shared.discipline.forms import Code, Seen, Text, Words


class Acknowledge(BaseModel):
    """What is done about a concern, or about an adverse event."""

    what_is_done: Words


class Decide(Seen):
    """Why something may go on, or may not."""

    reason: Words


class Release(Decide):
    """Why it may go on: also for each thing that was found, by its code."""

    decisions: dict[Code, Text] = Field(default_factory=dict, max_length=100)
