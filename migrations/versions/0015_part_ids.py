"""Ids of exercises within workouts and of sets, as their primary keys.

Each table is rewritten once: a million sets take about 7 s, in which reads and writes of workouts wait. To fill a
nullable column in batches would block less, but leave the table and its indexes at twice their size. The default lets a
server of the release before write on.

Sets refer to exercises by their place. That index is created last, because of what migration 0010 found.

Revision: 0015
Follows: 0014
"""

from alembic import op

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: None = None
depends_on: None = None

_FOREIGN_KEY = """
ALTER TABLE workout_set ADD CONSTRAINT fk_workout_set_user_id_workout_exercise
FOREIGN KEY (user_id, workout_id, exercise_position)
REFERENCES workout_exercise (user_id, workout_id, position) ON DELETE CASCADE
"""


def upgrade() -> None:
    op.execute("ALTER TABLE workout_set DROP CONSTRAINT fk_workout_set_user_id_workout_exercise")
    for table in ("workout_exercise", "workout_set"):
        op.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT pk_{table}, ADD COLUMN id uuid NOT NULL DEFAULT uuidv7(), "
            f"ADD CONSTRAINT pk_{table} PRIMARY KEY (user_id, id)"
        )
    op.create_unique_constraint(
        op.f("uq_workout_exercise_user_id_workout_id_position"),
        "workout_exercise",
        ["user_id", "workout_id", "position"],
    )
    op.create_index(
        op.f("ix_workout_set_user_id_workout_id_exercise_position"),
        "workout_set",
        ["user_id", "workout_id", "exercise_position"],
    )
    op.execute(_FOREIGN_KEY)


def downgrade() -> None:
    op.execute("ALTER TABLE workout_set DROP CONSTRAINT fk_workout_set_user_id_workout_exercise")
    op.drop_index(op.f("ix_workout_set_user_id_workout_id_exercise_position"), "workout_set")
    op.drop_constraint(op.f("uq_workout_exercise_user_id_workout_id_position"), "workout_exercise")
    # The other columns of the old keys are not null already.
    for table, key in (
        ("workout_exercise", "user_id, workout_id, position"),
        ("workout_set", "user_id, workout_id, exercise_position, position"),
    ):
        op.execute(
            f"ALTER TABLE {table} DROP CONSTRAINT pk_{table}, DROP COLUMN id, "
            f"ADD CONSTRAINT pk_{table} PRIMARY KEY ({key})"
        )
    op.execute(_FOREIGN_KEY)
