"""The first tables."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "739cc46f9847"
down_revision: str | None = None
branch_labels: Sequence[str] | None = ("pain_physician",)
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("first", sa.Boolean(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("areas", sa.JSON(), nullable=False),
        sa.Column("background", sa.JSON(), nullable=False),
        sa.Column("paroxysms", sa.JSON(), nullable=False),
        sa.Column("paroxysms_per_day", sa.Integer(), nullable=True),
        sa.Column("evoked", sa.JSON(), nullable=False),
        sa.Column("triggers", sa.JSON(), nullable=False),
        sa.Column("life", sa.JSON(), nullable=False),
        sa.Column("nrs_worst", sa.Integer(), nullable=True),
        sa.Column("nrs_least", sa.Integer(), nullable=True),
        sa.Column("nrs_average", sa.Integer(), nullable=True),
        sa.Column("dn4", sa.Integer(), nullable=True),
        sa.Column("onset", sa.Date(), nullable=True),
        sa.Column("first_consultation", sa.Date(), nullable=True),
        sa.Column("diagnosis", sa.Date(), nullable=True),
        sa.Column("referred_to_centre", sa.Date(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index("ix_assessment_patient", ["patient_id", "recorded_at"], unique=False)

    op.create_table(
        "concern",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("what_is_done", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_concern_acknowledged_at"), ["acknowledged_at"], unique=False
        )
        batch_op.create_index("ix_concern_patient", ["patient_id", "raised_at"], unique=False)

    op.create_table(
        "happening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("service", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("happening", schema=None) as batch_op:
        batch_op.create_index("ix_happening_at", ["at"], unique=False)
        batch_op.create_index("ix_happening_patient", ["patient_id", "at"], unique=False)
        batch_op.create_index("ix_happening_referral", ["referral_id", "at"], unique=False)

    op.create_table(
        "number_series",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "sent_follow_up",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("performer", sa.String(), nullable=False),
        sa.Column("point", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("nrs", sa.Integer(), nullable=True),
        sa.Column("pgic", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status IN ('planned', 'done', 'cancelled')", name="ck_sent_follow_up_status"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sent_follow_up", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sent_follow_up_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_sent_follow_up_referral_id"), ["referral_id"], unique=False
        )

    op.create_table(
        "sent_referral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("performer", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("tried", sa.String(), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=True),
        sa.Column("referrer", sa.String(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaces", sa.Uuid(), nullable=True),
        sa.Column("replaced_by", sa.Uuid(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waits", sa.Boolean(), nullable=False),
        sa.Column("hold_question", sa.String(), nullable=False),
        sa.Column("hold_answer", sa.String(), nullable=False),
        sa.Column("decline_reason", sa.String(), nullable=False),
        sa.Column("decline_step", sa.String(), nullable=False),
        sa.Column("onward_to", sa.String(), nullable=False),
        sa.Column("decline_note", sa.String(), nullable=False),
        sa.Column("cancel_reason", sa.String(), nullable=False),
        sa.Column("outcome_code", sa.String(), nullable=False),
        sa.Column("report", sa.String(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_step", sa.String(), nullable=False),
        sa.CheckConstraint(
            "status IN ('requested', 'received', 'accepted', 'in-progress', 'completed', 'rejected', 'on-hold', 'cancelled', 'failed')",
            name="ck_sent_referral_status",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sent_referral", schema=None) as batch_op:
        batch_op.create_index(
            "ix_sent_referral_patient", ["patient_id", "requested_at"], unique=False
        )
        batch_op.create_index("ix_sent_referral_waits", ["waits"], unique=False)

    op.create_table(
        "sent_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("nrs_before", sa.Integer(), nullable=True),
        sa.Column("nrs_after", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status IN ('booked', 'arrived', 'completed', 'interrupted', 'missed', 'cancelled')",
            name="ck_sent_session_status",
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sent_session", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sent_session_referral_id"), ["referral_id"], unique=False
        )
