"""Keep medicines, gates, adverse events, courses, the way and letters."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "4e246afa4375"
down_revision: str | None = "739cc46f9847"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "adverse_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("what_is_done", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("adverse_event", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_adverse_event_acknowledged_at"), ["acknowledged_at"], unique=False
        )
        batch_op.create_index(
            "ix_adverse_event_patient", ["patient_id", "occurred_at"], unique=False
        )

    op.create_table(
        "centre_lines",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.String(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "gate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("gate", sa.String(), nullable=False),
        sa.Column("performer", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("ask", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decider", sa.String(), nullable=False),
        sa.Column("decided_here", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("crossed", sa.String(), nullable=False),
        sa.CheckConstraint("status IN ('closed', 'released', 'upheld')", name="ck_gate_status"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("gate", schema=None) as batch_op:
        batch_op.create_index("ix_gate_patient", ["patient_id", "closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_gate_status"), ["status"], unique=False)

    op.create_table(
        "letter",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=True),
        sa.Column("addressee", sa.String(), nullable=False),
        sa.Column("contact", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index("ix_letter_patient", ["patient_id", "sent_at"], unique=False)

    op.create_table(
        "medication",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("drug", sa.String(), nullable=False),
        sa.Column("drug_class", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("seizure_risk", sa.Boolean(), nullable=False),
        sa.Column("dose_unit", sa.String(), nullable=False),
        sa.Column("doses", sa.JSON(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("stop_reason", sa.String(), nullable=False),
        sa.Column("relief", sa.String(), nullable=False),
        sa.Column("adverse_effects", sa.JSON(), nullable=False),
        sa.Column("in_error", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("medication", schema=None) as batch_op:
        batch_op.create_index("ix_medication_patient", ["patient_id", "started_on"], unique=False)

    op.create_table(
        "medication_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("medication_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("changed_on", sa.Date(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("medication_change", schema=None) as batch_op:
        batch_op.create_index(
            "ix_medication_change_medication", ["medication_id", "at"], unique=False
        )

    op.create_table(
        "sent_course",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("performer", sa.String(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("protocol_version", sa.Integer(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("last_on", sa.Date(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at_risk_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("decided", sa.JSON(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=True),
        sa.Column("missed", sa.Integer(), nullable=True),
        sa.Column("cancelled", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "status IN ('active', 'on-hold', 'completed', 'revoked')", name="ck_sent_course_status"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("sent_course", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sent_course_patient_id"), ["patient_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_sent_course_referral_id"), ["referral_id"], unique=False
        )

    op.create_table(
        "way",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.String(), nullable=False),
        sa.Column("onset", sa.Date(), nullable=True),
        sa.Column("first_consultation", sa.Date(), nullable=True),
        sa.Column("diagnosis", sa.Date(), nullable=True),
        sa.Column("referred_to_centre", sa.Date(), nullable=True),
        sa.Column("first_assessment", sa.Date(), nullable=True),
        sa.Column("first_treatment", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("way", schema=None) as batch_op:
        batch_op.create_index("ix_way_patient", ["patient_id", "recorded_at"], unique=False)

    op.add_column(
        "concern", sa.Column("reason_code", sa.String(), server_default="", nullable=False)
    )
    with op.batch_alter_table("concern", schema=None) as batch_op:
        batch_op.alter_column("reason_code", server_default=None)

    with op.batch_alter_table("sent_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("course_id", sa.Uuid(), nullable=True))
        batch_op.create_index(batch_op.f("ix_sent_session_course_id"), ["course_id"], unique=False)
