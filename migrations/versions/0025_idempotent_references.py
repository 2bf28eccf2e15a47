"""Large idempotent responses are references to their resources.

Revision: 0025
Follows: 0024
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.alter_column("idempotent_request", "body", existing_type=sa.LargeBinary(), nullable=True)


def downgrade() -> None:
    op.execute("DELETE FROM idempotent_request WHERE body IS NULL")
    op.alter_column("idempotent_request", "body", existing_type=sa.LargeBinary(), nullable=False)
