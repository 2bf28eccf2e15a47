"""The end of a goal, and a covering index of the totals that statistics sum.

Revision: 0008
Follows: 0007
"""

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: None = None
depends_on: None = None

_TOTALS = [
    "set_count",
    "rep_count",
    "volume_kg",
    "duration_seconds",
    "met_minutes",
    "bodyweight_reps",
    "assisted_volume_kg",
]


def upgrade() -> None:
    op.add_column("goal", sa.Column("ended_on", sa.Date(), nullable=True))
    op.create_index(op.f("ix_workout_totals"), "workout", ["user_id", "local_date"], postgresql_include=_TOTALS)
    op.drop_index(op.f("ix_workout_user_id_local_date"), table_name="workout")


def downgrade() -> None:
    op.create_index(op.f("ix_workout_user_id_local_date"), "workout", ["user_id", "local_date"])
    op.drop_index(op.f("ix_workout_totals"), table_name="workout")
    op.drop_column("goal", "ended_on")
