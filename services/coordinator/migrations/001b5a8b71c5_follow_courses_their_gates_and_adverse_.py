"""Follow courses, their gates and adverse events."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "001b5a8b71c5"
down_revision: str | None = "34543c49e09f"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "adverse_event_state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("addressed_to", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("adverse_event_state", schema=None) as batch_op:
        batch_op.create_index("adverse_event_state_list", ["occurred_at"], unique=False)
        batch_op.create_index("adverse_event_state_patient", ["patient_id"], unique=False)

    op.create_table(
        "course_state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("requester", sa.String(), nullable=False),
        sa.Column("performer", sa.String(), nullable=False),
        sa.Column("protocol", sa.String(), nullable=False),
        sa.Column("protocol_version", sa.Integer(), nullable=False),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=True),
        sa.Column("last_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("at_risk_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "status in ('active','on-hold','completed','revoked')", name="course_state_status"
        ),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("course_state", schema=None) as batch_op:
        batch_op.create_index("course_state_patient", ["patient_id"], unique=False)
        batch_op.create_index("course_state_referral", ["referral_id"], unique=False)

    op.create_table(
        "gate_state",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Uuid(), nullable=True),
        sa.Column("requester", sa.String(), nullable=False),
        sa.Column("performer", sa.String(), nullable=False),
        sa.Column("decided_by", sa.String(), nullable=False),
        sa.Column("gate", sa.String(), nullable=False),
        sa.Column("ask", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_in", sa.Uuid(), nullable=True),
        sa.CheckConstraint("status in ('closed','released','upheld')", name="gate_state_status"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("gate_state", schema=None) as batch_op:
        batch_op.create_index("gate_state_patient", ["patient_id"], unique=False)
        batch_op.create_index("gate_state_referral", ["referral_id"], unique=False)

    with op.batch_alter_table("session_state", schema=None) as batch_op:
        batch_op.add_column(sa.Column("course_id", sa.Uuid(), nullable=True))
