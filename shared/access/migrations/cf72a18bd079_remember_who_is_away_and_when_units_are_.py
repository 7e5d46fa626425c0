"""Remember who is away and when units are open."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "cf72a18bd079"
down_revision: str | None = "3494adc28e4a"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "unit",
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("opening", sa.JSON(), nullable=False),
        sa.Column("public_holidays", sa.Boolean(), nullable=False),
        sa.Column("closures", sa.JSON(), nullable=False),
        sa.Column("closed_from", sa.Date(), nullable=True),
        sa.Column("successor", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("service"),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.add_column(sa.Column("zone", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("absences", sa.JSON(), server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("mails", sa.JSON(), server_default="{}", nullable=False))
