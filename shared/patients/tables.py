"""What a service keeps of a patient's identity."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON, Column, MetaData
from sqlmodel import Field, SQLModel


class Table(SQLModel):
    """The tables of patients have a catalogue of their own."""

    metadata: ClassVar[MetaData] = MetaData()


class Patient(Table, table=True):
    """A patient as this service knows him or her; `number` is the centre's own."""

    __tablename__ = "patient"

    id: UUID = Field(primary_key=True)
    number: str = Field(default="", index=True)
    family: str
    given: str = ""
    birth_date: date | None = None
    sex: str = "unknown"
    phone: str = ""
    email: str = ""
    address: str = ""
    doctor_name: str = ""
    doctor_contact: str = ""
    identifiers: list[dict[str, str]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )
    status: str = "active"
    """active, deceased or transferred (cared for at another centre)."""
    status_on: date | None = None
    """The day of the death or of the transfer, if it is known."""
    search_key: str = ""
    """Names and number without accents and capitals, each word after a blank."""
    version: int = 1

    @property
    def is_gone(self) -> bool:
        """Whether the patient is no longer treated here: nothing new is planned."""
        return self.status != "active"

    @property
    def name(self) -> str:
        """As it is said in the house: `LEFÈVRE Hélène`."""
        return f"{self.family.upper()} {self.given}".strip()
