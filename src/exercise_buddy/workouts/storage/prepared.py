"""Workouts with their totals, ready to be written: computed in Python, from the facts of their exercises."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from exercise_buddy.core.db.tables import new_id
from exercise_buddy.workouts.schemas import ExerciseInput
from exercise_buddy.workouts.storage.computed_totals import (
    ComputedExercise,
    ExerciseFacts,
    compute_duration,
    compute_exercises,
    propose_title,
    workout_totals,
)
from exercise_buddy.workouts.tables import Source


@dataclass(frozen=True, slots=True)
class NewWorkout:
    """A workout to write.

    Attributes:
        title: None: derived from the time of day and the muscles.
        started_at: aware, like `ended_at` and `created_at`.
        local_date: the day on which it started in `time_zone`.
        created_at: the time of the first write, or None for now.
        updated_at: the time of the last write, or None for now.
        energy_kcal: the energy that a client recorded, or None; so are the heart rates.

    """

    title: str | None
    started_at: datetime
    ended_at: datetime | None
    time_zone: str
    local_date: date
    notes: str | None
    source: Source
    exercises: Sequence[ExerciseInput]
    fingerprint: bytes
    import_id: UUID | None = None
    routine_id: UUID | None = None
    created_at: datetime | None = None
    updated_at: datetime | None = None
    energy_kcal: float | None = None
    average_heart_rate_bpm: float | None = None
    max_heart_rate_bpm: float | None = None
    id: UUID = field(default_factory=new_id)


@dataclass(frozen=True, slots=True)
class PreparedWorkout:
    """A workout with its totals.

    Attributes:
        new: the workout.
        title: its title, which may be derived.
        exercises: its exercises with their totals.
        duration_seconds: how long it lasts; None while it is in progress.
        totals: the columns `recompute.WORKOUT_TOTALS`.

    """

    new: NewWorkout
    title: str
    exercises: list[ComputedExercise]
    duration_seconds: float | None
    totals: dict[str, Any]


def prepare_workout(new: NewWorkout, facts: dict[UUID, ExerciseFacts]) -> PreparedWorkout:
    """Return a workout with its totals. The facts of all its exercises are given."""
    exercises = compute_exercises(new.exercises, facts)
    duration = compute_duration(new.started_at, new.ended_at)
    title = new.title or propose_title(new.started_at, new.time_zone, exercises)
    return PreparedWorkout(new, title, exercises, duration, workout_totals(exercises, duration, new.notes))
