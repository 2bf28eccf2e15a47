"""What the endpoints of routines take and give."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from exercise_buddy.core.types import Count, Input, Measure, Notes, Output, SingleLine, Timestamp, TimeZone, unset
from exercise_buddy.workouts.schemas import (
    MAX_EXERCISES,
    MAX_SETS,
    MAX_TARGETS,
    MAX_TITLE,
    WEIGHT_DECIMALS,
    ExerciseName,
    SetResult,
    Target,
    TargetSet,
)
from exercise_buddy.workouts.tables import SetKind

MAX_INCREMENT_KG = 100
DEFAULT_DELOAD_AFTER = 3
MAX_DELOAD_AFTER = 10
DEFAULT_STEP = 1


class ProgressionKind(StrEnum):
    """How the planned sets of an exercise grow."""

    LINEAR = "linear"
    DOUBLE = "double"
    REPS = "reps"


class Reason(StrEnum):
    """Why the next sets are what they are."""

    AS_PLANNED = "as_planned"
    FIRST_TIME = "first_time"
    WEIGHT_UP = "weight_up"
    REPS_UP = "reps_up"
    REPEAT = "repeat"
    DELOAD = "deload"


def _kilograms(value: float) -> float:
    return round(value, WEIGHT_DECIMALS)


Increment = Annotated[Measure, Field(ge=0.1, le=MAX_INCREMENT_KG), AfterValidator(_kilograms)]
DeloadAfter = Annotated[Count, Field(ge=1, le=MAX_DELOAD_AFTER)]
Step = Annotated[Count, Field(ge=1, le=100)]
Name = Annotated[str, Field(max_length=MAX_TITLE), SingleLine]
_OWN_ID = "Your own choice (UUIDv7), so that you may safely send it again."


class ProgressionInput(Input):
    """How the planned sets of an exercise grow, from what was done the last time.

    `linear`: when all of them were reached, the weight goes up by `increment_kg`; when they were missed `deload_after`
    times in a row, it goes down by a tenth. `double`: one more rep each time, from `reps` to `reps_to`; when all sets
    have come there, the weight goes up by `increment_kg` and the reps begin anew. `reps`: when all of them were
    reached, `step` more reps, up to `reps_to` if it is planned. Where the weight assists, it goes the other way.
    """

    kind: ProgressionKind
    increment_kg: Increment | None = Field(default=None, validate_default=True)
    deload_after: DeloadAfter | None = Field(
        default=None, validate_default=True, description=f"{DEFAULT_DELOAD_AFTER} if it is left out."
    )
    step: Step | None = Field(default=None, validate_default=True, description=f"{DEFAULT_STEP} if it is left out.")

    @field_validator("increment_kg")
    @classmethod
    def _of_a_weight(cls, value: float | None, info: ValidationInfo) -> float | None:
        kind = info.data.get("kind")
        if kind in {ProgressionKind.LINEAR, ProgressionKind.DOUBLE} and value is None:
            raise ValueError(f"A {kind} progression needs an increment")
        if kind is ProgressionKind.REPS and value is not None:
            raise ValueError("A progression of reps has no increment")
        return value

    @field_validator("deload_after")
    @classmethod
    def _of_a_linear_one(cls, value: int | None, info: ValidationInfo) -> int | None:
        linear = info.data.get("kind") is ProgressionKind.LINEAR
        if value is not None and not linear:
            raise ValueError("Only a linear progression deloads")
        return DEFAULT_DELOAD_AFTER if linear and value is None else value

    @field_validator("step")
    @classmethod
    def _of_reps(cls, value: int | None, info: ValidationInfo) -> int | None:
        in_reps = info.data.get("kind") is ProgressionKind.REPS
        if value is not None and not in_reps:
            raise ValueError("Only a progression of reps has a step")
        return DEFAULT_STEP if in_reps and value is None else value


def is_working(kind: SetKind) -> bool:
    """Say whether a set of this kind is judged, and grows: neither a warm-up nor what follows a set as its drop."""
    return kind in {SetKind.NORMAL, SetKind.FAILURE}


class RoutineExerciseInput(Input):
    """An exercise of a routine. Exercises with the same superset number are done in turn."""

    exercise_id: UUID = Field(description="Of the catalogue or one of your own: see `GET /exercises`.")
    superset: Annotated[Count, Field(le=100)] | None = None
    notes: Notes | None = None
    targets: list[TargetSet] = Field(default_factory=list, max_length=MAX_TARGETS, description="The planned sets.")
    progression: ProgressionInput | None = Field(default=None, description="Without one, the planned sets stay.")

    @field_validator("progression")
    @classmethod
    def _has_something_to_grow(cls, value: ProgressionInput | None, info: ValidationInfo) -> ProgressionInput | None:
        targets: list[TargetSet] | None = info.data.get("targets")
        if value is None or targets is None:
            return value
        working = [target for target in targets if is_working(target.kind)]
        if not working:
            raise ValueError("A progression needs a planned set that is neither a warm-up nor a drop set")
        if value.kind is ProgressionKind.DOUBLE and any(target.reps_to is None for target in working):
            raise ValueError("A double progression needs reps and reps_to in all planned sets")
        if value.kind is ProgressionKind.REPS and any(target.reps is None for target in working):
            raise ValueError("A progression of reps needs reps in all planned sets")
        return value


def _not_too_many_targets(exercises: list[RoutineExerciseInput]) -> list[RoutineExerciseInput]:
    if sum(len(exercise.targets) for exercise in exercises) > MAX_SETS:
        raise ValueError(f"A routine has at most {MAX_SETS} planned sets")
    return exercises


RoutineExercises = Annotated[
    list[RoutineExerciseInput], Field(max_length=MAX_EXERCISES), AfterValidator(_not_too_many_targets)
]


class RoutineContent(Input):
    """All that there is of a routine."""

    name: Name
    notes: Notes | None = None
    exercises: RoutineExercises = Field(default_factory=list)


class RoutineInput(RoutineContent):
    """A routine to make."""

    id: UUID | None = Field(default=None, description=_OWN_ID)


class RoutineChange(Input):
    """What to change of a routine. A field that is left out stays; null empties one that may be empty."""

    name: Name = unset()
    notes: Notes | None = None
    exercises: RoutineExercises = unset()


class RoutineFromWorkoutInput(Input):
    """Which workout to make a routine of."""

    workout_id: UUID
    name: Name | None = Field(default=None, description="The workout's title if it is left out.")
    id: UUID | None = Field(default=None, description=_OWN_ID)


class StartInput(Input):
    """When and where a workout starts."""

    id: UUID | None = Field(default=None, description=_OWN_ID)
    started_at: Timestamp | None = Field(default=None, description="Now if it is left out.")
    time_zone: TimeZone | None = Field(default=None, description="Your profile's if it is left out.")


class RepeatInput(StartInput):
    """Which workout to do again, when and where."""

    workout_id: UUID | None = Field(default=None, description="The last that has ended if it is left out.")


class Progression(Output):
    """How the planned sets of an exercise grow: see the input."""

    kind: ProgressionKind
    increment_kg: float | None
    deload_after: int | None
    step: int | None


class PlannedExercise(Output):
    """An exercise of a routine, and its planned sets."""

    exercise: ExerciseName
    superset: int | None
    notes: str | None
    targets: list[Target]
    progression: Progression | None
    progress_since: datetime | None = Field(
        description="What was begun before does not count: the progression was stated then, or where it starts from."
    )


class Routine(Output):
    """A plan to do again and again."""

    id: UUID
    name: str
    notes: str | None
    exercises: list[PlannedExercise]
    created_at: datetime
    updated_at: datetime


class RoutinePage(Output):
    """A page of routines."""

    items: list[Routine]
    next_cursor: str | None


class LastTime(Output):
    """When the exercise was last done, and what."""

    workout_id: UUID
    started_at: datetime
    sets: list[SetResult]


class NextExercise(Output):
    """An exercise as it would be planned in a workout that is started now."""

    exercise: ExerciseName
    superset: int | None
    notes: str | None
    targets: list[Target]
    reason: Reason
    misses: int = Field(description="How often in a row, at this weight, the planned sets were not reached.")
    last: LastTime | None = Field(description="In a workout of this routine; in another one if there is none.")


class NextWorkout(Output):
    """What a workout would be that is started from a routine now."""

    routine_id: UUID
    title: str
    exercises: list[NextExercise]
