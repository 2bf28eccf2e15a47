"""Schemas of sets, planned sets and camera evidence: what a client sends, and beside it what a client receives."""

from operator import not_
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from exercise_buddy.core.types import Count, Input, Measure, Output, SingleLine, StrictBool
from exercise_buddy.rep_definitions import MAX_RANGE_SHARE
from exercise_buddy.workouts.tables import SetKind

MAX_EVIDENCE_REPS = 2_000
MAX_JUDGEMENTS = 50
MAX_JUDGED_VALUE = 1_000_000
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


def _added_later(default: Any = None, **options: Any) -> Any:  # noqa: ANN401  (what pydantic's own Field returns)
    """Return an optional field that an older client does not send. A dump leaves it out unless it has a value.

    Dumps are hashed to recognize a workout or a file again: those that were stored before the field existed too.
    """
    return Field(default=default, exclude_if=lambda value: value is None or value == [], **options)


def chosen_id() -> Any:  # noqa: ANN401
    """Return the field of an id that a client may choose. It counts as content only if it is chosen."""
    # No function of Python for each set: an id is never false.
    return Field(default=None, exclude_if=not_, description="An id of your choice (UUIDv7), so that a retry is safe.")


Reps = Annotated[Count, Field(le=MAX_REPS)]
Kilograms = Annotated[Measure, Field(le=MAX_WEIGHT_KG), AfterValidator(_round_kilograms)]
Seconds = Annotated[Measure, Field(le=MAX_SET_SECONDS)]
Meters = Annotated[Measure, Field(le=MAX_SET_METERS)]
Milliseconds = Annotated[Count, Field(le=MAX_SET_SECONDS * 1000)]
Rpe = Annotated[Measure, Field(ge=1, le=10), AfterValidator(_require_half_steps)]
Rest = Annotated[Count, Field(le=MAX_REST_SECONDS)]
Code = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[a-z0-9_]+$")]
RangeShare = Annotated[Measure, Field(le=MAX_RANGE_SHARE)]
JudgedValue = Annotated[Measure, Field(le=MAX_JUDGED_VALUE)]
Side = Literal["left", "right"]


class RepEvidenceInput(Input):
    """Camera evidence of one rep."""

    offset_ms: Milliseconds = Field(description="Time from the start of the set.")
    turn_ms: Milliseconds | None = _added_later(description="Time from the start of the rep to its turning point.")
    duration_ms: Milliseconds | None = None
    eccentric_ms: Milliseconds | None = None
    concentric_ms: Milliseconds | None = None
    turn_pause_ms: Milliseconds | None = _added_later(description="Pause at the turning point.")
    end_pause_ms: Milliseconds | None = _added_later(description="Pause before the next rep.")
    range_degrees: Annotated[Measure, Field(le=360)] | None = None
    range_mm: Annotated[Measure, Field(le=MAX_RANGE_MM)] | None = Field(
        default=None, description="Distance that the bar or the hand moved, for sensors that measure no angle."
    )
    range_share: RangeShare | None = _added_later(description="Range in relation to the best rep of the set.")
    full_range_share: RangeShare | None = _added_later(description="Range in relation to your calibrated full range.")
    mean_velocity_mps: Annotated[Measure, Field(le=MAX_VELOCITY_MPS)] | None = Field(
        default=None, description="Mean velocity of the concentric phase, in metres per second."
    )
    side: Side | None = _added_later(description="The side of the body, if each side does its own reps.")
    confidence: Annotated[Measure, Field(le=1)] | None = None
    flags: list[Code] = Field(default_factory=list, max_length=8)
    rejected: StrictBool = False


class RepEvidence(Output):
    """Camera evidence of one rep."""

    offset_ms: int
    turn_ms: int | None
    duration_ms: int | None
    eccentric_ms: int | None
    concentric_ms: int | None
    turn_pause_ms: int | None
    end_pause_ms: int | None
    range_degrees: float | None
    range_mm: float | None
    range_share: float | None
    full_range_share: float | None
    mean_velocity_mps: float | None
    side: Side | None
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


class JudgementInput(Input):
    """A finding of the counter about a set. It is stored as it was said to the user."""

    code: Code
    rep: Annotated[Count, Field(ge=1, le=MAX_EVIDENCE_REPS)] | None = Field(
        default=None, description="The number of the counted rep, from 1. Null if it is about the whole set."
    )
    value: JudgedValue
    threshold: JudgedValue = Field(description="In the unit of `value`.")
    source: Annotated[str, Field(max_length=400), SingleLine] = Field(description="Where the threshold comes from.")
    text: Annotated[str, Field(max_length=200), SingleLine] = Field(description="An English sentence.")


class Judgement(Output):
    """A finding of the counter about a set, as it was said to the user."""

    code: str
    rep: int | None
    value: float
    threshold: float
    source: str
    text: str


class EvidenceInput(Input):
    """Camera evidence of a set. Never video or images."""

    counter: CounterInput
    profile_version: Annotated[str, Field(max_length=32), SingleLine] | None = _added_later(
        description="The version of the counting profile."
    )
    detected_reps: Reps = Field(description="The count of the counter. `reps` of the set is the count of the user.")
    reps: list[RepEvidenceInput] = Field(default_factory=list, max_length=MAX_EVIDENCE_REPS)
    judgements: list[JudgementInput] = _added_later([], max_length=MAX_JUDGEMENTS)

    @field_validator("judgements")
    @classmethod
    def _require_judged_reps(cls, value: list[JudgementInput], info: ValidationInfo) -> list[JudgementInput]:
        counted = sum(not rep.rejected for rep in info.data.get("reps", ()))
        if "reps" in info.data and any((judgement.rep or 0) > counted for judgement in value):
            raise ValueError("A judgement names a counted rep of `reps`, from 1, or no rep")
        return value


class Evidence(Output):
    """Camera evidence of a set."""

    counter: Counter
    profile_version: str | None
    detected_reps: int
    reps: list[RepEvidence]
    judgements: list[Judgement]


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
