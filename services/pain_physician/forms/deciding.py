"""What a physician decides, with the words that stay beside the name."""

from pydantic import BaseModel

from shared.discipline.forms import Seen, Words


class Acknowledge(BaseModel):
    """What is done about a concern, or about an adverse event."""

    what_is_done: Words


class Decide(Seen):
    """Why something may go on, or may not."""

    reason: Words
