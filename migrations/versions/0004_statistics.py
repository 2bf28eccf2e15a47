"""The tables of statistics.

Revision: 0004
Follows: 0003
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "goal",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("valid_since", sa.Date(), nullable=False),
        sa.Column("metric", sa.String(length=16), nullable=False),
        sa.Column("target", sa.Integer(), nullable=False),
        sa.Column("rest_days", sa.ARRAY(sa.String(length=9)), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_goal_user_id_user_account"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", "valid_since", name=op.f("pk_goal")),
    )


def downgrade() -> None:
    op.drop_table("goal")
