"""Find what is not done with in a log of any length."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "ec68b90c980a"
down_revision: str | None = "6475b4fbd5c2"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("delivery", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("delivery_due"))
        batch_op.create_index(
            "delivery_unfinished",
            ["subscriber", "state", "next_try_at", "event_id"],
            unique=False,
            sqlite_where=sa.text("next_try_at is not null"),
            postgresql_where=sa.text("next_try_at is not null"),
        )

    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("inbox_open"))
        batch_op.drop_index(batch_op.f("inbox_parked"))
        batch_op.create_index(
            "inbox_next_try",
            ["next_try_at"],
            unique=False,
            sqlite_where=sa.text("next_try_at is not null"),
            postgresql_where=sa.text("next_try_at is not null"),
        )
        batch_op.create_index(
            "inbox_unfinished",
            ["state", "open_since"],
            unique=False,
            sqlite_where=sa.text("open_since is not null"),
            postgresql_where=sa.text("open_since is not null"),
        )

    # What waited for an earlier event was looked at again and again; now it is told when its turn
    # comes. What waits already is looked at once more.
    op.execute("update inbox set state = 'new' where state = 'held'")
