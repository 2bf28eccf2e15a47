"""An index for each kind of personal record.

Revision: 0009
Follows: 0008
"""

from pathlib import Path
from runpy import run_path

import sqlalchemy as sa
from alembic import op

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: None = None
depends_on: None = None

_BESTS = (
    "best_set_weight_kg",
    "best_e1rm_kg",
    "best_reps",
    "best_set_volume_kg",
    "best_duration_seconds",
    "best_distance_meters",
    "best_unbroken_reps",
)


def upgrade() -> None:
    # Workouts can be written meanwhile.
    create_concurrently = run_path(str(Path(__file__).parents[1] / "indexes.py"))["create_concurrently"]
    for name in _BESTS:
        create_concurrently(
            f"ix_workout_exercise_{name}",
            "workout_exercise",
            ["user_id", "exercise_id", sa.literal_column(f"{name} DESC"), "started_at", "workout_id", "position"],
            postgresql_where=sa.text(f"{name} > 0"),
        )


def downgrade() -> None:
    for name in reversed(_BESTS):
        op.drop_index(f"ix_workout_exercise_{name}", table_name="workout_exercise")
