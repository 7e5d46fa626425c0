"""Remember a crisis that was heard of before its referral."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "4c897865c488"
down_revision: str | None = "934c68705600"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "crisis",
        sa.Column("concern_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("concern_id"),
    )
    with op.batch_alter_table("crisis", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_crisis_patient_id"), ["patient_id"], unique=False)
