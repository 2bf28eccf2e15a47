"""Schemas of sets, planned sets and camera evidence: what a client sends, and beside it what a client receives."""

from operator import not_
from typing import Any, Self
from uuid import UUID

from pydantic import Field, ValidationInfo, field_validator, model_validator

from exercise_buddy.core.types import Input, Output
from exercise_buddy.workouts.field_types import (
    MAX_EVIDENCE_REPS,
    MAX_JUDGEMENTS,
    Assistance,
    ConcentricMs,
    Confidence,
    CounterName,
    CounterVersion,
    DetectedReps,
    DurationMs,
    EccentricMs,
    EndPauseMs,
    FindingCode,
    FindingText,
    Flags,
    FullRangeShare,
    JudgedRep,
    JudgedValue,
    Kilograms,
    MeanVelocity,
    Meters,
    OffsetMs,
    ProfileVersion,
    RangeDegrees,
    RangeMm,
    RangeShare,
    Rejected,
    Reps,
    RepSide,
    RepsTo,
    Rest,
    Rpe,
    Seconds,
    Threshold,
    ThresholdSource,
    TurnMs,
    TurnPauseMs,
)
from exercise_buddy.workouts.tables import SetKind


def added_later(default: Any = None, **options: Any) -> Any:  # noqa: ANN401  (what pydantic's own Field returns)
    """Return an optional field that an older client does not send. A dump leaves it out unless it has a value.

    Dumps are hashed to recognize a workout or a file again: those that were stored before the field existed too.
    """
    return Field(default=default, exclude_if=lambda value: value is None or value == [], **options)


def chosen_id() -> Any:  # noqa: ANN401
    """Return the field of an id that a client may choose. It counts as content only if it is chosen."""
    # No function of Python for each set: an id is never false.
    return Field(default=None, exclude_if=not_, description="An id of your choice (UUIDv7), so that a retry is safe.")


class RepEvidenceInput(Input):
    """Camera evidence of one rep."""

    offset_ms: OffsetMs
    turn_ms: TurnMs | None = added_later()
    duration_ms: DurationMs | None = None
    eccentric_ms: EccentricMs | None = None
    concentric_ms: ConcentricMs | None = None
    turn_pause_ms: TurnPauseMs | None = added_later()
    end_pause_ms: EndPauseMs | None = added_later()
    range_degrees: RangeDegrees | None = None
    range_mm: RangeMm | None = None
    range_share: RangeShare | None = added_later()
    full_range_share: FullRangeShare | None = added_later()
    mean_velocity_mps: MeanVelocity | None = None
    side: RepSide | None = added_later()
    confidence: Confidence | None = None
    flags: Flags = Field(default_factory=list)
    rejected: Rejected = False


class RepEvidence(Output):
    """Camera evidence of one rep."""

    offset_ms: OffsetMs
    turn_ms: TurnMs | None
    duration_ms: DurationMs | None
    eccentric_ms: EccentricMs | None
    concentric_ms: ConcentricMs | None
    turn_pause_ms: TurnPauseMs | None
    end_pause_ms: EndPauseMs | None
    range_degrees: RangeDegrees | None
    range_mm: RangeMm | None
    range_share: RangeShare | None
    full_range_share: FullRangeShare | None
    mean_velocity_mps: MeanVelocity | None
    side: RepSide | None
    confidence: Confidence | None
    flags: Flags
    rejected: Rejected


class CounterInput(Input):
    """The program that counted the reps."""

    name: CounterName
    version: CounterVersion


class Counter(Output):
    """The program that counted the reps."""

    name: CounterName
    version: CounterVersion


class JudgementInput(Input):
    """A finding of the counter about a set. It is stored as it was said to the user."""

    code: FindingCode
    rep: JudgedRep | None = None
    value: JudgedValue
    threshold: Threshold
    source: ThresholdSource
    text: FindingText


class Judgement(Output):
    """A finding of the counter about a set, as it was said to the user."""

    code: FindingCode
    rep: JudgedRep | None
    value: JudgedValue
    threshold: Threshold
    source: ThresholdSource
    text: FindingText


class EvidenceInput(Input):
    """Camera evidence of a set. Never video or images."""

    counter: CounterInput
    profile_version: ProfileVersion | None = added_later()
    detected_reps: DetectedReps
    reps: list[RepEvidenceInput] = Field(
        default_factory=list,
        max_length=MAX_EVIDENCE_REPS,
        description="The reps and the rejected movements, in the order of time.",
    )
    judgements: list[JudgementInput] = added_later(
        [], max_length=MAX_JUDGEMENTS, description="The findings of the counter about the set."
    )

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
    profile_version: ProfileVersion | None
    detected_reps: DetectedReps
    reps: list[RepEvidence] = Field(description="The reps and the rejected movements, in the order of time.")
    judgements: list[Judgement] = Field(description="The findings of the counter about the set.")


def require_one_load(weight_kg: float | None, assistance_kg: float | None) -> None:
    """Check that a set does not have both an added load and assistance.

    Raises:
        ValueError: it has both.

    """
    if weight_kg is not None and assistance_kg is not None:
        raise ValueError("A set has either weight_kg or assistance_kg: one adds load, the other takes it off")


class SetInput(Input):
    """A set. It has at least one of reps, a duration and a distance, and not both a weight and assistance."""

    id: UUID | None = chosen_id()
    kind: SetKind = SetKind.NORMAL
    reps: Reps | None = None
    weight_kg: Kilograms | None = None
    assistance_kg: Assistance | None = added_later()
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

    @model_validator(mode="after")
    def _require_one_load(self) -> Self:
        require_one_load(self.weight_kg, self.assistance_kg)
        return self


class SetResult(Output):
    """The result of a set."""

    kind: SetKind
    reps: Reps | None
    weight_kg: Kilograms | None
    assistance_kg: Assistance | None
    duration_seconds: Seconds | None
    distance_meters: Meters | None
    rpe: Rpe | None
    rest_seconds: Rest | None


class WorkoutSet(SetResult):
    """A set. Its id stays when it moves or changes."""

    id: UUID = Field(description="The id of the set. It stays when the set moves or changes.")
    evidence: Evidence | None


class TargetSet(Input):
    """A planned set. Fields that are left out are not planned. With `reps_to`, `reps` is the lower bound of a range."""

    kind: SetKind = SetKind.NORMAL
    reps: Reps | None = None
    reps_to: RepsTo | None = None
    weight_kg: Kilograms | None = None
    assistance_kg: Assistance | None = added_later()
    duration_seconds: Seconds | None = None
    distance_meters: Meters | None = None
    rpe: Rpe | None = None
    rest_seconds: Rest | None = None

    @model_validator(mode="after")
    def _require_ordered_range(self) -> Self:
        if self.reps_to is not None and (self.reps is None or self.reps_to < self.reps):
            raise ValueError("reps_to needs reps, and is not less than reps")
        return self

    @model_validator(mode="after")
    def _require_one_load(self) -> Self:
        require_one_load(self.weight_kg, self.assistance_kg)
        return self


class Target(Output):
    """A planned set. Null fields are not planned."""

    kind: SetKind
    reps: Reps | None
    reps_to: RepsTo | None
    weight_kg: Kilograms | None
    assistance_kg: Assistance | None
    duration_seconds: Seconds | None
    distance_meters: Meters | None
    rpe: Rpe | None
    rest_seconds: Rest | None
