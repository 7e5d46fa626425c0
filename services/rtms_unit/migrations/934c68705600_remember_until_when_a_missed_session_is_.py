"""Remember until when a missed session is accepted."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "934c68705600"
down_revision: str | None = "ca5c255adda2"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("course", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("risk_accepted_at", sa.DateTime(timezone=True), nullable=True)
        )
