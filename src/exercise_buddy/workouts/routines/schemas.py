"""Request and response schemas of routines."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from exercise_buddy.core.types import (
    Count,
    CreatedAt,
    Documented,
    Input,
    Measure,
    NextCursor,
    Notes,
    Output,
    SingleLine,
    Timestamp,
    TimeZone,
    UpdatedAt,
    example,
    unset,
)
from exercise_buddy.workouts.examples import WORKOUT_ID
from exercise_buddy.workouts.field_types import round_kilograms
from exercise_buddy.workouts.routines.examples import NEXT_WORKOUT, ROUTINE, ROUTINE_CONTENT, ROUTINE_INPUT
from exercise_buddy.workouts.schemas import (
    MAX_EXERCISES,
    MAX_SETS,
    MAX_TITLE,
    ExerciseName,
    StartedAt,
    StoredNotes,
    Superset,
    Targets,
)
from exercise_buddy.workouts.set_schemas import SetResult, Target, TargetSet
from exercise_buddy.workouts.tables import SetKind

MAX_INCREMENT_KG = 100
DEFAULT_DELOAD_AFTER = 3
MAX_DELOAD_AFTER = 10
DEFAULT_STEP = 1


class ProgressionKind(StrEnum):
    """The rule by which the planned sets of an exercise progress."""

    LINEAR = "linear"
    DOUBLE = "double"
    REPS = "reps"


class Reason(StrEnum):
    """The reason for the next planned sets."""

    AS_PLANNED = "as_planned"
    FIRST_TIME = "first_time"
    WEIGHT_UP = "weight_up"
    REPS_UP = "reps_up"
    REPEAT = "repeat"
    DELOAD = "deload"


Increment = Annotated[
    Measure,
    Field(ge=0.1, le=MAX_INCREMENT_KG, description="The change of the weight in kilograms. Null for `reps`."),
    AfterValidator(round_kilograms),
]
DeloadAfter = Annotated[
    Count,
    Field(ge=1, le=MAX_DELOAD_AFTER, description="Misses in a row before the weight decreases. Only for `linear`."),
]
Step = Annotated[Count, Field(ge=1, le=100, description="The reps that are added. Only for `reps`.")]
Name = Annotated[str, Field(max_length=MAX_TITLE, description="The name of the routine."), SingleLine]
_CHOSEN_ID = "An id of your choice (UUIDv7), so that a retry is safe."


class ProgressionInput(Input):
    """How the planned sets of an exercise progress from the last results.

    `linear`: when all sets were reached, the weight increases by `increment_kg`; when they were missed `deload_after`
    times in a row, it decreases by a tenth. `double`: one more rep each time, from `reps` to `reps_to`; when all sets
    reached `reps_to`, the weight increases by `increment_kg` and the reps restart. `reps`: when all sets were reached,
    `step` more reps, up to `reps_to` if it is planned. Assistance changes in the other direction: it decreases to none
    when the sets were reached, and then a weight is added, except with an exercise that is `assisted`.
    """

    kind: ProgressionKind
    increment_kg: Increment | None = Field(default=None, validate_default=True)
    deload_after: DeloadAfter | None = Field(
        default=None, validate_default=True, description=f"{DEFAULT_DELOAD_AFTER}, if left out."
    )
    step: Step | None = Field(default=None, validate_default=True, description=f"{DEFAULT_STEP}, if left out.")

    @field_validator("increment_kg")
    @classmethod
    def _require_increment(cls, value: float | None, info: ValidationInfo) -> float | None:
        kind = info.data.get("kind")
        if kind in {ProgressionKind.LINEAR, ProgressionKind.DOUBLE} and value is None:
            raise ValueError(f"A {kind} progression needs an increment")
        if kind is ProgressionKind.REPS and value is not None:
            raise ValueError("A progression of reps has no increment")
        return value

    @field_validator("deload_after")
    @classmethod
    def _default_deload_after(cls, value: int | None, info: ValidationInfo) -> int | None:
        linear = info.data.get("kind") is ProgressionKind.LINEAR
        if value is not None and not linear:
            raise ValueError("Only a linear progression has deload_after")
        return DEFAULT_DELOAD_AFTER if linear and value is None else value

    @field_validator("step")
    @classmethod
    def _default_step(cls, value: int | None, info: ValidationInfo) -> int | None:
        in_reps = info.data.get("kind") is ProgressionKind.REPS
        if value is not None and not in_reps:
            raise ValueError("Only a progression of reps has a step")
        return DEFAULT_STEP if in_reps and value is None else value


def is_working(kind: SetKind) -> bool:
    """Return whether sets of this kind are working sets, which progress: neither warm-ups nor drop sets."""
    return kind in {SetKind.NORMAL, SetKind.FAILURE}


class RoutineExerciseInput(Input):
    """An exercise of a routine. Exercises with the same superset number alternate."""

    exercise_id: UUID = Field(description="An exercise of the catalogue, or a custom one: see `GET /exercises`.")
    superset: Superset | None = None
    notes: Notes | None = None
    targets: Targets = Field(default_factory=list)
    progression: ProgressionInput | None = Field(default=None, description="If left out, the planned sets stay.")

    @field_validator("progression")
    @classmethod
    def _require_matching_targets(cls, value: ProgressionInput | None, info: ValidationInfo) -> ProgressionInput | None:
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


def _limit_targets(exercises: list[RoutineExerciseInput]) -> list[RoutineExerciseInput]:
    if sum(len(exercise.targets) for exercise in exercises) > MAX_SETS:
        raise ValueError(f"A routine has at most {MAX_SETS} planned sets")
    return exercises


RoutineExercises = Annotated[
    list[RoutineExerciseInput],
    Field(max_length=MAX_EXERCISES, description="The exercises in their order."),
    AfterValidator(_limit_targets),
]


class RoutineContent(Input):
    """The content of a routine."""

    model_config = example(ROUTINE_CONTENT)

    name: Name
    notes: Notes | None = None
    exercises: RoutineExercises = Field(default_factory=list)


class RoutineInput(RoutineContent):
    """A routine to create."""

    model_config = example(ROUTINE_INPUT)

    id: UUID | None = Field(default=None, description=_CHOSEN_ID)


class RoutineChange(Input):
    """The fields of a routine to update. Fields that are left out stay; null clears a field that may be null."""

    model_config = example({"name": "Heavy push day"})

    name: Name = unset()
    notes: Notes | None = None
    exercises: RoutineExercises = unset()


class RoutineFromWorkoutInput(Input):
    """The workout to create a routine from."""

    model_config = example({"workout_id": WORKOUT_ID, "name": "Push day"})

    workout_id: UUID = Field(description="The id of the workout.")
    name: Name | None = Field(default=None, description="The title of the workout, if left out.")
    id: UUID | None = Field(default=None, description=_CHOSEN_ID)


def _require_different_ids(value: list[UUID]) -> list[UUID]:
    if len(set(value)) < len(value):
        raise ValueError("Each exercise needs an id of its own")
    return value


class StartInput(Input):
    """The start of a workout."""

    model_config = example({"time_zone": "Europe/Berlin"})

    id: UUID | None = Field(default=None, description=_CHOSEN_ID)
    entry_ids: Annotated[list[UUID], AfterValidator(_require_different_ids), Documented({"uniqueItems": True})] = Field(
        default_factory=list,
        max_length=MAX_EXERCISES,
        description="Ids of your choice (UUIDv7) for the exercises in the workout, in their order. All or none.",
    )
    started_at: Timestamp | None = Field(default=None, description="Now, if left out.")
    time_zone: TimeZone | None = Field(default=None, description="That of your profile, if left out.")


class RepeatInput(StartInput):
    """The workout to repeat, and the start of the new one."""

    model_config = example({"workout_id": WORKOUT_ID})

    workout_id: UUID | None = Field(default=None, description="The last finished workout, if left out.")


class Progression(Output):
    """How the planned sets of an exercise progress: see `ProgressionInput`."""

    kind: ProgressionKind
    increment_kg: Increment | None
    deload_after: DeloadAfter | None
    step: Step | None


class PlannedExercise(Output):
    """An exercise of a routine, with its planned sets."""

    exercise: ExerciseName
    superset: Superset | None
    notes: StoredNotes | None
    targets: list[Target] = Field(description="The planned sets.")
    progression: Progression | None
    progress_since: datetime | None = Field(
        description="Workouts before this time do not count: the progression or its start was changed then."
    )


class Routine(Output):
    """A plan of exercises and sets, to start workouts from."""

    model_config = example(ROUTINE)

    id: UUID = Field(description="The id of the routine.")
    name: Name
    notes: StoredNotes | None
    exercises: list[PlannedExercise] = Field(description="The exercises in their order.")
    created_at: CreatedAt
    updated_at: UpdatedAt


class RoutinePage(Output):
    """A page of routines."""

    model_config = example({"items": [ROUTINE], "next_cursor": None})

    items: list[Routine] = Field(description="The routines.")
    next_cursor: NextCursor


class LastPerformance(Output):
    """The last results of an exercise."""

    workout_id: UUID = Field(description="The id of the workout.")
    started_at: StartedAt
    sets: list[SetResult] = Field(description="The sets, in their order.")


class NextExercise(Output):
    """An exercise of a workout that starts now."""

    exercise: ExerciseName
    superset: Superset | None
    notes: StoredNotes | None
    targets: list[Target] = Field(description="The planned sets.")
    reason: Reason
    misses: Count = Field(description="How often in a row the planned sets were missed at this weight.")
    last: LastPerformance | None = Field(description="In a workout of this routine, or else in any workout.")


class NextWorkout(Output):
    """The workout that a start of a routine would create now."""

    model_config = example(NEXT_WORKOUT)

    routine_id: UUID = Field(description="The id of the routine.")
    title: str = Field(description="The title of the workout.")
    exercises: list[NextExercise] = Field(description="The exercises in their order.")
