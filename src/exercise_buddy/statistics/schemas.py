"""What statistics sends and receives."""

from datetime import date
from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Output
from exercise_buddy.exercises.public import Muscle


class Formula(StrEnum):
    """Who the formula of an estimated one-rep max is named for."""

    EPLEY = "epley"
    BRZYCKI = "brzycki"
    LOMBARDI = "lombardi"
    OCONNER = "oconner"
    WATHAN = "wathan"
    MAYHEW = "mayhew"


class Bucket(StrEnum):
    """How long one point of a time series is. Weeks begin on the day that the user has chosen."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Metric(StrEnum):
    """What a time series shows.

    `energy_kcal` is of whole workouts, `weight_kg` and `e1rm_kg` (the best of each bucket) are of one exercise. Those
    and `bodyweight_volume_kg` are null where there is none; `energy_kcal` and `bodyweight_volume_kg` are sums over what
    was done on days on which the body mass is known.
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
    """What a personal record is the best of: always of one set.

    `reps_at_load` is the most reps with a weight or a heavier one, so there is one for each weight that has been lifted
    more often than any heavier one. `reps_unbroken` is the longest run of reps that a camera saw without a pause. A
    weight that assists is no load, and no record is made of it.
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


class Scope(StrEnum):
    """What a time series is of."""

    WORKOUTS = "workouts"
    EXERCISE = "exercise"
    MUSCLE = "muscle"


class Point(Output):
    """One bucket, from `start` to `end` (local days, both included)."""

    start: date
    end: date
    value: float | None


class Timeseries(Output):
    """A metric over time, without gaps.

    Of a `muscle`, what was done for it as a primary one counts in full, as a secondary one half; workouts and active
    days are those in which it was trained at all.
    """

    metric: Metric
    bucket: Bucket
    exercise: NamedExercise | None
    muscle: Muscle | None
    e1rm_formula: Formula | None
    from_: date = Field(alias="from")
    to: date
    points: list[Point]
