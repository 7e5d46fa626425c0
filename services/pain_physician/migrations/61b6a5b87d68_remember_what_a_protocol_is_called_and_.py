"""Remember what a protocol is called, and a reason for each yes."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "61b6a5b87d68"
down_revision: str | None = "b3d1c0f27a64"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("gate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("yes", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("decisions", sa.JSON(), nullable=False, server_default="{}"))

    with op.batch_alter_table("sent_course", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("protocol_title", sa.String(), nullable=False, server_default="")
        )
