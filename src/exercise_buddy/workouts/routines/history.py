"""What was done of exercises, as the documents of this package say it."""

from uuid import UUID

from pydantic import BaseModel

from exercise_buddy.workouts.routines.schemas import ProgressionInput
from exercise_buddy.workouts.schemas import MAX_TARGETS, ExerciseName, SetResult, TargetSet


def _as_target(one: SetResult) -> TargetSet:
    # A lift that failed is tried again: its weight is the plan, not that it fails.
    return TargetSet.model_validate(one.model_dump() | {"reps": one.reps or None})


class DoneExercise(BaseModel):
    """An exercise of a workout. `targets` are what was planned, where nothing was done."""

    exercise_id: UUID
    superset: int | None
    notes: str | None
    targets: list[TargetSet] | None
    sets: list[SetResult]

    def as_targets(self) -> list[TargetSet]:
        """Plan what was done, or what was planned where nothing was; no more sets than may be planned."""
        return [_as_target(one) for one in self.sets[:MAX_TARGETS]] or list(self.targets or ())


class DoneWorkout(BaseModel):
    """A workout, as far as it is to be done again."""

    title: str
    title_proposed: bool
    notes: str | None
    exercises: list[DoneExercise]


class Time(BaseModel):
    """A time that an exercise was done. `started_at` is as PostgreSQL writes it."""

    workout_id: UUID
    started_at: str
    targets: list[TargetSet]
    sets: list[SetResult]


class BasisExercise(BaseModel):
    """An exercise of a routine, what was done of it in the routine (the newest first), and last in any workout."""

    exercise: ExerciseName
    assisted: bool
    superset: int | None
    notes: str | None
    targets: list[TargetSet]
    progression: ProgressionInput | None
    performances: list[Time]
    elsewhere: Time | None


class Basis(BaseModel):
    """What the next workout of a routine follows from."""

    name: str
    exercises: list[BasisExercise]
