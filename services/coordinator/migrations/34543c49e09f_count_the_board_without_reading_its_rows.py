"""Count the board without reading its rows."""

from collections.abc import Sequence

from alembic import op

revision: str = "34543c49e09f"
down_revision: str | None = "f00c6164a2b6"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("obligation_board"))
        batch_op.create_index(
            "obligation_board",
            [
                "state",
                "late_at",
                "id",
                "told",
                "urgent",
                "shown_from",
                "what",
                "debtor",
                "creditor",
                "debtor_member",
                "since",
                "patient_id",
            ],
            unique=False,
        )
