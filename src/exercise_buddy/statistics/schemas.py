"""The schemas that the statistics share."""

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Output
from exercise_buddy.exercises.public import Muscle


class Formula(StrEnum):
    """The formula of an estimated one-rep max."""

    EPLEY = "epley"
    BRZYCKI = "brzycki"
    LOMBARDI = "lombardi"
    OCONNER = "oconner"
    WATHAN = "wathan"
    MAYHEW = "mayhew"


class Bucket(StrEnum):
    """The length of a point of a time series. Weeks begin on the day that the user has chosen."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Metric(StrEnum):
    """The quantity of a time series.

    `energy_kcal` is available for whole workouts only, `weight_kg` and `e1rm_kg` (the best of each bucket) for one
    exercise only. These and `bodyweight_volume_kg` are null without data. `bodyweight_volume_kg` is a sum over the days
    on which the body mass is known. `energy_kcal` sums up what clients recorded, else our estimate on these days.
    """

    WORKOUTS = "workouts"
    ACTIVE_DAYS = "active_days"
    SETS = "sets"
    REPS = "reps"
    VOLUME_KG = "volume_kg"
    DURATION_SECONDS = "duration_seconds"
    BODYWEIGHT_VOLUME_KG = "bodyweight_volume_kg"
    ENERGY_KCAL = "energy_kcal"
    WEIGHT_KG = "weight_kg"
    E1RM_KG = "e1rm_kg"


class RecordKind(StrEnum):
    """The quantity of a personal record, always of one set.

    `reps_at_load` is the most reps with a weight or a heavier one: one record for each weight that was lifted more
    often than any heavier weight. `reps_unbroken` is the longest run of reps that a camera measured without a pause.
    Assistance is not a load and sets no record.
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
    """The id and the name of an exercise."""

    id: UUID
    name: str
    custom: bool


class Point(Output):
    """A bucket from `start` to `end` (local days, inclusive)."""

    start: date
    end: date
    value: float | None


class Timeseries(Output):
    """A metric over time, without gaps.

    For a `muscle`, exercises count in full if it is a primary muscle and half if it is a secondary one; workouts and
    active days count if it was trained at all.
    """

    metric: Metric
    bucket: Bucket
    exercise: NamedExercise | None
    muscle: Muscle | None
    e1rm_formula: Formula | None
    from_: date = Field(alias="from")
    to: date
    points: list[Point]
