"""The request and response bodies of counts, and of calibrations."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Count, Input, Measure, Output, example
from exercise_buddy.counting.examples import COUNT_RESULT, EXERCISE_ID, TRACE
from exercise_buddy.counting.trace_schemas import TraceInput
from exercise_buddy.workouts.public import Evidence, Judgement

Share = Annotated[Measure, Field(le=1)]
Percent = Annotated[Measure, Field(le=100)]


class CountInput(Input):
    """A trace to count."""

    model_config = example({"exercise_id": EXERCISE_ID, "trace": TRACE})

    exercise_id: UUID | None = Field(
        default=None, description="Null counts whatever repeats, as for an exercise without a profile."
    )
    trace: TraceInput = Field(description="What pose detection saw.")


class CalibrationInput(Input):
    """A trace of the landmarks in which you show at least two full reps."""

    model_config = example({"trace": TRACE})

    trace: TraceInput = Field(description="At least two full reps, as landmarks.")


class CountedExercise(Output):
    """The exercise that was counted."""

    id: UUID = Field(description="The id of the exercise.")
    name: str = Field(description="The name of the exercise.")
    custom: bool = Field(description="Whether it is an exercise of your own.")


class Hold(Output):
    """A time in which the position of a hold was kept."""

    offset_ms: Count = Field(description="Time from the start of the set in milliseconds.")
    duration_ms: Count = Field(description="How long the position was kept, in milliseconds.")


class SideCounts(Output):
    """The reps of each side."""

    left: Count = Field(description="The reps of the left side.")
    right: Count = Field(description="The reps of the right side.")


class Tempo(Output):
    """The median phases of the reps, and the pauses after them."""

    eccentric_ms: Count = Field(description="The phase in which muscles lengthen, in milliseconds.")
    eccentric_pause_ms: Count = Field(description="The pause after the eccentric phase, in milliseconds.")
    concentric_ms: Count = Field(description="The phase in which muscles shorten, in milliseconds.")
    concentric_pause_ms: Count = Field(description="The pause after the concentric phase, in milliseconds.")


class CountSummary(Output):
    """The set as a whole. Slowdown and range loss are in relation to its best rep."""

    tempo: Tempo | None
    cadence_per_minute: Measure | None = Field(description="Reps per minute.")
    slowdown_percent: Percent | None = Field(description="Velocity that the last rep lost, in percent of the fastest.")
    range_loss_percent: Percent | None = Field(description="Range that the last rep lost, in percent of the widest.")
    tracked_share: Share = Field(description="Share of the time in which the body was seen.")
    in_position_share: Share = Field(description="Share of the time in which the body was in position.")


class CountResult(Output):
    """The count of a trace.

    `evidence` is what a set takes as `evidence`; rejected movements are in its `reps`, each with the reason in `flags`.
    It lists the first 2,000 movements.
    """

    model_config = example(COUNT_RESULT)

    exercise: CountedExercise | None = Field(description="The exercise that was counted. Null if none was named.")
    profile_version: str | None = Field(description="The version of the counting profile. Null without a profile.")
    count: Count = Field(description="The number of reps.")
    confidence: Share = Field(description="How sure the count is, from 0 to 1.")
    evidence: Evidence = Field(description="What a set takes as `evidence`, with rejected movements.")
    holds: list[Hold] = Field(description="The times in which the position of a hold was kept.")
    sides: SideCounts | None = Field(description="The reps of each side, if each side does its own reps.")
    summary: CountSummary = Field(description="The set as a whole.")
    judgements: list[Judgement] = Field(description="What can be said about the set, with the thresholds and sources.")
