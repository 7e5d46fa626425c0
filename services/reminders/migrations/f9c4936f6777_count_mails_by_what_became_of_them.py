"""Count mails by what became of them."""

from collections.abc import Sequence

from alembic import op

revision: str = "f9c4936f6777"
down_revision: str | None = "b73a8497bdaf"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index("mail_by_fate", ["state", "kept"], unique=False)
    # Daily mails that somebody had sent at once before they were tried stood in the next one's way.
    op.execute(
        "update mail set kind = 'single' "
        "where kind = 'digest' and state = 'due' and digest_on is null and asked_by is not null"
    )
