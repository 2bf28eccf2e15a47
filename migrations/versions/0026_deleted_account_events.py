"""The security trail of deleted accounts.

Revision: 0026
Follows: 0025
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "deleted_account_event",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("network", sa.String(length=45), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deleted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deleted_account_event")),
    )
    op.create_index(op.f("ix_deleted_account_event_deleted_at"), "deleted_account_event", ["deleted_at"])
    op.create_index(op.f("ix_deleted_account_event_pseudonym_id"), "deleted_account_event", ["pseudonym", "id"])


def downgrade() -> None:
    op.drop_table("deleted_account_event")
