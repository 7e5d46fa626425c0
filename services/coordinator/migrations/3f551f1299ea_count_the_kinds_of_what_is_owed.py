"""Count the kinds of what is owed."""

from collections.abc import Sequence

from alembic import op

revision: str = "3f551f1299ea"
down_revision: str | None = "001b5a8b71c5"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.create_index("obligation_kind", ["state", "what", "since"], unique=False)
