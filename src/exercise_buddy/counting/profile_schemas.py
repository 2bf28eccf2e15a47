"""The response bodies of counting profiles."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Output
from exercise_buddy.counting.engine.profiles import Direction, Measured


class ProfileSignal(Output):
    """A quantity of the body that the exercise changes.

    `angle` is at the second of three joints, in degrees. `height` is of the first joint above the second, or above the
    bottom edge of the image, in torso lengths. `distance` is between two joints, in torso lengths. `lean` is of the
    line from the second to the first joint against the vertical, in degrees. A joint without a side stands for each
    side.
    """

    measure: Measured
    joints: list[str]
    begins: Direction = Field(description="The direction in which a rep begins.")


class ProfilePosition(Output):
    """A condition of being in position: the quantity is between `low` and `high`."""

    measure: Measured
    joints: list[str]
    low: float | None
    high: float | None
    hint: str = Field(description="What to tell the user otherwise.")


class Calibration(Output):
    """Your full range: the values at both ends of a rep."""

    measure: Measured
    joints: list[str]
    low: float
    high: float
    reps: int = Field(description="How many reps the trace showed.")
    profile_version: str
    calibrated_at: datetime


class CountingRules(Output):
    """How reps or a hold are counted. `signals` are in order of preference; a hold has none."""

    version: str = Field(description="Changes with everything else in the profile. Counts and stored sets name it.")
    kind: Literal["rep", "hold"]
    signals: list[ProfileSignal]
    sides: Literal["both", "each"] = Field(description="Whether both sides move together, or each does its own reps.")
    first_phase: Literal["eccentric", "concentric"] | None
    position: list[ProfilePosition]
    shortest_rep_ms: int | None
    longest_rep_ms: int | None
    full_range: float | None = Field(description="What counts as full, as a share of the calibrated or the best range.")
    typical_range: float | None = Field(description="What a full rep measures with the first signal.")
    ballistic: bool = Field(description="Whether the exercise is fast by nature, such as a jump or a swing.")
    camera: Literal["side", "front", "any"] = Field(description="Where to put the camera.")


class CountingProfile(CountingRules):
    """How an exercise is counted.

    Thresholds follow the set itself. With a `calibration` of the first signal, `typical_range` is your own.
    """

    exercise_id: UUID
    slug: str
    calibration: Calibration | None


class CountableExercise(Output):
    """An exercise that a profile counts."""

    exercise_id: UUID
    slug: str
    calibration: Calibration | None


class CountingProfileFamily(CountingRules):
    """The exercises that are counted alike, and how."""

    exercises: list[CountableExercise]


class CountingProfileList(Output):
    """All counting profiles."""

    items: list[CountingProfileFamily]
