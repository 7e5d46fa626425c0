"""Let people move obligations, and write ladders of their own."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

revision: str = "cb5e91bb8e9c"
down_revision: str | None = "5d21c4f7a9b8"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "ladder_version",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name", "version", name="ladder_version_once"),
    )
    op.create_table(
        "obligation_deed",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("obligation_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("member", sa.Uuid(), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("obligation_deed", schema=None) as batch_op:
        batch_op.create_index("obligation_deed_list", ["obligation_id", "at", "id"], unique=False)

    op.create_table(
        "redrawing",
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("after", sa.Uuid(), nullable=True),
        sa.Column("begun_on", sa.Date(), nullable=True),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("scope"),
    )
    with op.batch_alter_table("obligation", schema=None) as batch_op:
        batch_op.add_column(_new("place", sa.String(), ""))
        batch_op.add_column(sa.Column("named", sa.Uuid(), nullable=True))
        batch_op.add_column(_new("moved_to", sa.String(), ""))
        batch_op.add_column(sa.Column("moved_member", sa.Uuid(), nullable=True))
        batch_op.add_column(_new("why_here", sa.String(), ""))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(_new("waits", sa.Boolean(), sa.false()))
        batch_op.add_column(sa.Column("held_until", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(_new("settled_as", sa.String(), ""))
        batch_op.add_column(_new("ladder_version", sa.Integer(), "1"))
        batch_op.add_column(_new("version", sa.Integer(), "1"))
        batch_op.create_index("obligation_rest", ["state", "held_until"], unique=False)
    # Until now whoever owed it by the rules owed it, and only a rule could let it rest.
    op.execute("update obligation set place = debtor, named = debtor_member, asked_at = start")
    op.execute("update obligation set waits = (state = 'paused')")
    op.execute("update obligation set settled_as = 'done' where state = 'settled'")


def _new(name: str, kind: sa.types.TypeEngine[Any], value: Any) -> sa.Column[Any]:
    """A column that the rows which are there get a value for."""
    return sa.Column(name, kind, server_default=value, nullable=False)
