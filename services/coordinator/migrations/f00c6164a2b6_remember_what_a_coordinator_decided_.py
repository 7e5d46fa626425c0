"""Remember what a coordinator decided about a parked event."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "f00c6164a2b6"
down_revision: str | None = "969e09892f96"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "delivery_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("subscriber", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint("verb in ('retry','skip')", name="delivery_decision_verb"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("delivery_decision", schema=None) as batch_op:
        batch_op.create_index(
            "delivery_decision_event", ["event_id", "subscriber", "id"], unique=False
        )

    for name in ("dead", "forgotten"):
        op.add_column(
            "service_light", sa.Column(name, sa.Integer(), server_default="0", nullable=False)
        )
    with op.batch_alter_table("service_light", schema=None) as batch_op:
        batch_op.alter_column("dead", server_default=None)
        batch_op.alter_column("forgotten", server_default=None)
