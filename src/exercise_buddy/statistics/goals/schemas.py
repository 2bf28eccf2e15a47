"""The inputs and outputs of the weekly goal and of streaks."""

from datetime import date
from typing import Annotated

from pydantic import AfterValidator, Field

from exercise_buddy.core.types import Count, Documented, Input, Output, example
from exercise_buddy.statistics.examples import GOAL, GOAL_HISTORY, STREAKS
from exercise_buddy.statistics.tables import GoalMetric
from exercise_buddy.users.public import Weekday

# --- streaks -----------------------------------------------------------------------------------------------------


class Streak(Output):
    """A streak of `length` days or weeks, from its first local day to its last; null without a streak."""

    length: Count = Field(description="The number of days or weeks.")
    from_: date | None = Field(alias="from", description="The first local day. Null without a streak.")
    to: date | None = Field(description="The last local day. Null without a streak.")


class Streaks(Output):
    """The current streak, and the longest one (of several, the first)."""

    current: Streak = Field(description="The streak that has not ended.")
    longest: Streak = Field(description="The longest streak. Of several, the first.")


class AllStreaks(Output):
    """Streaks of days and of weeks.

    Days: consecutive local days with a workout. Planned rest days, by the goal of their time, are skipped; today
    breaks nothing until it is over. `length` counts the days with a workout.
    Weeks: consecutive weeks that met the goal that held on their last day; without a goal, weeks with a
    workout. The running week counts once it meets the goal, and never breaks a streak.
    """

    model_config = example(STREAKS)

    days: Streaks = Field(description="Streaks of days with a workout.")
    weeks: Streaks = Field(description="Streaks of weeks that met the goal, or had a workout.")


# --- the goal ----------------------------------------------------------------------------------------------------


def _without_repeats(days: list[Weekday]) -> list[Weekday]:
    if len(set(days)) != len(days):
        raise ValueError("A day can be a rest day only once")
    return sorted(days, key=list(Weekday).index)


Target = Annotated[Count, Field(ge=1, le=100_000, description="The workouts, minutes or reps of a week.")]
RestDays = Annotated[
    list[Weekday],
    Field(max_length=6, description="The planned rest days, which break no streak."),
    AfterValidator(_without_repeats),
    Documented({"uniqueItems": True}),
]


class GoalInput(Input):
    """The target of each week, and the planned rest days, which break no streak."""

    model_config = example({"metric": "workouts", "target": 3, "rest_days": ["sunday"]})

    metric: GoalMetric
    target: Target
    rest_days: RestDays = Field(default_factory=list)


class Goal(Output):
    """The weekly goal, valid since a local day."""

    model_config = example(GOAL)

    metric: GoalMetric
    target: Target
    rest_days: RestDays
    valid_since: date = Field(description="The first local day on which it holds.")


class PastGoal(Goal):
    """A goal, and the last local day on which it held: null while it does."""

    valid_until: date | None = Field(description="The last local day on which it held. Null while it does.")


class GoalHistory(Output):
    """All goals, the latest first."""

    model_config = example(GOAL_HISTORY)

    items: list[PastGoal] = Field(description="The goals, the latest first.")
