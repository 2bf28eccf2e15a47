"""The schemas of traces: what a client sends to have it counted."""

from typing import Annotated, Any, Self

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from exercise_buddy.core.types import Input, Measure
from exercise_buddy.counting.bodies import MAX_SAMPLES, Numbers, convert_numbers, find_non_number
from exercise_buddy.counting.engine.results import Quantity, Side

MAX_COORDINATE = 1_000_000
"""A position in any unit, or a value of a signal. An image of 8K is 7,680 pixels wide."""
MAX_TIME_MS = 10**15
"""Clients send performance.now() or the time since 1970."""


def _require_numbers(value: Any) -> Any:  # noqa: ANN401  (NumPy, which this module must not import)
    if isinstance(value, Numbers):
        return value.values
    if not isinstance(value, list) or find_non_number(value) is not None:
        raise ValueError("This should be an array of numbers and nulls")
    return convert_numbers(value)


def _describe_array(low: float, high: float, *, kind: str | list[str]) -> WithJsonSchema:
    items = {"type": kind, "minimum": low, "maximum": high}
    return WithJsonSchema({"type": "array", "items": items, "minItems": 1, "maxItems": MAX_SAMPLES})


# Arrays of the body as NumPy floats, NaN for null. `trace_checks` checks the values.
_Numbers = Annotated[Any, PlainValidator(_require_numbers)]
NumberArray = Annotated[_Numbers, _describe_array(-MAX_COORDINATE, MAX_COORDINATE, kind=["number", "null"])]
Visibility = Annotated[_Numbers, _describe_array(0, 1, kind=["number", "null"])]
TimeArray = Annotated[_Numbers, _describe_array(-MAX_TIME_MS, MAX_TIME_MS, kind="number")]


class JointInput(Input):
    """The positions of one joint, one value for each sample. Null stands for not seen."""

    x: NumberArray = Field(description="To the right, in any unit. It may be negative.")
    y: NumberArray = Field(description="Downwards, in the same unit. It may be negative.")
    visibility: Visibility | None = Field(
        default=None, description="How sure the model is, from 0 to 1 (never negative)."
    )


class LandmarksInput(Input):
    """The joints that models with 17 keypoints and with 33 landmarks share. Any subset."""

    nose: JointInput | None = Field(default=None, description="The nose.")
    left_shoulder: JointInput | None = Field(default=None, description="The left shoulder.")
    right_shoulder: JointInput | None = Field(default=None, description="The right shoulder.")
    left_elbow: JointInput | None = Field(default=None, description="The left elbow.")
    right_elbow: JointInput | None = Field(default=None, description="The right elbow.")
    left_wrist: JointInput | None = Field(default=None, description="The left wrist.")
    right_wrist: JointInput | None = Field(default=None, description="The right wrist.")
    left_hip: JointInput | None = Field(default=None, description="The left hip.")
    right_hip: JointInput | None = Field(default=None, description="The right hip.")
    left_knee: JointInput | None = Field(default=None, description="The left knee.")
    right_knee: JointInput | None = Field(default=None, description="The right knee.")
    left_ankle: JointInput | None = Field(default=None, description="The left ankle.")
    right_ankle: JointInput | None = Field(default=None, description="The right ankle.")


class SignalInput(Input):
    """A quantity that the client measures itself, one value for each sample."""

    quantity: Quantity = Field(description="An angle in degrees, or a height or a distance in any unit.")
    values: NumberArray = Field(description="The values, in the unit of `quantity`. A height may be negative.")
    side: Side | None = Field(default=None, description="The side of the body. Null for both.")


AspectRatio = Annotated[Measure, Field(ge=0.1, le=10)]


class TraceInput(Input):
    """What pose detection saw: up to 36,000 samples and 30 minutes."""

    times_ms: TimeArray = Field(description="Milliseconds, ascending, from any origin. They may be negative.")
    landmarks: LandmarksInput | None = Field(default=None, description="The positions of joints.")
    signal: SignalInput | None = Field(default=None, description="Instead of landmarks.")
    aspect_ratio: AspectRatio | None = Field(
        default=None,
        description="Width / height of the image, if x and y are shares of it. Without it, both have one unit.",
    )

    @model_validator(mode="after")
    def _require_one_source(self) -> Self:
        if (self.landmarks is None) == (self.signal is None):
            raise ValueError("A trace has either landmarks or a signal")
        return self
