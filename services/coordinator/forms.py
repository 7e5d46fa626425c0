"""What a coordinator fills in."""

from pydantic import BaseModel, ConfigDict, Field


class Skip(BaseModel):
    """Why an event that a service could not apply can be passed over for good."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    reason: str = Field(min_length=3, max_length=500)


class SaveView(BaseModel):
    """Filters of the board, and what they are called; `asked` stands for them in an address."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=40)
    asked: str = Field(max_length=500)


class RenameView(BaseModel):
    """What a view of the board is called from now on."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=40)


class NewScreen(BaseModel):
    """Where a screen hangs, what it shows (empty: the whole centre), and in which language."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    place: str = Field(min_length=1, max_length=60)
    unit: str = Field(default="", max_length=60)
    language: str = Field(max_length=5)
