"""What the home screen's statistics send and receive."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from exercise_buddy.core.types import Output
from exercise_buddy.statistics.goals.schemas import AllStreaks
from exercise_buddy.statistics.schemas import NamedExercise, RecordKind, Unit
from exercise_buddy.statistics.tables import GoalMetric
from exercise_buddy.users.public import Weekday

# --- totals ------------------------------------------------------------------------------------------------------


class Totals(Output):
    """What workouts come to.

    `energy_kcal` is the sum over the workouts of which the MET is known, and the body mass on their day: null if there
    are none.
    """

    workouts: int
    sets: int
    reps: int
    volume_kg: float
    duration_seconds: float
    energy_kcal: float | None


class PeriodSummary(Totals):
    """What a period of local days comes to.

    `bodyweight_volume_kg` is what the body itself weighed in (reps x its moved share x body mass, less what assisted),
    beside `volume_kg`, over the workouts on whose day the body mass is known; null if there are none.
    The streaks are those at the end of the period: consecutive days with a workout, planned rest days skipped; a day
    that is not over does not break them.
    """

    from_: date = Field(alias="from")
    to: date
    active_days: int
    bodyweight_volume_kg: float | None
    current_streak_days: int
    longest_streak_days: int


class Summary(PeriodSummary):
    """A period, and the equally long one before it: null where the period has no beginning of its own."""

    previous: PeriodSummary | None


# --- the week ----------------------------------------------------------------------------------------------------


class DayOfWeek(Totals):
    """A day of the running week, and the same weekday of the week before."""

    date: date
    last_week: Totals


class LastWeek(Totals):
    """The week before the running one; `until_same_weekday` is what it came to by the day of it that today is."""

    from_: date = Field(alias="from")
    to: date
    until_same_weekday: Totals


class GoalProgress(Output):
    """How much of the weekly goal is reached: `value` of `target` workouts, minutes or reps."""

    metric: GoalMetric
    target: int
    value: float
    reached: bool


class Week(Totals):
    """The running week, from the day on which the user's weeks begin; `goal` is null without one."""

    from_: date = Field(alias="from")
    to: date
    today: date
    week_starts_on: Weekday
    days: list[DayOfWeek]
    last_week: LastWeek
    goal: GoalProgress | None


# --- the calendar ------------------------------------------------------------------------------------------------


class CalendarMetric(StrEnum):
    """What makes a day intense."""

    REPS = "reps"
    SETS = "sets"
    WORKOUTS = "workouts"
    VOLUME_KG = "volume_kg"
    DURATION_SECONDS = "duration_seconds"


class CalendarDay(Output):
    """A day. `level` is 0 without a workout, else 1 to 4.

    It is four times the share of the shown days with a workout that have at most this day's value of the metric,
    rounded up: a quarter of them each, and the busiest is always 4.
    """

    date: date
    workouts: int
    sets: int
    reps: int
    volume_kg: float
    duration_seconds: float
    level: Annotated[int, Field(ge=0, le=4)]


class Calendar(Output):
    """Days without gaps: the year until today, or what was asked for."""

    from_: date = Field(alias="from")
    to: date
    metric: CalendarMetric
    week_starts_on: Weekday
    days: list[CalendarDay]


# --- the dashboard -----------------------------------------------------------------------------------------------


class LatestWorkout(Output):
    """One of the latest workouts."""

    id: UUID
    title: str
    started_at: datetime
    date: date
    exercises: int
    sets: int
    reps: int
    volume_kg: float
    duration_seconds: float | None


class RecentRecord(Output):
    """The best of a kind of an exercise, reached within the last 30 days, better than what was there before."""

    exercise: NamedExercise
    kind: RecordKind
    value: float
    unit: Unit
    date: date
    workout_id: UUID


class WeekOfMany(Output):
    """One of the last 12 weeks."""

    from_: date = Field(alias="from")
    to: date
    workouts: int
    reps: int
    volume_kg: float
    duration_seconds: float


class Dashboard(Output):
    """All that a home screen shows.

    `week` has the goal and its progress; `weeks` are the last 12, the running one last; `calendar` is of their days
    until today, its levels by reps; `records` are those of the last 30 days, the newest first, at most 10.
    """

    date: date
    today: Totals
    week: Week
    streaks: AllStreaks
    all_time: Totals
    weeks: list[WeekOfMany]
    calendar: list[CalendarDay]
    workouts: list[LatestWorkout]
    records: list[RecentRecord]
