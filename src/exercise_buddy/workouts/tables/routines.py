"""The tables of routines."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from exercise_buddy.core.db.tables import TableModel, created_at_field, new_id, updated_at_field


class Routine(TableModel, table=True):
    """A plan of exercises. `fingerprint` is a hash of its first content."""

    __tablename__ = "routine"

    user_id: UUID = Field(primary_key=True, foreign_key="user_account.id", ondelete="CASCADE")
    id: UUID = Field(primary_key=True, default_factory=new_id)
    name: str = Field(max_length=200)
    notes: str | None = Field(default=None, max_length=10_000)
    fingerprint: bytes = Field(sa_type=sa.LargeBinary)
    created_at: datetime = created_at_field()
    updated_at: datetime = updated_at_field()


class RoutineExercise(TableModel, table=True):
    """An exercise of a routine, its planned sets in the shape of `TargetSet`, and their `progression`."""

    __tablename__ = "routine_exercise"
    __table_args__ = (
        sa.ForeignKeyConstraint(["user_id", "routine_id"], ["routine.user_id", "routine.id"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["user_id", "custom_exercise_id"],
            ["custom_exercise.user_id", "custom_exercise.id"],
            deferrable=True,
            initially="DEFERRED",
        ),
        sa.CheckConstraint("num_nonnulls(catalogue_exercise_id, custom_exercise_id) = 1", name="one_exercise"),
        sa.Index(None, "user_id", "exercise_id"),
    )

    user_id: UUID = Field(primary_key=True)
    routine_id: UUID = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_type=sa.SmallInteger)
    catalogue_exercise_id: UUID | None = Field(default=None, foreign_key="catalogue_exercise.id")
    custom_exercise_id: UUID | None = None
    exercise_id: UUID = Field(
        sa_column=sa.Column(sa.Uuid, sa.Computed("coalesce(catalogue_exercise_id, custom_exercise_id)", persisted=True))
    )
    superset: int | None = Field(default=None, sa_type=sa.SmallInteger)
    notes: str | None = Field(default=None, max_length=10_000)
    targets: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSONB)
    progression: dict[str, Any] | None = Field(default=None, sa_type=JSONB(none_as_null=True))
