"""Schemas of the events of a running workout."""

from datetime import datetime
from typing import Literal, TypeAlias

from exercise_buddy.core.types import Output

LiveEvent: TypeAlias = Literal["rep", "hold", "tracking", "counted"]
"""The names of the events of a set that is counted live. Whoever counts it defines their data."""

EndReason: TypeAlias = Literal[
    "finished", "deleted", "session_ended", "token_expired", "slow_reader", "restart", "unavailable"
]


class WorkoutVersion(Output):
    """The stored version of a workout, the data of `workout` and `workout_changed`. `GET` the workout for its content.

    `ended_at` is null while it is in progress. `changed` is false if `Last-Event-ID` named this version.
    """

    etag: str
    ended_at: datetime | None
    changed: bool


class StreamEnd(Output):
    """Why a stream ends, the data of `end`. After all reasons but `finished` and `deleted`, connect again."""

    reason: EndReason
