"""What a physician decides, with the words that stay beside the name."""

from pydantic import BaseModel

from shared.discipline.forms import Words


class Acknowledge(BaseModel):
    """What is done about a concern."""

    what_is_done: Words
