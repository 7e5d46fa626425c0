"""What may stand in a message between services at all: names, numbers, moments, reasons.

Whatever is stored from a message is of these kinds, so that no message can be sound to one
database and break another, and none can be large where a small thing is meant.
"""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

MOST_WORDS = 500
_LARGEST = 2**31 - 1

Name = Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]{0,63}$")]
"""Of a service or a subscriber."""
Source = Annotated[str, StringConstraints(pattern=r"^/relais/[a-z_][a-z0-9_]{0,63}$")]
"""Of an event: the service that announced it."""
Type = Annotated[
    str,
    StringConstraints(pattern=r"^relais(\.[a-z_][a-z0-9_]*)+\.v[1-9][0-9]{0,8}$", max_length=200),
]
"""Of an event: its kind and version."""
Actor = Annotated[str, StringConstraints(pattern=r"^[\x20-\x7e]{0,200}$")]
"""On whose behalf, such as `member:<id>`."""
Number = Annotated[int, Field(ge=0, le=_LARGEST)]
"""What every database keeps in a column of whole numbers."""
Place = Annotated[int, Field(ge=1, le=_LARGEST)]
"""Of a delivery in its stream."""
Moment = Annotated[
    AwareDatetime,
    Field(ge=datetime(1970, 1, 1, tzinfo=UTC), le=datetime(9000, 1, 1, tzinfo=UTC)),
]
"""Never so near the end of the calendar that it cannot be told in another zone."""


def _in_plain_words(text: str) -> str:
    return "".join(sign for sign in text[:MOST_WORDS] if sign.isprintable())


Reason = Annotated[str, AfterValidator(_in_plain_words)]
"""A sentence for people: cut short, and without signs that steer a screen or a database."""
