"""Input schemas of workouts. `docs/formulas.md` lists their bounds, so that no value can distort a sum."""

from datetime import datetime, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from exercise_buddy.core.types import Count, Input, Measure, Notes, SingleLine, StrictBool, Timestamp, TimeZone
from exercise_buddy.workouts.tables import SetKind, Source

MAX_DURATION = timedelta(days=31)
MAX_SETS = 500
MAX_TITLE = 200
MAX_EXERCISES = 100
MAX_TARGETS = 100
MAX_REPS_OF_EVIDENCE = 2_000
MAX_REPS = 100_000
MAX_WEIGHT_KG = 2_000
MAX_SET_SECONDS = 7 * 24 * 3600
MAX_SET_METERS = 2_000_000
MAX_REST_SECONDS = 24 * 3600
MAX_RANGE_MM = 3_000
MAX_VELOCITY_MPS = 20
WEIGHT_DECIMALS = 4


def _half(value: float) -> float:
    if value * 2 != int(value * 2):
        raise ValueError("RPE goes in steps of 0.5")
    return value


def _kilograms(value: float) -> float:
    return round(value, WEIGHT_DECIMALS)


Reps = Annotated[Count, Field(le=MAX_REPS)]
Kilograms = Annotated[Measure, Field(le=MAX_WEIGHT_KG), AfterValidator(_kilograms)]
Seconds = Annotated[Measure, Field(le=MAX_SET_SECONDS)]
Meters = Annotated[Measure, Field(le=MAX_SET_METERS)]
Milliseconds = Annotated[Count, Field(le=MAX_SET_SECONDS * 1000)]
Rpe = Annotated[Measure, Field(ge=1, le=10), AfterValidator(_half)]
Rest = Annotated[Count, Field(le=MAX_REST_SECONDS)]
RepFlag = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[a-z0-9_]+$")]


class RepEvidenceInput(Input):
    """What the camera saw of one rep."""

    offset_ms: Milliseconds = Field(description="From the start of the set.")
    duration_ms: Milliseconds | None = None
    eccentric_ms: Milliseconds | None = None
    concentric_ms: Milliseconds | None = None
    range_degrees: Annotated[Measure, Field(le=360)] | None = None
    range_mm: Annotated[Measure, Field(le=MAX_RANGE_MM)] | None = Field(
        default=None, description="How far the bar, or the hand, went: for sensors that measure a way and no angle."
    )
    mean_velocity_mps: Annotated[Measure, Field(le=MAX_VELOCITY_MPS)] | None = Field(
        default=None, description="Of the concentric phase, in metres a second."
    )
    confidence: Annotated[Measure, Field(le=1)] | None = None
    flags: list[RepFlag] = Field(default_factory=list, max_length=8)
    rejected: StrictBool = False


class CounterInput(Input):
    """The program that counted."""

    name: Annotated[str, Field(max_length=64), SingleLine]
    version: Annotated[str, Field(max_length=32), SingleLine]


class EvidenceInput(Input):
    """What a camera saw of a set. Never video or images."""

    counter: CounterInput
    detected_reps: Reps = Field(description="What the counter counted; `reps` of the set is what the user says.")
    reps: list[RepEvidenceInput] = Field(default_factory=list, max_length=MAX_REPS_OF_EVIDENCE)


class SetInput(Input):
    """A set. It says at least one of reps, a duration and a distance."""

    kind: SetKind = SetKind.NORMAL
    reps: Reps | None = None
    weight_kg: Kilograms | None = None
    duration_seconds: Seconds | None = None
    distance_meters: Meters | None = None
    rpe: Rpe | None = None
    rest_seconds: Rest | None = None
    evidence: EvidenceInput | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.reps is None and self.duration_seconds is None and self.distance_meters is None:
            raise ValueError("A set says at least one of reps, duration_seconds and distance_meters")
        return self


class TargetSet(Input):
    """A planned set. What it leaves out is not planned; with `reps_to`, `reps` is the least and `reps_to` the most."""

    kind: SetKind = SetKind.NORMAL
    reps: Reps | None = None
    reps_to: Reps | None = None
    weight_kg: Kilograms | None = None
    duration_seconds: Seconds | None = None
    distance_meters: Meters | None = None
    rpe: Rpe | None = None
    rest_seconds: Rest | None = None

    @model_validator(mode="after")
    def _range_in_order(self) -> Self:
        if self.reps_to is not None and (self.reps is None or self.reps_to < self.reps):
            raise ValueError("reps_to goes with reps, and is not less")
        return self


class ExerciseInput(Input):
    """An exercise within a workout. Exercises with the same superset number are done in turn."""

    exercise_id: UUID = Field(description="Of the catalogue or one of your own: see `GET /exercises`.")
    superset: Annotated[Count, Field(le=100)] | None = None
    notes: Notes | None = None
    targets: list[TargetSet] = Field(default_factory=list, max_length=MAX_TARGETS, description="The planned sets.")
    sets: list[SetInput] = Field(default_factory=list, max_length=MAX_SETS)


class WorkoutInput(Input):
    """A workout to log. Without `ended_at` it goes on."""

    id: UUID | None = Field(default=None, description="Your own choice (UUIDv7), so that you may safely send it again.")
    title: Annotated[str, Field(max_length=MAX_TITLE), SingleLine] | None = Field(
        default=None, description="By the time of day and the muscles if it is left out, and then for as long as it is."
    )
    started_at: Timestamp
    ended_at: Timestamp | None = None
    time_zone: TimeZone | None = Field(default=None, description="Where it happened. Your profile's if it is left out.")
    notes: Notes | None = None
    source: Literal[Source.MANUAL, Source.CAMERA] = Source.MANUAL
    exercises: list[ExerciseInput] = Field(default_factory=list, max_length=MAX_EXERCISES)

    @field_validator("ended_at")
    @classmethod
    def _ends_in_time(cls, value: datetime | None, info: ValidationInfo) -> datetime | None:
        started_at: datetime | None = info.data.get("started_at")
        if value is not None and started_at is not None:
            if value < started_at:
                raise ValueError("A workout ends after it has started")
            if value - started_at > MAX_DURATION:
                raise ValueError("A workout lasts at most 31 days")
        return value

    @field_validator("exercises")
    @classmethod
    def _not_too_many_sets(cls, value: list[ExerciseInput]) -> list[ExerciseInput]:
        if sum(len(exercise.sets) for exercise in value) > MAX_SETS:
            raise ValueError(f"A workout has at most {MAX_SETS} sets")
        return value
