"""Schemas of the messages of a live connection that are not validated with them: for the AsyncAPI document."""

from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field

from exercise_buddy.core.problem_schemas import FieldErrors, ProblemDocument
from exercise_buddy.core.types import Input, Output, example
from exercise_buddy.counting.examples import COUNT_RESULT
from exercise_buddy.counting.live.messages import SAMPLES_PER_SECOND
from exercise_buddy.counting.schemas import CountResult
from exercise_buddy.counting.trace_schemas import LandmarksInput
from exercise_buddy.workouts.public import RepEvidence


class SamplesInput(Input):
    """Samples of the set. `seq` is the number of the first one; the samples of a set are numbered from 0.

    Times ascend, also from message to message. Each array of `landmarks` has one value for each time.
    """

    type: Literal["samples"]
    seq: int = Field(ge=0)
    times_ms: list[float] = Field(min_length=1, max_length=SAMPLES_PER_SECOND)
    landmarks: LandmarksInput


class ProblemWithErrors(ProblemDocument, FieldErrors):
    """A problem document (RFC 9457)."""

    model_config = ConfigDict(json_schema_extra={})


class Ready(Output):
    """The set has begun or is resumed. `rep` messages of the samples before follow."""

    type: Literal["ready"]
    next_seq: int = Field(description="The number of the sample to send next.")


class Saved(Output):
    """The samples before `next_seq` are stored. Keep all others, to send them again after a lost connection."""

    type: Literal["saved"]
    next_seq: int


class RepCounted(Output):
    """A rep, or a rejected movement. A message with a number that was sent before replaces it."""

    type: Literal["rep"]
    number: int
    count: int = Field(description="The number of reps so far.")
    rep: RepEvidence


class TrackingChanged(Output):
    """Whether the body is seen and in position, and what the user can do about it."""

    type: Literal["tracking"]
    state: Literal["in_position", "out_of_position", "lost"]
    hint: str | None


class HoldCounted(Output):
    """How long the position of a hold has been kept."""

    type: Literal["hold"]
    duration_ms: int


class StoredSet(Output):
    """Where the set is stored: its workout, and the id of its exercise within the workout."""

    workout_id: UUID
    entry_id: UUID
    set_id: UUID


class Counted(CountResult):
    """The set has ended. `stored` is null if no workout was named, or if `problem` says why it is not stored."""

    model_config = example({"type": "counted", **COUNT_RESULT, "stored": None, "problem": None})

    type: Literal["counted"]
    stored: StoredSet | None
    problem: ProblemWithErrors | None


class ProblemRaised(Output):
    """The connection closes, in most cases with the code 4000 + the status of the problem."""

    type: Literal["problem"]
    problem: ProblemWithErrors


class Pong(Output):
    """The answer to `ping`."""

    type: Literal["pong"]
