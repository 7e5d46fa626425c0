"""Keep machines, gates, screenings, sheets and adverse events."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "ca5c255adda2"
down_revision: str | None = "f758de94dfab"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "adverse_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column("relation", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("addressed_to", sa.String(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_by", sa.String(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(), nullable=False),
        sa.Column("done", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "severity in ('mild','moderate','severe')", name="adverse_event_severity"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("adverse_event", schema=None) as batch_op:
        batch_op.create_index("adverse_event_open", ["serious", "acknowledged_at"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_adverse_event_patient_id"), ["patient_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_adverse_event_referral_id"), ["referral_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_adverse_event_session_id"), ["session_id"], unique=False
        )

    op.create_table(
        "coil",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("maker", sa.String(), nullable=False),
        sa.Column("serial_number", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("in_use_from", sa.Date(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.CheckConstraint("retired_on is null or in_use_from <= retired_on", name="coil_order"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("serial_number", name="coil_once"),
    )
    op.create_table(
        "day_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("day_check", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_day_check_session_id"), ["session_id"], unique=False)

    op.create_table(
        "gate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("gate", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("ask", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("asks", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.CheckConstraint("ask in ('decide','complete')", name="gate_ask"),
        sa.CheckConstraint(
            "gate in ('screening','safe-today','motor-threshold','dose-envelope','stop','decision-point')",
            name="gate_code",
        ),
        sa.CheckConstraint("state in ('closed','released','upheld')", name="gate_state"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("gate", schema=None) as batch_op:
        batch_op.create_index("gate_of_patient", ["patient_id", "gate", "state"], unique=False)
        batch_op.create_index("gate_open", ["state", "closed_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_gate_referral_id"), ["referral_id"], unique=False)

    op.create_table(
        "machine",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("maker", sa.String(), nullable=False),
        sa.Column("serial_number", sa.String(), nullable=False),
        sa.Column("in_use_from", sa.Date(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.CheckConstraint("retired_on is null or in_use_from <= retired_on", name="machine_order"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("serial_number", name="machine_once"),
    )
    op.create_table(
        "screening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("decisions", sa.JSON(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_by", sa.String(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("screening", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_screening_referral_id"), ["referral_id"], unique=False)

    op.create_table(
        "session_sheet",
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("operator_id", sa.Uuid(), nullable=False),
        sa.Column("machine_id", sa.Uuid(), nullable=False),
        sa.Column("coil_id", sa.Uuid(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("threshold_percent", sa.Integer(), nullable=True),
        sa.Column("intensity_percent", sa.Float(), nullable=False),
        sa.Column("output_percent", sa.Integer(), nullable=False),
        sa.Column("frequency_hz", sa.Float(), nullable=False),
        sa.Column("trains", sa.Integer(), nullable=False),
        sa.Column("pulses_planned", sa.Integer(), nullable=False),
        sa.Column("pulses_delivered", sa.Integer(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=True),
        sa.Column("next_step", sa.String(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.CheckConstraint("output_percent between 0 and 100", name="session_sheet_output"),
        sa.CheckConstraint(
            "pulses_delivered between 0 and pulses_planned", name="session_sheet_pulses"
        ),
        sa.PrimaryKeyConstraint("session_id"),
    )
    with op.batch_alter_table("session_sheet", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_sheet_course_id"), ["course_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_session_sheet_patient_id"), ["patient_id"], unique=False
        )

    op.create_table(
        "threshold",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("output_percent", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("machine_id", sa.Uuid(), nullable=False),
        sa.Column("coil_id", sa.Uuid(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.CheckConstraint("output_percent between 1 and 100", name="threshold_percent"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("threshold", schema=None) as batch_op:
        batch_op.create_index("threshold_history", ["patient_id", "measured_at"], unique=False)
