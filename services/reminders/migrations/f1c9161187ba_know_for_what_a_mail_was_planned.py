"""Know for what a mail was planned."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "f1c9161187ba"
down_revision: str | None = "aa774b9f7324"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("correlation_id", sa.Uuid(), nullable=True))
        batch_op.add_column(sa.Column("traceparent", sa.String(), nullable=True))
