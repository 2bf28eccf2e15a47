"""Schemas of the events of a running workout."""

from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Count, Output
from exercise_buddy.workouts.set_schemas import RepEvidence

LiveEvent: TypeAlias = Literal["rep", "hold", "tracking", "counted"]
"""The names of the events of a set that is counted live."""

EndReason: TypeAlias = Literal[
    "finished", "deleted", "session_ended", "token_expired", "slow_reader", "restart", "unavailable"
]


class WorkoutVersion(Output):
    """The stored version of a workout, the data of `workout` and `workout_changed`. `GET` the workout for its content.

    `ended_at` is null while it is in progress. `changed` is false if `Last-Event-ID` named this version. `etag` is that
    of the uncompressed workout: that of a compressed response has its coding at the end, such as `"5f2c…-zstd"`.
    """

    etag: str = Field(description="The `ETag` of the uncompressed workout.")
    ended_at: datetime | None = Field(description="When the workout ended. Null while it is in progress.")
    changed: bool = Field(description="Whether the version differs from the one that `Last-Event-ID` names.")


class StreamEnd(Output):
    """Why a stream ends, the data of `end`. After all reasons but `finished` and `deleted`, connect again."""

    reason: EndReason = Field(description="Why the stream ends.")


class LiveRep(Output):
    """A rep of a set that is counted live, the data of `rep`. One with a number that was sent before replaces it."""

    set_id: UUID = Field(description="The id of the set.")
    exercise_id: UUID | None = Field(description="The exercise that is counted. Null if the set has none.")
    number: Count = Field(description="The number of the movement in the set, from 1.")
    count: Count = Field(description="The reps counted so far.")
    rep: RepEvidence


class LiveHold(Output):
    """How long the position of a hold has been kept, the data of `hold`."""

    set_id: UUID = Field(description="The id of the set.")
    exercise_id: UUID | None = Field(description="The exercise that is counted. Null if the set has none.")
    duration_ms: Count = Field(description="How long the position has been kept, in milliseconds.")


class LiveTracking(Output):
    """Whether the body is seen and in position, and what the user can do about it, the data of `tracking`."""

    set_id: UUID = Field(description="The id of the set.")
    exercise_id: UUID | None = Field(description="The exercise that is counted. Null if the set has none.")
    state: Literal["in_position", "out_of_position", "lost"] = Field(
        description="Whether the body is seen and in position."
    )
    hint: str | None = Field(description="What the user can do about it, in English. Null if nothing.")


class LiveCounted(Output):
    """The count of a set that has ended, the data of `counted`. If it is stored, `workout_changed` follows."""

    set_id: UUID = Field(description="The id of the set.")
    exercise_id: UUID | None = Field(description="The exercise that is counted. Null if the set has none.")
    count: Count = Field(description="The number of reps.")
