"""That a patient died or was transferred, or that this was an error."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from shared.discipline.forms import Whole, Words

Past = Annotated[date, Field(ge=date(1900, 1, 1), le=date(2199, 12, 31))]


class Stand(BaseModel):
    """`on` is the day of it; `version` that of the patient whom the person had before the eyes.

    Without `sure` it is only shown what would end.
    """

    status: Literal["active", "deceased", "transferred"]
    on: Past | None = None
    reason: Words
    version: Whole
    sure: bool = False
