"""Know who has died or was transferred."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "e8aec5707c35"
down_revision: str | None = "ffb6d10ca7f8"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("status", sa.String(), nullable=False, server_default="active")
        )
        batch_op.add_column(sa.Column("status_on", sa.Date(), nullable=True))
    with op.batch_alter_table("patient", schema=None) as batch_op:
        batch_op.alter_column("status", server_default=None)
