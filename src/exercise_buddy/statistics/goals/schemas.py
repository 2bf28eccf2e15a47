"""The inputs and outputs of the weekly goal and of streaks."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from exercise_buddy.core.types import Count, Input, Output, example
from exercise_buddy.statistics.tables import GoalMetric
from exercise_buddy.users.public import Weekday

# --- streaks -----------------------------------------------------------------------------------------------------


class Streak(Output):
    """A streak of `length` days or weeks, from its first local day to its last; null without a streak."""

    length: int
    from_: date | None = Field(alias="from")
    to: date | None


class Streaks(Output):
    """The current streak, and the longest one (of several, the first)."""

    current: Streak
    longest: Streak


class AllStreaks(Output):
    """Streaks of days and of weeks.

    Days: consecutive local days with a workout. Planned rest days, by the goal of their time, are skipped; today
    breaks nothing until it is over. `length` counts the days with a workout.
    Weeks: consecutive weeks that met the goal that held on their last day; without a goal, weeks with a
    workout. The running week counts once it meets the goal, and never breaks a streak.
    """

    days: Streaks
    weeks: Streaks


# --- the goal ----------------------------------------------------------------------------------------------------


def _without_repeats(days: list[Weekday]) -> list[Weekday]:
    if len(set(days)) != len(days):
        raise ValueError("A day can be a rest day only once")
    return sorted(days, key=list(Weekday).index)


class GoalInput(Input):
    """The target of each week, and the planned rest days, which break no streak."""

    model_config = example({"metric": "workouts", "target": 3, "rest_days": ["sunday"]})

    metric: GoalMetric
    target: Annotated[Count, Field(ge=1, le=100_000)]
    rest_days: Annotated[list[Weekday], AfterValidator(_without_repeats)] = Field(default_factory=list, max_length=6)


class Goal(Output):
    """The weekly goal, valid since a local day."""

    metric: GoalMetric
    target: int
    rest_days: list[Weekday]
    valid_since: date


class PastGoal(Goal):
    """A goal, and the last local day on which it held: null while it does."""

    valid_until: date | None


class GoalHistory(Output):
    """All goals, the latest first."""

    items: list[PastGoal]
