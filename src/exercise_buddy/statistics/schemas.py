"""What statistics sends and receives."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from exercise_buddy.core.fields import Count, Input, Output
from exercise_buddy.statistics.tables import GoalMetric
from exercise_buddy.users.public import Weekday


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


class PeriodSummary(Output):
    """What a period of local days comes to.

    The streaks are those at the end of the period: consecutive days with a workout, planned rest days skipped; a day
    that is not over does not break them. `energy_kcal` is null where the body mass is unknown.
    """

    from_: date = Field(alias="from")
    to: date
    workouts: int
    active_days: int
    sets: int
    reps: int
    volume_kg: float
    duration_seconds: float
    energy_kcal: float | None
    current_streak_days: int
    longest_streak_days: int


class Summary(PeriodSummary):
    """A period, and the equally long one before it: null where the period has no beginning of its own."""

    previous: PeriodSummary | None


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


def _once_each(days: list[Weekday]) -> list[Weekday]:
    if len(set(days)) != len(days):
        raise ValueError("A day can be a rest day only once")
    return sorted(days, key=list(Weekday).index)


class GoalInput(Input):
    """What to reach each week, and the days on which resting breaks no streak."""

    metric: GoalMetric
    target: Annotated[Count, Field(ge=1, le=100_000)]
    rest_days: Annotated[list[Weekday], AfterValidator(_once_each)] = Field(default_factory=list, max_length=6)


class Goal(Output):
    """The weekly goal, valid since a local day."""

    metric: GoalMetric
    target: int
    rest_days: list[Weekday]
    valid_since: date
