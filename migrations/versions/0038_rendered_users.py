"""Remember of which users all workouts have documents of a release, so that processes render those of the others.

Revision: 0038
Follows: 0037
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0038"
down_revision: str | None = "0037"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.add_column("user_revision", sa.Column("rendered_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("user_revision", "rendered_version")
