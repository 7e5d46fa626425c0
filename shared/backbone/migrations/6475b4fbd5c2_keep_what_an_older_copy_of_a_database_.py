"""Keep what an older copy of a database leaves behind."""

import hashlib
from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "6475b4fbd5c2"
down_revision: str | None = "6e773660b835"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "disputed",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("stream", sa.Uuid(), nullable=False),
        sa.Column("delivery_seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.CheckConstraint("state in ('parked','skipped')", name="disputed_state"),
        sa.PrimaryKeyConstraint("source", "event_id"),
    )
    op.create_table(
        "forgotten",
        sa.Column("subscriber", sa.String(), nullable=False),
        sa.Column("stream", sa.Uuid(), nullable=False),
        sa.Column("announced", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("subscriber", "stream"),
    )
    op.add_column("dead_frame", sa.Column("digest", sa.String(), server_default="", nullable=False))
    op.add_column(
        "dead_frame", sa.Column("times", sa.Integer(), server_default="1", nullable=False)
    )
    _keep_each_frame_once()
    with op.batch_alter_table("dead_frame", schema=None) as batch_op:
        batch_op.alter_column("digest", server_default=None)
        batch_op.alter_column("times", server_default=None)
        batch_op.create_unique_constraint("dead_frame_once", ["digest"])


def _keep_each_frame_once() -> None:
    """The same bytes were kept at each try: the oldest row stays, and counts the others."""
    frames = sa.table("dead_frame", *map(sa.column, ("id", "digest", "times", "frame")))
    kept: dict[str, object] = {}
    for row in op.get_bind().execute(sa.select(frames).order_by(frames.c.id)).all():
        digest = hashlib.sha256(row.frame).hexdigest()
        again = kept.setdefault(digest, row.id) != row.id
        counted = sa.update(frames).where(frames.c.id == kept[digest])
        if again:
            op.execute(counted.values(times=frames.c.times + 1))
            op.execute(sa.delete(frames).where(frames.c.id == row.id))
        else:
            op.execute(counted.values(digest=digest))
