"""The table of personal records."""

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel


class ExerciseRecord(TableModel, table=True):
    """A value that was better than all earlier ones of its kind when the workout was done. `storage.records` writes it.

    The key begins with what a write compares: the user, the exercise, the kind. No other index serves that comparison,
    because PostgreSQL would take it for a user whom its statistics do not know.

    Attributes:
        kind: `load`, `e1rm` (by Epley), `reps`, `reps_at_load`, `set_volume`, `duration`, `distance`, `reps_unbroken`,
            `assistance` (less is better).
            And `set`: one that no earlier set equals in weight and reps. It is no record of reps at its load, but may
            be one of another formula.
        value: in the unit of the kind; of a `set` its reps.
        previous: the best value before; null where this is the first one.
        weight_kg: of the set that reached the value; null where the kind has none.
        reps: of the same set.

    """

    __tablename__ = "exercise_record"
    __table_args__ = (
        sa.ForeignKeyConstraint(["user_id", "workout_id"], ["workout.user_id", "workout.id"], ondelete="CASCADE"),
        sa.Index(None, "workout_id", "user_id"),
        sa.Index(
            "ix_exercise_record_newest_values",
            "user_id",
            "started_at",
            "workout_id",
            "position",
            postgresql_where=sa.text("kind <> 'set'"),
        ),
    )

    user_id: UUID = Field(primary_key=True)
    exercise_id: UUID = Field(primary_key=True)
    kind: str = Field(primary_key=True, max_length=16)
    started_at: datetime = Field(primary_key=True)
    workout_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=sa.SmallInteger)
    value: float = Field(primary_key=True)
    previous: float | None = None
    weight_kg: float | None = None
    reps: int | None = None
    local_date: date
