"""What people keep for looking at the board: filters under a name, and the screens on a wall."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text
from sqlmodel import Field

from services.coordinator.tables.base import Table
from shared.identifiers import new_id

_KEPT = text("deleted_at is null")


class SavedView(Table, table=True):
    """Filters of the board that a member gave a name to, as they stand in an address.

    `deleted_at`: taken away, but the same person can still have it back.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        Index(
            "saved_view_name",
            "member_id",
            "name",
            unique=True,
            sqlite_where=_KEPT,
            postgresql_where=_KEPT,
        ),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    member_id: UUID
    name: str
    asked: str
    opens_first: bool = False
    """Shown when the member opens the board and asks for nothing else."""
    saved_at: datetime
    deleted_at: datetime | None = None


class WallScreen(Table, table=True):
    """A screen on a wall, which shows the board without a name to whoever passes by.

    Its secret is kept by nobody here; `unit` is empty for the whole centre.
    """

    __tablename__ = "wall_screen"

    id: UUID = Field(default_factory=new_id, primary_key=True)
    place: str
    digest: str = Field(unique=True)
    unit: str = ""
    language: str
    made_at: datetime
    made_by: str
    ended_at: datetime | None = None
    ended_by: str = ""
