"""Sets that are counted live, so that any process can continue them.

Revision: 0019
Follows: 0018
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0019"
down_revision: str | None = "0018"
branch_labels: None = None
depends_on: None = None


def upgrade() -> None:
    op.create_table(
        "counting_live_set",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("exercise_id", sa.Uuid(), nullable=True),
        sa.Column("workout_id", sa.Uuid(), nullable=True),
        sa.Column("aspect_ratio", sa.Float(), nullable=True),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("next_seq", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_counting_live_set_user_id_user_account"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "set_id", name=op.f("pk_counting_live_set")),
    )
    op.create_table(
        "counting_live_chunk",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("set_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id", "set_id"],
            ["counting_live_set.user_id", "counting_live_set.set_id"],
            name=op.f("fk_counting_live_chunk_user_id_counting_live_set"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_id", "set_id", "seq", name=op.f("pk_counting_live_chunk")),
    )


def downgrade() -> None:
    op.drop_table("counting_live_chunk")
    op.drop_table("counting_live_set")
