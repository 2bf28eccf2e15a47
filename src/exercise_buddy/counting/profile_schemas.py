"""The response bodies of counting profiles."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Count, Measure, Output, example
from exercise_buddy.counting.engine.profiles import Direction, Measured
from exercise_buddy.counting.examples import FAMILY, PROFILE

MeasuredQuantity = Annotated[Measured, Field(description="The quantity: an angle, a height, a distance or a lean.")]
JointNames = Annotated[list[str], Field(description="The joints that it is measured at.")]


class ProfileSignal(Output):
    """A quantity of the body that the exercise changes.

    `angle` is at the second of three joints, in degrees. `height` is of the first joint above the second, or above the
    bottom edge of the image, in torso lengths. `distance` is between two joints, in torso lengths. `lean` is of the
    line from the second to the first joint against the vertical, in degrees. A joint without a side stands for each
    side.
    """

    measure: MeasuredQuantity
    joints: JointNames
    begins: Direction = Field(description="The direction in which a rep begins.")


class ProfilePosition(Output):
    """A condition of being in position: the quantity is between `low` and `high`."""

    measure: MeasuredQuantity
    joints: JointNames
    low: float | None = Field(description="The least value. It may be negative. Null without a bound.")
    high: float | None = Field(description="The greatest value. It may be negative. Null without a bound.")
    hint: str = Field(description="What to tell the user otherwise.")


class Calibration(Output):
    """Your full range: the values at both ends of a rep."""

    measure: MeasuredQuantity
    joints: JointNames
    low: float = Field(description="The value at the lower end of a rep. It may be negative.")
    high: float = Field(description="The value at the upper end of a rep. It may be negative.")
    reps: Annotated[int, Field(ge=2)] = Field(description="How many reps the trace showed.")
    profile_version: str = Field(description="The version of the profile that measured it.")
    calibrated_at: datetime = Field(description="When it was measured.")


class CountingRules(Output):
    """How reps or a hold are counted. `signals` are in order of preference; a hold has none."""

    version: str = Field(description="Changes with everything else in the profile. Counts and stored sets name it.")
    kind: Literal["rep", "hold"] = Field(description="Whether reps are counted, or the seconds of a hold.")
    signals: list[ProfileSignal] = Field(description="What is measured, in order of preference. A hold has none.")
    sides: Literal["both", "each"] = Field(description="Whether both sides move together, or each does its own reps.")
    first_phase: Literal["eccentric", "concentric"] | None = Field(
        description="The phase that begins a rep. Null for a hold."
    )
    position: list[ProfilePosition] = Field(description="The conditions of being in position.")
    shortest_rep_ms: Count | None = Field(description="A faster movement is rejected. In milliseconds.")
    longest_rep_ms: Count | None = Field(description="A slower movement is rejected. In milliseconds.")
    full_range: Annotated[Measure, Field(le=1)] | None = Field(
        description="What counts as full, as a share of the calibrated or the best range."
    )
    typical_range: Measure | None = Field(description="What a full rep measures with the first signal.")
    ballistic: bool = Field(description="Whether the exercise is fast by nature, such as a jump or a swing.")
    camera: Literal["side", "front", "any"] = Field(description="Where to put the camera.")


class CountingProfile(CountingRules):
    """How an exercise is counted.

    Thresholds follow the set itself. With a `calibration` of the first signal, `typical_range` is your own.
    """

    model_config = example(PROFILE)

    exercise_id: UUID = Field(description="The id of the exercise.")
    slug: str = Field(description="The name of the exercise in paths and files.")
    calibration: Calibration | None


class CountableExercise(Output):
    """An exercise that a profile counts."""

    exercise_id: UUID = Field(description="The id of the exercise.")
    slug: str = Field(description="The name of the exercise in paths and files.")
    calibration: Calibration | None


class CountingProfileFamily(CountingRules):
    """The exercises that are counted alike, and how."""

    exercises: list[CountableExercise] = Field(description="The exercises that share the profile.")


class CountingProfileList(Output):
    """All counting profiles."""

    model_config = example({"items": [FAMILY]})

    items: list[CountingProfileFamily] = Field(description="The profiles.")
