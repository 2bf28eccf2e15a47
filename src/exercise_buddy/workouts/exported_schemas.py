"""Workouts as our own exports contain them, for the imports of these files."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import Field, model_validator

from exercise_buddy.core.restores import ExportedItem
from exercise_buddy.core.types import Count, Notes, SingleLine, Timestamp, TimeZone
from exercise_buddy.workouts.content_size import WORKOUT_TOO_LARGE, is_too_large
from exercise_buddy.workouts.field_types import AverageHeartRate, CheckedMaxHeartRate, Kilocalories
from exercise_buddy.workouts.schemas import MAX_EXERCISES, MAX_SETS, MAX_TARGETS, MAX_TITLE
from exercise_buddy.workouts.set_schemas import SetInput, TargetSet
from exercise_buddy.workouts.tables import Source


class ExportedExerciseName(ExportedItem):
    """The exercise that an export refers to."""

    id: UUID
    name: Annotated[str, Field(max_length=120), SingleLine]


class ExportedExercise(ExportedItem):
    """An exercise of a workout."""

    id: UUID | None = None
    exercise: ExportedExerciseName
    superset: Annotated[Count, Field(le=100)] | None = None
    notes: Notes | None = None
    targets: list[TargetSet] = Field(default_factory=list, max_length=MAX_TARGETS)
    sets: list[SetInput] = Field(max_length=MAX_SETS)


class ExportedWorkout(ExportedItem):
    """A workout. Only the export of all data needs the last three fields."""

    id: UUID
    title: Annotated[str, Field(max_length=MAX_TITLE), SingleLine]
    started_at: Timestamp
    ended_at: Timestamp | None = None
    time_zone: TimeZone
    notes: Notes | None = None
    source: Source = Source.MANUAL
    routine_id: UUID | None = None
    energy_kcal: Kilocalories | None = None
    average_heart_rate_bpm: AverageHeartRate | None = None
    max_heart_rate_bpm: CheckedMaxHeartRate | None = None
    exercises: list[ExportedExercise] = Field(max_length=MAX_EXERCISES)
    import_id: UUID | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None

    @model_validator(mode="after")
    def _limit_sets(self) -> Self:
        if sum(len(exercise.sets) for exercise in self.exercises) > MAX_SETS:
            raise ValueError(f"A workout has at most {MAX_SETS} sets")
        if is_too_large(self.exercises):
            raise ValueError(WORKOUT_TOO_LARGE)
        return self

    def list_content(self) -> dict[str, Any]:
        """Return the fields that belong to the workout in any account."""
        return {name: value for name, value in self if name not in {"import_id", "created_at", "updated_at"}}
