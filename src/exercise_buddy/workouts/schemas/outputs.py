"""Response schemas of workouts."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Output
from exercise_buddy.workouts.schemas.sets import Target, WorkoutSet
from exercise_buddy.workouts.tables import Source


class HeaviestSet(Output):
    """The heaviest set; of equally heavy sets, the one with the most reps."""

    weight_kg: float | None
    reps: int | None


class ExerciseTotals(Output):
    """The totals of an exercise of a workout. `best_e1rm_kg` is estimated by Epley's formula from sets of 1 to 12 reps.

    `volume_kg` is reps times recorded weight. `bodyweight_volume_kg` is reps times the share of the body mass that the
    exercise moves, by the last measurement on or before that day, minus the weight if it assists. It is null if the
    mass is unknown, or the exercise moves none of it.
    """

    sets: int
    reps: int
    volume_kg: float
    bodyweight_volume_kg: float | None
    duration_seconds: float | None
    distance_meters: float | None
    best_set: HeaviestSet
    best_e1rm_kg: float | None


class ExerciseName(Output):
    """The id and name of an exercise."""

    id: UUID
    name: str
    custom: bool


class PerformedExercise(Output):
    """An exercise of a workout, with its sets."""

    exercise: ExerciseName
    superset: int | None
    notes: str | None
    targets: list[Target]
    totals: ExerciseTotals
    sets: list[WorkoutSet]


class ListedExercise(Output):
    """An exercise of a listed workout. `sets` is null unless the list includes sets."""

    exercise: ExerciseName
    superset: int | None
    notes: str | None
    targets: list[Target]
    totals: ExerciseTotals
    sets: list[WorkoutSet] | None


class WorkoutTotals(Output):
    """The totals of a workout. `met_minutes` is null if no exercise has a MET, or the workout is in progress.

    `bodyweight_volume_kg` is the sum over the exercises.
    """

    exercises: int
    sets: int
    reps: int
    volume_kg: float
    bodyweight_volume_kg: float | None
    duration_seconds: float | None
    met_minutes: float | None


class _WorkoutHead(Output):
    id: UUID
    title: str
    started_at: datetime
    ended_at: datetime | None
    time_zone: str
    local_date: date
    notes: str | None
    source: Source
    import_id: UUID | None
    routine_id: UUID | None = Field(description="The routine that it was started from, which may have been deleted.")
    totals: WorkoutTotals
    created_at: datetime
    updated_at: datetime


class Workout(_WorkoutHead):
    """A workout."""

    exercises: list[PerformedExercise]


class ListedWorkout(_WorkoutHead):
    """A workout of a list."""

    exercises: list[ListedExercise]


class ListTotals(Output):
    """The totals of all workouts of a list, on every page. The duration excludes workouts in progress."""

    workouts: int
    exercises: int
    sets: int
    reps: int
    volume_kg: float
    duration_seconds: float


class WorkoutPage(Output):
    """A page of workouts, the newest first."""

    items: list[ListedWorkout]
    totals: ListTotals | None = Field(description="Of all pages. Null except on the first page.")
    next_cursor: str | None
