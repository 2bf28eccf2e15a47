"""Schemas of the messages of a live connection that are not validated with them: for the AsyncAPI document."""

from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from exercise_buddy.core.problem_schemas import FieldErrors, ProblemDocument
from exercise_buddy.core.types import Count, Input, Output, example
from exercise_buddy.counting.examples import COUNT_RESULT
from exercise_buddy.counting.live.messages import SAMPLES_PER_SECOND
from exercise_buddy.counting.schemas import CountResult
from exercise_buddy.counting.trace_schemas import LandmarksInput
from exercise_buddy.workouts.public import RepEvidence


class SamplesInput(Input):
    """Samples of the set, which are numbered from 0.

    Times ascend, also from message to message. Each array of `landmarks` has one value for each time.
    """

    type: Literal["samples"] = Field(description="The kind of the message.")
    seq: int = Field(ge=0, description="The number of the first sample of this message.")
    times_ms: list[float] = Field(
        min_length=1, max_length=SAMPLES_PER_SECOND, description="The times of the samples in milliseconds, ascending."
    )
    landmarks: LandmarksInput = Field(description="The positions of joints.")


class ProblemWithErrors(ProblemDocument, FieldErrors):
    """A problem document (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={})


class Ready(Output):
    """The set has begun or is resumed. `rep` messages of the samples before follow."""

    type: Literal["ready"] = Field(description="The kind of the message.")
    next_seq: Count = Field(description="The number of the sample to send next.")


class Saved(Output):
    """The samples before `next_seq` are stored. Keep all others, to send them again after a lost connection."""

    type: Literal["saved"] = Field(description="The kind of the message.")
    next_seq: Count = Field(description="The number of the first sample that is not stored.")


class RepCounted(Output):
    """A rep, or a rejected movement. A message with a number that was sent before replaces it."""

    type: Literal["rep"] = Field(description="The kind of the message.")
    number: Count = Field(description="The number of the movement in the set.")
    count: Count = Field(description="The number of reps so far.")
    rep: RepEvidence = Field(description="The rep, or the rejected movement.")


class TrackingChanged(Output):
    """Whether the body is seen and in position, and what the user can do about it."""

    type: Literal["tracking"] = Field(description="The kind of the message.")
    state: Literal["in_position", "out_of_position", "lost"] = Field(
        description="Whether the body is in position, seen but not in position, or not seen."
    )
    hint: str | None = Field(description="What to tell the user, in English. Null if nothing is wrong.")


class HoldCounted(Output):
    """How long the position of a hold has been kept."""

    type: Literal["hold"] = Field(description="The kind of the message.")
    duration_ms: Count = Field(description="How long the position has been kept, in milliseconds.")


class StoredSet(Output):
    """Where the set is stored: its workout, and the id of its exercise within the workout."""

    workout_id: UUID = Field(description="The workout.")
    entry_id: UUID = Field(description="The exercise within the workout.")
    set_id: UUID = Field(description="The set.")


class Counted(CountResult):
    """The set has ended. `stored` is null if no workout was named, or if `problem` says why it is not stored."""

    model_config = example({"type": "counted", **COUNT_RESULT, "stored": None, "problem": None})

    type: Literal["counted"] = Field(description="The kind of the message.")
    stored: StoredSet | None
    problem: ProblemWithErrors | None


class ProblemRaised(Output):
    """The connection closes, in most cases with the code 4000 + the status of the problem."""

    type: Literal["problem"] = Field(description="The kind of the message.")
    problem: ProblemWithErrors


class Pong(Output):
    """The answer to `ping`."""

    type: Literal["pong"] = Field(description="The kind of the message.")
