"""Request and response schemas of workouts. `docs/formulas.md` lists the bounds, so that no value can distort a sum."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Literal, NamedTuple
from uuid import UUID

from pydantic import Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from exercise_buddy.core.types import (
    Count,
    CreatedAt,
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
)
from exercise_buddy.workouts.content_size import WORKOUT_TOO_LARGE, is_too_large
from exercise_buddy.workouts.examples import EXERCISE_INPUT, WORKOUT, WORKOUT_INPUT, WORKOUT_PAGE
from exercise_buddy.workouts.field_types import AverageHeartRate, CheckedMaxHeartRate, Kilocalories, MaxHeartRate, Reps
from exercise_buddy.workouts.set_schemas import SetInput, Target, TargetSet, WorkoutSet, added_later, chosen_id
from exercise_buddy.workouts.tables import Source

MAX_DURATION = timedelta(days=31)
MAX_SETS = 500
MAX_TITLE = 200
MAX_EXERCISES = 100
MAX_TARGETS = 100
MEASURED = frozenset({"energy_kcal", "average_heart_rate_bpm", "max_heart_rate_bpm"})
"""The fields of a workout that a device measures. They stay if a client that replaces it does not know them."""


Superset = Annotated[Count, Field(le=100, description="Exercises with the same number alternate.")]
Targets = Annotated[list[TargetSet], Field(max_length=MAX_TARGETS, description="The planned sets.")]
StoredNotes = Annotated[str, Field(description="Notes of several lines.")]
StartedAt = Annotated[datetime, Field(description="When the workout began.")]
EndedAt = Annotated[datetime, Field(description="When the workout ended. Null while it is in progress.")]

SetCount = Annotated[Count, Field(description="Number of sets.")]
RepCount = Annotated[Count, Field(description="Number of reps of all sets.")]
VolumeKg = Annotated[
    Measure, Field(description="The sum of reps times weight over all sets, in kilograms. Assistance does not count.")
]
AssistedVolumeKg = Annotated[Measure, Field(description="The sum of reps times assistance, in kilograms.")]
BodyweightVolumeKg = Annotated[
    float,
    Field(
        description="The volume of the body itself in kilograms, beside `volume_kg`. It is negative if the assistance "
        "is greater. Null if the body mass is unknown, or no exercise moves the body."
    ),
]
HeaviestKg = Annotated[Measure, Field(description="The weight in kilograms. Null if no set has a weight.")]


class ExerciseInput(Input):
    """An exercise of a workout. Exercises with the same superset number alternate."""

    model_config = example(EXERCISE_INPUT)

    id: UUID | None = chosen_id()
    exercise_id: UUID = Field(description="An exercise of the catalogue, or a custom one: see `GET /exercises`.")
    superset: Superset | None = None
    notes: Notes | None = None
    targets: Targets = Field(default_factory=list)
    sets: list[SetInput] = Field(
        default_factory=list, max_length=MAX_SETS, description="The sets, in the order of time."
    )


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

    model_config = example(WORKOUT_INPUT)

    id: UUID | None = Field(default=None, description="An id of your choice (UUIDv7), so that a retry is safe.")
    title: Annotated[str, Field(max_length=MAX_TITLE), SingleLine] | None = Field(
        default=None, description="If left out, the title follows the time of day and the muscles."
    )
    started_at: Timestamp = Field(description="When the workout began.")
    ended_at: Timestamp | None = Field(
        default=None, description="When it ended, up to 31 days after its start. Null: it is in progress."
    )
    time_zone: TimeZone | None = Field(default=None, description="IANA name. That of your profile, if left out.")
    notes: Notes | None = None
    source: Literal[Source.MANUAL, Source.CAMERA] = Field(
        default=Source.MANUAL, description="Who counted: you or a camera."
    )
    energy_kcal: Kilocalories | None = added_later(
        description="Energy of the workout in kilocalories that you have measured, with up to 4 decimals. Statistics "
        "prefer it to our estimate. A replacement without it keeps it; null deletes it."
    )
    average_heart_rate_bpm: AverageHeartRate | None = added_later(
        description="Average heart rate of the workout in beats per minute that you have measured, with up to one "
        "decimal. A replacement without it keeps it; null deletes it."
    )
    max_heart_rate_bpm: CheckedMaxHeartRate | None = added_later(
        description="Highest heart rate of the workout in beats per minute that you have measured, at least the "
        "average. A replacement without it keeps it; null deletes it."
    )
    exercises: list[ExerciseInput] = Field(
        default_factory=list, max_length=MAX_EXERCISES, description="The exercises in their order."
    )

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

    weight_kg: HeaviestKg | None
    reps: Reps | None


class WarmUpTotals(Output):
    """What of the totals is in warm-ups. Statistics leave them out of volumes unless `include_warm_ups` is true."""

    sets: SetCount
    reps: RepCount
    volume_kg: VolumeKg
    assisted_volume_kg: AssistedVolumeKg


class ExerciseTotals(Output):
    """The totals of an exercise of a workout. `best_e1rm_kg` is estimated by Epley's formula from sets of 1 to 12 reps.

    `volume_kg` is reps times recorded weight. `bodyweight_volume_kg` is reps times the share of the body mass that the
    exercise moves, by the last measurement on or before that day, minus `assisted_volume_kg`. It is null if the
    mass is unknown, or the exercise moves none of it. All sets count, also `warm_up`; warm-ups are never the best set.
    """

    sets: SetCount
    reps: RepCount
    volume_kg: VolumeKg
    bodyweight_volume_kg: BodyweightVolumeKg | None
    assisted_volume_kg: AssistedVolumeKg
    warm_up: WarmUpTotals = Field(description="What of the totals is in warm-ups.")
    duration_seconds: Measure | None = Field(
        description="The sum of the durations of the sets in seconds. Null if none has a duration."
    )
    distance_meters: Measure | None = Field(
        description="The sum of the distances of the sets in metres. Null if none has a distance."
    )
    best_set: HeaviestSet
    best_e1rm_kg: Measure | None = Field(
        description="The best estimated one-rep max in kilograms. Null without a set of 1 to 12 reps with a weight."
    )


class ExerciseName(Output):
    """The id and name of an exercise."""

    id: UUID = Field(description="The id of the exercise.")
    name: str = Field(description="The name of the exercise.")
    custom: bool = Field(description="Whether it is an exercise of your own.")


class PerformedExercise(Output):
    """An exercise of a workout, with its sets. Its id stays when it moves or changes."""

    id: UUID = Field(description="The id of the exercise in the workout. It stays when the exercise moves or changes.")
    exercise: ExerciseName
    superset: Superset | None
    notes: StoredNotes | None
    targets: list[Target] = Field(description="The planned sets.")
    totals: ExerciseTotals
    sets: list[WorkoutSet] = Field(description="The sets, in their order.")


class ListedExercise(Output):
    """An exercise of a listed workout. `sets` is null unless the list includes sets."""

    id: UUID = Field(description="The id of the exercise in the workout. It stays when the exercise moves or changes.")
    exercise: ExerciseName
    superset: Superset | None
    notes: StoredNotes | None
    targets: list[Target] = Field(description="The planned sets.")
    totals: ExerciseTotals
    sets: list[WorkoutSet] | None = Field(description="The sets, in their order. Null without `include=sets`.")


class WorkoutTotals(Output):
    """The totals of a workout. `bodyweight_volume_kg` is the sum over the exercises."""

    exercises: Count = Field(description="Number of exercises.")
    sets: SetCount
    reps: RepCount
    volume_kg: VolumeKg
    bodyweight_volume_kg: BodyweightVolumeKg | None
    assisted_volume_kg: AssistedVolumeKg
    warm_up: WarmUpTotals = Field(description="What of the totals is in warm-ups.")
    duration_seconds: Measure | None = Field(
        description="Time from the start to the end in seconds. Null while the workout is in progress."
    )
    met_minutes: Measure | None = Field(
        description="MET times minutes of the workout. Null if no exercise has a MET, or it is in progress."
    )
    estimated_energy_kcal: Measure | None = Field(
        description="Our estimate of the energy in kilocalories: `met_minutes` x 3.5 x body mass of the day / 200. "
        "Null without `met_minutes` or a body mass."
    )


class _WorkoutHead(Output):
    id: UUID = Field(description="The id of the workout.")
    title: str = Field(description="The title: yours, or one that follows the time of day and the muscles.")
    started_at: StartedAt
    ended_at: EndedAt | None
    time_zone: str = Field(description="The IANA time zone in which the workout began.")
    local_date: date = Field(description="The day on which it began in its time zone.")
    notes: StoredNotes | None
    source: Source
    import_id: UUID | None = Field(description="The import that it comes from. Null if it was logged.")
    routine_id: UUID | None = Field(description="The routine that it was started from, which may have been deleted.")
    energy_kcal: Kilocalories | None
    average_heart_rate_bpm: AverageHeartRate | None
    max_heart_rate_bpm: MaxHeartRate | None
    totals: WorkoutTotals
    created_at: CreatedAt
    updated_at: UpdatedAt


class Workout(_WorkoutHead):
    """A workout."""

    model_config = example(WORKOUT)

    exercises: list[PerformedExercise] = Field(description="The exercises in their order.")


class ListedWorkout(_WorkoutHead):
    """A workout of a list."""

    exercises: list[ListedExercise] = Field(description="The exercises in their order.")


class ListTotals(Output):
    """The totals of all workouts of a list, on every page. The duration excludes workouts in progress."""

    workouts: Count = Field(description="Number of workouts.")
    exercises: Count = Field(description="Number of exercises, counted in each workout.")
    sets: SetCount
    reps: RepCount
    volume_kg: VolumeKg
    duration_seconds: Measure = Field(description="The sum of the durations of the finished workouts in seconds.")


class WorkoutPage(Output):
    """A page of workouts, the newest first."""

    model_config = example(WORKOUT_PAGE)

    items: list[ListedWorkout] = Field(description="The workouts, the newest first.")
    totals: ListTotals | None = Field(description="Of all pages. Null except on the first page.")
    next_cursor: NextCursor
