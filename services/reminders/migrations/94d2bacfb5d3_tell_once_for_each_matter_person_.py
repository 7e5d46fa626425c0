"""Tell once for each matter, person, channel and date."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "94d2bacfb5d3"
down_revision: str | None = "f1c9161187ba"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "clock_reading",
        sa.Column("machine", sa.String(), nullable=False),
        sa.Column("said", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ran", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("machine"),
    )
    op.create_table(
        "hold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("jumped_hours", sa.Float(), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "no_digest",
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("member_id"),
    )
    op.create_table(
        "reconciliation",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("waiting", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("absent", sa.Integer(), nullable=False),
        sa.Column("overdue", sa.Integer(), nullable=False),
        sa.Column("after_end", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day"),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(), server_default="single", nullable=False))
        batch_op.add_column(sa.Column("digest_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("give_up_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("calendar", sa.Text(), server_default="", nullable=False))
        batch_op.add_column(
            sa.Column("calendar_method", sa.String(), server_default="", nullable=False)
        )
        batch_op.drop_constraint("mail_state", type_="check")
        batch_op.create_check_constraint(
            "mail_state",
            "state in ('due','sending','accepted','deferred','refused','uncertain','cancelled',"
            "'no-address','expired','unwanted','bounced')",
        )
        batch_op.create_index(
            "mail_next_digest",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("kind = 'digest' and state = 'due'"),
            postgresql_where=sa.text("kind = 'digest' and state = 'due'"),
        )
        batch_op.create_index("mail_one_digest_a_day", ["member_id", "digest_on"], unique=True)

    with op.batch_alter_table("matter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("step", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="1", nullable=False))

    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.add_column(sa.Column("instead_of", sa.Uuid(), nullable=True))
        batch_op.add_column(
            sa.Column("channel", sa.String(), server_default="mail", nullable=False)
        )
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("missed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True))
