"""Remember how far returned mails were read."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "ed604d93bf12"
down_revision: str | None = "94d2bacfb5d3"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "bounce_box",
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trouble", sa.String(), nullable=False),
        sa.Column("troubled_since", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("url"),
    )
