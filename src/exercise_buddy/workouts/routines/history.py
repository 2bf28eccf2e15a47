"""The results of earlier workouts, in the shape of the JSON of `queries.py`."""

from uuid import UUID

from pydantic import BaseModel

from exercise_buddy.workouts.routines.schemas import ProgressionInput
from exercise_buddy.workouts.schemas import MAX_TARGETS, ExerciseName
from exercise_buddy.workouts.set_schemas import SetResult, TargetSet


def _as_target(result: SetResult) -> TargetSet:
    # A failed lift (0 reps) is planned again with its weight and without reps.
    return TargetSet.model_validate(result.model_dump() | {"reps": result.reps or None})


class DoneExercise(BaseModel):
    """An exercise of a workout. `targets` are the planned sets, if it has no results."""

    exercise_id: UUID
    superset: int | None
    notes: str | None
    targets: list[TargetSet] | None
    sets: list[SetResult]

    def as_targets(self) -> list[TargetSet]:
        """Return planned sets with the results, or the planned sets if it has no results; at most `MAX_TARGETS`."""
        return [_as_target(result) for result in self.sets[:MAX_TARGETS]] or list(self.targets or ())


class DoneWorkout(BaseModel):
    """The part of a workout that is repeated."""

    title: str
    title_proposed: bool
    notes: str | None
    exercises: list[DoneExercise]


class PastPerformance(BaseModel):
    """An exercise in a finished workout: its planned sets and its results. `started_at` is text of PostgreSQL."""

    workout_id: UUID
    started_at: str
    targets: list[TargetSet]
    sets: list[SetResult]


class BasisExercise(BaseModel):
    """An exercise of a routine, its performances in the routine (the newest first), and its last one in any workout."""

    exercise: ExerciseName
    assisted: bool
    superset: int | None
    notes: str | None
    targets: list[TargetSet]
    progression: ProgressionInput | None
    performances: list[PastPerformance]
    elsewhere: PastPerformance | None


class Basis(BaseModel):
    """The basis of the next workout of a routine."""

    name: str
    exercises: list[BasisExercise]
