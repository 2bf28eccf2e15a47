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
    """What a personal record is the best of: always of one set."""

    LOAD = "load"
    E1RM = "e1rm"
    REPS = "reps"
    SET_VOLUME = "set_volume"
    DURATION = "duration"
    DISTANCE = "distance"


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


class Record(Output):
    """A personal record. `reps` are those of the heaviest set (`load` only); a `baseline` is the first value of all."""

    kind: RecordKind
    value: float
    unit: Unit
    reps: int | None
    date: date
    workout_id: UUID
    baseline: bool


class ExerciseRecords(Output):
    """The personal records of one exercise."""

    exercise: NamedExercise
    records: list[Record]


class Records(Output):
    """Personal records by exercise, in the order of their names. The formula is that of the estimated one-rep max."""

    e1rm_formula: str
    items: list[ExerciseRecords]
