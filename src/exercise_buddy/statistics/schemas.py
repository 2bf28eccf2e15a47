"""What statistics sends and receives."""

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.fields import Output


class Bucket(StrEnum):
    """How long one point of a time series is. Weeks begin on the day that the user has chosen."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Metric(StrEnum):
    """What a time series shows. The last two are of one exercise: the best of each bucket, null where there is none."""

    WORKOUTS = "workouts"
    ACTIVE_DAYS = "active_days"
    SETS = "sets"
    REPS = "reps"
    VOLUME_KG = "volume_kg"
    DURATION_SECONDS = "duration_seconds"
    WEIGHT_KG = "weight_kg"
    E1RM_KG = "e1rm_kg"


class RecordKind(StrEnum):
    """What a personal record is the best of: always of one set.

    `reps_at_load` is the most reps with a weight or a heavier one, so there is one for each weight that has been lifted
    more often than any heavier one. `reps_unbroken` is the longest run of reps that a camera saw without a pause.
    """

    LOAD = "load"
    E1RM = "e1rm"
    REPS = "reps"
    REPS_AT_LOAD = "reps_at_load"
    SET_VOLUME = "set_volume"
    DURATION = "duration"
    DISTANCE = "distance"
    REPS_UNBROKEN = "reps_unbroken"


Unit = Literal["kg", "reps", "s", "m"]


class NamedExercise(Output):
    """Which exercise."""

    id: UUID
    name: str
    custom: bool


class Point(Output):
    """One bucket, from `start` to `end` (local days, both included)."""

    start: date
    end: date
    value: float | None


class Timeseries(Output):
    """A metric over time, without gaps."""

    metric: Metric
    bucket: Bucket
    exercise: NamedExercise | None
    from_: date = Field(alias="from")
    to: date
    points: list[Point]
