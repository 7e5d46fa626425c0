"""Know whether somebody works for a service."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "6e773660b835"
down_revision: str | None = "2b026257cc99"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "worker",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
