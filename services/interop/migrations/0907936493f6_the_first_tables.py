"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0907936493f6"
down_revision: str | None = None
branch_labels: Sequence[str] | None = ("interop",)
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "known_person",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("digest", "patient_id"),
    )
    with op.batch_alter_table("known_person", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_known_person_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "outside_referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("performer", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("opened_by", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("state in ('open','cancelled')", name="outside_referral_state"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("outside_referral", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_outside_referral_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "received_message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("expression", sa.String(), nullable=False),
        sa.Column("sentence", sa.String(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "outcome in ('new','taken-as-new','updated','unchanged','cancelled','refused')",
            name="received_message_outcome",
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("digest"),
    )
    with op.batch_alter_table("received_message", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_received_message_referral_id"), ["referral_id"], unique=False
        )
        batch_op.create_index("received_message_newest", ["received_at", "id"], unique=False)

    op.create_table(
        "referral_key",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("is_number", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["referral_id"],
            ["outside_referral.id"],
        ),
        sa.PrimaryKeyConstraint("digest"),
    )
    with op.batch_alter_table("referral_key", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_referral_key_referral_id"), ["referral_id"], unique=False
        )
