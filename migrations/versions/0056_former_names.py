"""Names of exercises that imports still find after a rename, but that another exercise may take.

Revision: 0056
Follows: 0055
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0056"
down_revision: str | None = "0055"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column(
        "custom_exercise_alias", sa.Column("is_reserved", sa.Boolean(), server_default=sa.true(), nullable=False)
    )


def downgrade() -> None:
    op.drop_column("custom_exercise_alias", "is_reserved")
