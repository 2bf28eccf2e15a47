"""What workouts sends of workouts."""

from datetime import date, datetime
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Output
from exercise_buddy.workouts.schemas.sets import Target, WorkoutSet
from exercise_buddy.workouts.tables import Source


class HeaviestSet(Output):
    """The heaviest set; of equally heavy ones that with the most reps."""

    weight_kg: float | None
    reps: int | None


class ExerciseTotals(Output):
    """What an exercise within a workout comes to. `best_e1rm_kg` is by Epley's formula, from sets of 1 to 12 reps.

    `volume_kg` is reps times recorded weight. `bodyweight_volume_kg` is what the body itself weighed in: reps times the
    share of its mass that the exercise moves, by the last body mass measured until that day, minus the weight where it
    assists. Null where that mass is unknown, or the exercise moves none of it.
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
    """Which exercise."""

    id: UUID
    name: str
    custom: bool


class PerformedExercise(Output):
    """An exercise within a workout, and its sets."""

    exercise: ExerciseName
    superset: int | None
    notes: str | None
    targets: list[Target]
    totals: ExerciseTotals
    sets: list[WorkoutSet]


class ListedExercise(Output):
    """An exercise within a workout of a list. `sets` is null unless the list includes them."""

    exercise: ExerciseName
    superset: int | None
    notes: str | None
    targets: list[Target]
    totals: ExerciseTotals
    sets: list[WorkoutSet] | None


class WorkoutTotals(Output):
    """What a workout comes to. `met_minutes` is null where no exercise has a MET, or the workout goes on.

    `bodyweight_volume_kg` is the sum of that of the exercises.
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
    routine_id: UUID | None = Field(description="What it was started from. The routine may be gone.")
    totals: WorkoutTotals
    created_at: datetime
    updated_at: datetime


class Workout(_WorkoutHead):
    """A workout, whole."""

    exercises: list[PerformedExercise]


class ListedWorkout(_WorkoutHead):
    """A workout of a list."""

    exercises: list[ListedExercise]


class ListTotals(Output):
    """What all workouts of a list come to, on whatever page they are. One that goes on counts without its time."""

    workouts: int
    exercises: int
    sets: int
    reps: int
    volume_kg: float
    duration_seconds: float


class WorkoutPage(Output):
    """A page of workouts, the newest first."""

    items: list[ListedWorkout]
    totals: ListTotals | None = Field(description="Of all that pass the filters. Null on the pages after the first.")
    next_cursor: str | None
