"""Request and response schemas of workouts. `docs/formulas.md` lists the bounds, so that no value can distort a sum."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, NamedTuple
from uuid import UUID

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from exercise_buddy.core.types import Count, Input, Notes, Output, SingleLine, Timestamp, TimeZone, example
from exercise_buddy.workouts.content_size import WORKOUT_TOO_LARGE, is_too_large
from exercise_buddy.workouts.set_schemas import SetInput, Target, TargetSet, WorkoutSet, chosen_id
from exercise_buddy.workouts.tables import Source

MAX_DURATION = timedelta(days=31)
MAX_SETS = 500
MAX_TITLE = 200
MAX_EXERCISES = 100
MAX_TARGETS = 100


class ExerciseInput(Input):
    """An exercise of a workout. Exercises with the same superset number alternate."""

    model_config = example({"exercise_id": "5a1aa702-5779-58e9-ad82-588773810ed8", "sets": [{"reps": 20}]})

    id: UUID | None = chosen_id()
    exercise_id: UUID = Field(description="An exercise of the catalogue, or a custom one: see `GET /exercises`.")
    superset: Annotated[Count, Field(le=100)] | None = None
    notes: Notes | None = None
    targets: list[TargetSet] = Field(default_factory=list, max_length=MAX_TARGETS, description="The planned sets.")
    sets: list[SetInput] = Field(default_factory=list, max_length=MAX_SETS)


PartPath = tuple[str | int, ...]


class PartId(NamedTuple):
    """The id of an exercise within a workout, or of a set. An exercise and a set may have the same id."""

    kind: Literal["exercise", "set"]
    id: UUID


def list_chosen_ids(exercises: Sequence[ExerciseInput]) -> Iterator[tuple[PartPath, PartId]]:
    """Yield the ids of exercises and sets that a client chose, each with its path within the exercises."""
    for index, exercise in enumerate(exercises):
        if exercise.id is not None:
            yield (index, "id"), PartId("exercise", exercise.id)
        for set_index, workout_set in enumerate(exercise.sets):
            if workout_set.id is not None:
                yield (index, "sets", set_index, "id"), PartId("set", workout_set.id)


def _find_repeated_ids(exercises: Sequence[ExerciseInput]) -> list[InitErrorDetails]:
    seen: set[PartId] = set()
    repeated: list[InitErrorDetails] = []
    for path, part_id in list_chosen_ids(exercises):
        if part_id in seen:
            error = PydanticCustomError(
                "repeated_id", "Another {kind} of this workout has this id", {"kind": part_id.kind}
            )
            repeated.append(InitErrorDetails(type=error, loc=path, input=None))
        seen.add(part_id)
    return repeated


def _count_sets(exercise: object) -> int:
    sets = exercise.get("sets") if isinstance(exercise, dict) else getattr(exercise, "sets", None)
    return len(sets) if isinstance(sets, list) else 0


class WorkoutInput(Input):
    """A workout to log. Without `ended_at` it is in progress."""

    model_config = example(
        {
            "started_at": "2026-03-02T18:00:00+01:00",
            "ended_at": "2026-03-02T18:45:00+01:00",
            "time_zone": "Europe/Berlin",
            "exercises": [
                {
                    "exercise_id": "c9268fad-6829-5181-8b6b-bdf94478f021",
                    "sets": [{"reps": 8, "weight_kg": 60.0, "rpe": 8}, {"reps": 7, "weight_kg": 60.0}],
                },
                {"exercise_id": "5a1aa702-5779-58e9-ad82-588773810ed8", "sets": [{"reps": 20}]},
            ],
        }
    )

    id: UUID | None = Field(default=None, description="An id of your choice (UUIDv7), so that a retry is safe.")
    title: Annotated[str, Field(max_length=MAX_TITLE), SingleLine] | None = Field(
        default=None, description="If left out, the title follows the time of day and the muscles."
    )
    started_at: Timestamp
    ended_at: Timestamp | None = None
    time_zone: TimeZone | None = Field(default=None, description="IANA name. That of your profile, if left out.")
    notes: Notes | None = None
    source: Literal[Source.MANUAL, Source.CAMERA] = Source.MANUAL
    exercises: list[ExerciseInput] = Field(default_factory=list, max_length=MAX_EXERCISES)

    @field_validator("ended_at")
    @classmethod
    def _require_end_after_start(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        started_at: datetime | None = info.data.get("started_at")
        if value is not None and started_at is not None:
            if value < started_at:
                raise ValueError("A workout ends after its start")
            if value - started_at > MAX_DURATION:
                raise ValueError("A workout lasts at most 31 days")
        return value

    @field_validator("exercises", mode="before")
    @classmethod
    def _limit_sets(cls, value: object) -> object:
        # Before the sets are validated: a body has room for fifty times as many.
        counts = [_count_sets(exercise) for exercise in value] if isinstance(value, list) else []
        # A single exercise with too many has an error of its own.
        if sum(counts) > MAX_SETS >= max(counts):
            raise ValueError(f"A workout has at most {MAX_SETS} sets")
        return value

    @field_validator("exercises")
    @classmethod
    def _limit_size(cls, value: list[ExerciseInput]) -> list[ExerciseInput]:
        if is_too_large(value):
            raise ValueError(WORKOUT_TOO_LARGE)
        return value

    @field_validator("exercises")
    @classmethod
    def _require_different_ids(cls, value: list[ExerciseInput]) -> list[ExerciseInput]:
        repeated = _find_repeated_ids(value)
        if repeated:
            raise ValidationError.from_exception_data(cls.__name__, repeated)
        return value


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
    """An exercise of a workout, with its sets. Its id stays when it moves or changes."""

    id: UUID
    exercise: ExerciseName
    superset: int | None
    notes: str | None
    targets: list[Target]
    totals: ExerciseTotals
    sets: list[WorkoutSet]


class ListedExercise(Output):
    """An exercise of a listed workout. `sets` is null unless the list includes sets."""

    id: UUID
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
