"""Know where it is done, whoever was asked."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "b73a8497bdaf"
down_revision: str | None = "dd5bf1f01eb1"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("place", sa.String(), server_default="", nullable=False))
