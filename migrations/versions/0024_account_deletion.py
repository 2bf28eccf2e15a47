"""When an account will be deleted.

Revision: 0024
Follows: 0023
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0024"
down_revision: str | None = "0023"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("user_account", sa.Column("deletes_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        op.f("ix_user_account_deletes_at"),
        "user_account",
        ["deletes_at"],
        postgresql_where=sa.text("deletes_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_user_account_deletes_at"), table_name="user_account")
    op.drop_column("user_account", "deletes_at")
