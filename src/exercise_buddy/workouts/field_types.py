"""The types of the fields of sets and of camera evidence, which requests and responses share."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, Strict, ValidationInfo

from exercise_buddy.core.types import Count, Documented, Measure, SingleLine, StrictBool
from exercise_buddy.rep_definitions import MAX_RANGE_SHARE

MAX_EVIDENCE_REPS = 2_000
MAX_JUDGEMENTS = 50
MAX_JUDGED_VALUE = 1_000_000
MAX_REPS = 100_000
MAX_WEIGHT_KG = 2_000
MIN_ASSISTANCE_KG = 0.0001
"""The least that does not round to 0."""
MAX_ASSISTANCE_KG = 500
MAX_SET_SECONDS = 7 * 24 * 3600
MAX_SET_METERS = 2_000_000
MAX_REST_SECONDS = 24 * 3600
MAX_ENERGY_KCAL = 100_000
"""More than anybody spends in one workout. Above 100 kcal, an energy in calories instead of kilocalories exceeds it."""
MIN_HEART_RATE_BPM = 20
MAX_HEART_RATE_BPM = 250
"""Devices write 0, 254 and 255 for what they could not measure."""
MAX_RANGE_MM = 3_000
MAX_VELOCITY_MPS = 20
WEIGHT_DECIMALS = 4
ENERGY_DECIMALS = 4
HEART_RATE_DECIMALS = 1


def _require_half_steps(value: float) -> float:
    if value * 2 != int(value * 2):
        raise ValueError("RPE has steps of 0.5")
    return value


def round_kilograms(value: float) -> float:
    """Return a weight as it is stored."""
    return round(value, WEIGHT_DECIMALS)


def round_kilocalories(value: float) -> float:
    """Return an energy as it is stored."""
    return round(value, ENERGY_DECIMALS)


def round_beats(value: float) -> float:
    """Return a heart rate as it is stored."""
    return round(value, HEART_RATE_DECIMALS)


def _require_at_least_average(value: float, info: ValidationInfo) -> float:
    average: float | None = info.data.get("average_heart_rate_bpm")
    if average is not None and value < average:
        raise ValueError("The highest heart rate is at least the average")
    return value


Reps = Annotated[Count, Field(le=MAX_REPS, description="Number of reps.")]
RepsTo = Annotated[
    Count, Field(le=MAX_REPS, description="The upper bound of a range of reps, of which `reps` is the lower bound.")
]
Kilograms = Annotated[
    Measure,
    Field(
        le=MAX_WEIGHT_KG,
        description="Weight in kilograms, without the body. With an exercise that is `assisted`, the assistance.",
    ),
    AfterValidator(round_kilograms),
]
Assistance = Annotated[
    float,
    Strict(),
    Field(
        ge=MIN_ASSISTANCE_KG,
        le=MAX_ASSISTANCE_KG,
        allow_inf_nan=False,
        description="The load in kilograms that a band or a machine takes off the body. A set has it or `weight_kg`.",
    ),
    AfterValidator(round_kilograms),
]
Seconds = Annotated[Measure, Field(le=MAX_SET_SECONDS, description="Duration in seconds, up to seven days.")]
Meters = Annotated[Measure, Field(le=MAX_SET_METERS, description="Distance in metres.")]
Kilocalories = Annotated[
    Measure,
    Field(
        le=MAX_ENERGY_KCAL,
        description="Energy of the workout in kilocalories that a client has measured, with up to 4 decimals. "
        "Statistics prefer it to our estimate, `totals.estimated_energy_kcal`.",
    ),
    AfterValidator(round_kilocalories),
]
_HeartRate = Annotated[Measure, Field(ge=MIN_HEART_RATE_BPM, le=MAX_HEART_RATE_BPM), AfterValidator(round_beats)]
AverageHeartRate = Annotated[
    _HeartRate,
    Field(
        description="Average heart rate of the workout in beats per minute that a client has measured, with up to one "
        "decimal."
    ),
]
MaxHeartRate = Annotated[
    _HeartRate,
    Field(
        description="Highest heart rate of the workout in beats per minute that a client has measured, with up to one "
        "decimal. At least the average."
    ),
]
CheckedMaxHeartRate = Annotated[MaxHeartRate, AfterValidator(_require_at_least_average)]
"""That of a model which has the average before it."""
Milliseconds = Annotated[Count, Field(le=MAX_SET_SECONDS * 1000)]
Rpe = Annotated[
    Measure,
    Field(ge=1, le=10, description="Rating of perceived exertion, in steps of 0.5. 10 is the most possible."),
    AfterValidator(_require_half_steps),
    # pydantic would accept 7.0000000001.
    Documented({"multipleOf": 0.5}),
]
Rest = Annotated[Count, Field(le=MAX_REST_SECONDS, description="Rest after the set in seconds, up to a day.")]
Code = Annotated[str, Field(min_length=1, max_length=32, pattern=r"^[a-z0-9_]+$")]
Side = Literal["left", "right"]

OffsetMs = Annotated[Milliseconds, Field(description="Time from the start of the set in milliseconds.")]
TurnMs = Annotated[
    Milliseconds, Field(description="Time from the start of the rep to its turning point in milliseconds.")
]
DurationMs = Annotated[Milliseconds, Field(description="Duration in milliseconds, without the pause after the rep.")]
EccentricMs = Annotated[Milliseconds, Field(description="The phase in which muscles lengthen, in milliseconds.")]
ConcentricMs = Annotated[Milliseconds, Field(description="The phase in which muscles shorten, in milliseconds.")]
TurnPauseMs = Annotated[Milliseconds, Field(description="Pause at the turning point in milliseconds.")]
EndPauseMs = Annotated[Milliseconds, Field(description="Pause before the next rep in milliseconds.")]
RangeDegrees = Annotated[Measure, Field(le=360, description="Range of the angle of the joint in degrees.")]
RangeMm = Annotated[
    Measure,
    Field(
        le=MAX_RANGE_MM,
        description="Distance that the bar or the hand moved in millimetres, for sensors that measure no angle.",
    ),
]
RangeShare = Annotated[
    Measure, Field(le=MAX_RANGE_SHARE, description="Range as a share of the range of the best rep of the set.")
]
FullRangeShare = Annotated[
    Measure, Field(le=MAX_RANGE_SHARE, description="Range as a share of your calibrated full range.")
]
MeanVelocity = Annotated[
    Measure,
    Field(le=MAX_VELOCITY_MPS, description="Mean velocity of the concentric phase in metres per second."),
]
RepSide = Annotated[Side, Field(description="The side of the body, if each side does its own reps.")]
Confidence = Annotated[Measure, Field(le=1, description="How sure the counter is, from 0 to 1.")]
Flags = Annotated[list[Code], Field(max_length=8, description="What the counter noticed, as codes such as `partial`.")]
Rejected = Annotated[StrictBool, Field(description="Whether the counter saw the movement and did not count it.")]

CounterName = Annotated[str, Field(max_length=64, description="The name of the program."), SingleLine]
CounterVersion = Annotated[str, Field(max_length=32, description="The version of the program."), SingleLine]

FindingCode = Annotated[Code, Field(description="The kind of the finding, such as `unsteady_tempo`.")]
JudgedRep = Annotated[
    Count,
    Field(
        ge=1,
        le=MAX_EVIDENCE_REPS,
        description="The number of the counted rep, from 1. Null if the finding is about the whole set.",
    ),
]
JudgedValue = Annotated[
    Measure, Field(le=MAX_JUDGED_VALUE, description="What was measured, in a unit that depends on `code`.")
]
Threshold = Annotated[
    Measure, Field(le=MAX_JUDGED_VALUE, description="What it was compared with, in the unit of `value`.")
]
ThresholdSource = Annotated[str, Field(max_length=400, description="Where the threshold comes from."), SingleLine]
FindingText = Annotated[
    str, Field(max_length=200, description="The finding as it was said to the user, in English."), SingleLine
]

ProfileVersion = Annotated[
    str, Field(max_length=32, description="The version of the counting profile. Null without a profile."), SingleLine
]
DetectedReps = Annotated[Reps, Field(description="The count of the counter. `reps` of the set is that of the user.")]
