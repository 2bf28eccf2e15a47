"""The request and response bodies of counts, and of calibrations."""

from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Input, Output, example
from exercise_buddy.counting.trace_schemas import TraceInput
from exercise_buddy.workouts.public import Evidence, Judgement

_TRACE_EXAMPLE = {
    "times_ms": [0, 33, 67],
    "landmarks": {
        "left_shoulder": {"x": [0.41, 0.41, 0.42], "y": [0.52, 0.53, 0.55], "visibility": [0.99, 0.98, 0.99]},
        "left_elbow": {"x": [0.45, 0.46, 0.47], "y": [0.61, 0.61, None]},
        "left_wrist": {"x": [0.44, 0.44, 0.44], "y": [0.72, 0.72, 0.72]},
    },
    "aspect_ratio": 1.7778,
}


class CountInput(Input):
    """A trace to count."""

    model_config = example({"exercise_id": "019c8e1a-5a3c-7c61-9d5e-0b7f3c7f4a10", "trace": _TRACE_EXAMPLE})

    exercise_id: UUID | None = Field(
        default=None, description="Null counts whatever repeats, as for an exercise without a profile."
    )
    trace: TraceInput


class CalibrationInput(Input):
    """A trace of the landmarks in which you show at least two full reps."""

    model_config = example({"trace": _TRACE_EXAMPLE})

    trace: TraceInput


class CountedExercise(Output):
    """The exercise that was counted."""

    id: UUID
    name: str
    custom: bool


class Hold(Output):
    """A time in which the position of a hold was kept."""

    offset_ms: int
    duration_ms: int


class SideCounts(Output):
    """The reps of each side."""

    left: int
    right: int


class Tempo(Output):
    """The median phases of the reps, and the pauses after them."""

    eccentric_ms: int
    eccentric_pause_ms: int
    concentric_ms: int
    concentric_pause_ms: int


class CountSummary(Output):
    """The set as a whole. Slowdown and range loss are in relation to its best rep."""

    tempo: Tempo | None
    cadence_per_minute: float | None
    slowdown_percent: float | None
    range_loss_percent: float | None
    tracked_share: float = Field(description="Share of the time in which the body was seen.")
    in_position_share: float = Field(description="Share of the time in which the body was in position.")


class CountResult(Output):
    """The count of a trace.

    `evidence` is what a set takes as `evidence`; rejected movements are in its `reps`, each with the reason in `flags`.
    It lists the first 2,000 movements. `confidence` says how sure the count is, from 0 to 1.
    """

    exercise: CountedExercise | None
    profile_version: str | None
    count: int
    confidence: float
    evidence: Evidence
    holds: list[Hold]
    sides: SideCounts | None
    summary: CountSummary
    judgements: list[Judgement]
