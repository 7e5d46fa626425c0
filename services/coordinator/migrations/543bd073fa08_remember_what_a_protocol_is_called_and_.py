"""Remember what a protocol is called, and a reason for each yes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "543bd073fa08"
down_revision: str | None = "29366e9184fe"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("course_state", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("protocol_title", sa.String(), nullable=False, server_default="")
        )
