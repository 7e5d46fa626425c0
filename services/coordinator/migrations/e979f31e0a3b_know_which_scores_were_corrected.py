"""Know which scores were corrected."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "e979f31e0a3b"
down_revision: str | None = "3f551f1299ea"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    no: sa.Column[bool] = sa.Column(
        "corrected", sa.Boolean(), server_default=sa.false(), nullable=False
    )
    op.add_column("measurement", no)
    with op.batch_alter_table("measurement", schema=None) as batch_op:
        batch_op.alter_column("corrected", server_default=None)
