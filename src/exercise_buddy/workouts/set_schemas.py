"""Schemas of sets, planned sets and camera evidence: what a client sends, and beside it what a client receives."""

from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import AfterValidator, Field, model_validator

from exercise_buddy.core.types import Count, Input, Measure, Output, SingleLine, StrictBool
from exercise_buddy.workouts.tables import SetKind

MAX_EVIDENCE_REPS = 2_000
MAX_REPS = 100_000
MAX_WEIGHT_KG = 2_000
MAX_SET_SECONDS = 7 * 24 * 3600
MAX_SET_METERS = 2_000_000
MAX_REST_SECONDS = 24 * 3600
MAX_RANGE_MM = 3_000
MAX_VELOCITY_MPS = 20
WEIGHT_DECIMALS = 4


def _require_half_steps(value: float) -> float:
    if value * 2 != int(value * 2):
        raise ValueError("RPE has steps of 0.5")
    return value


def _round_kilograms(value: float) -> float:
    return round(value, WEIGHT_DECIMALS)


Reps = Annotated[Count, Field(le=MAX_REPS)]
Kilograms = Annotated[Measure, Field(le=MAX_WEIGHT_KG), AfterValidator(_round_kilograms)]
Seconds = Annotated[Measure, Field(le=MAX_SET_SECONDS)]
Meters = Annotated[Measure, Field(le=MAX_SET_METERS)]
Milliseconds = Annotated[Count, Field(le=MAX_SET_SECONDS * 1000)]
Rpe = Annotated[Measure, Field(ge=1, le=10), AfterValidator(_require_half_steps)]
Rest = Annotated[Count, Field(le=MAX_REST_SECONDS)]


def chosen_id() -> Any:  # noqa: ANN401  (what pydantic's own Field returns)
    """Return the field of an id that a client may choose. It counts as content only if it is chosen."""
    return Field(
        default=None,
        description="An id of your choice (UUIDv7), so that a retry is safe.",
        exclude_if=lambda value: value is None,
    )


RepFlag = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[a-z0-9_]+$")]


class RepEvidenceInput(Input):
    """Camera evidence of one rep."""

    offset_ms: Milliseconds = Field(description="Time from the start of the set.")
    duration_ms: Milliseconds | None = None
    eccentric_ms: Milliseconds | None = None
    concentric_ms: Milliseconds | None = None
    range_degrees: Annotated[Measure, Field(le=360)] | None = None
    range_mm: Annotated[Measure, Field(le=MAX_RANGE_MM)] | None = Field(
        default=None, description="Distance that the bar or the hand moved, for sensors that measure no angle."
    )
    mean_velocity_mps: Annotated[Measure, Field(le=MAX_VELOCITY_MPS)] | None = Field(
        default=None, description="Mean velocity of the concentric phase, in metres per second."
    )
    confidence: Annotated[Measure, Field(le=1)] | None = None
    flags: list[RepFlag] = Field(default_factory=list, max_length=8)
    rejected: StrictBool = False


class RepEvidence(Output):
    """Camera evidence of one rep."""

    offset_ms: int
    duration_ms: int | None
    eccentric_ms: int | None
    concentric_ms: int | None
    range_degrees: float | None
    range_mm: float | None
    mean_velocity_mps: float | None
    confidence: float | None
    flags: list[str]
    rejected: bool


class CounterInput(Input):
    """The program that counted the reps."""

    name: Annotated[str, Field(max_length=64), SingleLine]
    version: Annotated[str, Field(max_length=32), SingleLine]


class Counter(Output):
    """The program that counted the reps."""

    name: str
    version: str


class EvidenceInput(Input):
    """Camera evidence of a set. Never video or images."""

    counter: CounterInput
    detected_reps: Reps = Field(description="The count of the counter. `reps` of the set is the count of the user.")
    reps: list[RepEvidenceInput] = Field(default_factory=list, max_length=MAX_EVIDENCE_REPS)


class Evidence(Output):
    """Camera evidence of a set."""

    counter: Counter
    detected_reps: int
    reps: list[RepEvidence]


class SetInput(Input):
    """A set. It has at least one of reps, a duration and a distance."""

    id: UUID | None = chosen_id()
    kind: SetKind = SetKind.NORMAL
    reps: Reps | None = None
    weight_kg: Kilograms | None = None
    duration_seconds: Seconds | None = None
    distance_meters: Meters | None = None
    rpe: Rpe | None = None
    rest_seconds: Rest | None = None
    evidence: EvidenceInput | None = None

    @model_validator(mode="after")
    def _require_a_result(self) -> Self:
        if self.reps is None and self.duration_seconds is None and self.distance_meters is None:
            raise ValueError("A set needs at least one of reps, duration_seconds and distance_meters")
        return self


class SetResult(Output):
    """The result of a set."""

    kind: SetKind
    reps: int | None
    weight_kg: float | None
    duration_seconds: float | None
    distance_meters: float | None
    rpe: float | None
    rest_seconds: int | None


class WorkoutSet(SetResult):
    """A set. Its id stays when it moves or changes."""

    id: UUID
    evidence: Evidence | None


class TargetSet(Input):
    """A planned set. Fields that are left out are not planned. With `reps_to`, `reps` is the lower bound of a range."""

    kind: SetKind = SetKind.NORMAL
    reps: Reps | None = None
    reps_to: Reps | None = None
    weight_kg: Kilograms | None = None
    duration_seconds: Seconds | None = None
    distance_meters: Meters | None = None
    rpe: Rpe | None = None
    rest_seconds: Rest | None = None

    @model_validator(mode="after")
    def _require_ordered_range(self) -> Self:
        if self.reps_to is not None and (self.reps is None or self.reps_to < self.reps):
            raise ValueError("reps_to needs reps, and is not less than reps")
        return self


class Target(Output):
    """A planned set. Null fields are not planned."""

    kind: SetKind
    reps: int | None
    reps_to: int | None
    weight_kg: float | None
    duration_seconds: float | None
    distance_meters: float | None
    rpe: float | None
    rest_seconds: int | None
