"""Remember why a patient is no longer treated here."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "b3d1c0f27a64"
down_revision: str | None = "4e246afa4375"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "standing_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("status_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("standing_change", schema=None) as batch_op:
        batch_op.create_index("ix_standing_change_patient", ["patient_id", "at"], unique=False)
