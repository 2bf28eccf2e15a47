"""The schemas that the statistics share."""

from enum import StrEnum
from typing import Literal
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Output, example
from exercise_buddy.exercises.public import Muscle
from exercise_buddy.statistics.examples import TIMESERIES
from exercise_buddy.statistics.field_types import FirstDay, LastDay


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
    Warm-ups set no records. With an exercise that moves the body, `load`, `e1rm` and `reps_at_load` are of added load,
    and `reps` of sets with neither load nor assistance. Of `assistance`, less is better.
    """

    LOAD = "load"
    E1RM = "e1rm"
    REPS = "reps"
    REPS_AT_LOAD = "reps_at_load"
    SET_VOLUME = "set_volume"
    DURATION = "duration"
    DISTANCE = "distance"
    REPS_UNBROKEN = "reps_unbroken"
    ASSISTANCE = "assistance"


Unit = Literal["kg", "reps", "s", "m"]


class NamedExercise(Output):
    """The id and the name of an exercise."""

    id: UUID = Field(description="The id of the exercise.")
    name: str = Field(description="The name of the exercise.")
    custom: bool = Field(description="Whether it is an exercise of your own.")


class Point(Output):
    """A bucket from `start` to `end` (local days, inclusive)."""

    start: FirstDay
    end: LastDay
    value: float | None = Field(
        description="In the unit of the metric; null if unknown. Only `bodyweight_volume_kg` can be negative."
    )


class Timeseries(Output):
    """A metric over time, without gaps.

    For a `muscle`, exercises count in full if it is a primary muscle and half if it is a secondary one; workouts and
    active days count if it was trained at all.
    """

    model_config = example(TIMESERIES)

    metric: Metric
    bucket: Bucket
    exercise: NamedExercise | None = Field(description="The exercise that it is of. Null for all.")
    muscle: Muscle | None = Field(description="The muscle group that it is of. Null for all.")
    e1rm_formula: Formula | None = Field(
        description="The formula of the estimated one-rep max. Null for other metrics."
    )
    from_: FirstDay = Field(alias="from")
    to: LastDay
    points: list[Point] = Field(description="The points, without gaps.")
