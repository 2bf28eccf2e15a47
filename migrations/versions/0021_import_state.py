"""Imports that commit in batches have a state.

Revision: 0021
Follows: 0020
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column(
        "workout_import", sa.Column("state", sa.String(length=16), server_default="completed", nullable=False)
    )
    op.add_column(
        "workout_import",
        sa.Column("updated_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    )


def downgrade() -> None:
    op.drop_column("workout_import", "updated_at")
    op.drop_column("workout_import", "state")
