"""What a coordinator fills in."""

from pydantic import BaseModel, ConfigDict, Field


class Settle(BaseModel):
    """How something that was owed was settled outside Relais."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=3, max_length=500)


class Skip(BaseModel):
    """Why an event that a service could not apply can be passed over for good."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=3, max_length=500)
