"""Rename the columns of rep quality.

The view `performed_exercise` has these names already and follows the columns.

Revision: 0013
Follows: 0012
"""

from alembic import op

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: None = None
depends_on: None = None

_NAMES = {
    "seen_sets": "tracked_sets",
    "seen_reps": "tracked_reps",
    "ranged_reps": "range_reps",
    "slowed_sets": "slowdown_sets",
    "varied_sets": "tempo_variation_sets",
    "variation_percent": "tempo_variation_percent",
    "paced_reps": "cadence_reps",
    "paced_ms": "cadence_ms",
}


def upgrade() -> None:
    for before, after in _NAMES.items():
        op.alter_column("workout_exercise", before, new_column_name=after)


def downgrade() -> None:
    for before, after in _NAMES.items():
        op.alter_column("workout_exercise", after, new_column_name=before)
