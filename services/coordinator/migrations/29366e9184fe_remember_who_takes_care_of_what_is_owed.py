"""Remember who takes care of what is owed."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "29366e9184fe"
down_revision: str | None = "cb5e91bb8e9c"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("seen_by", sa.Uuid(), nullable=True))
