"""The outputs of the overview."""

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
    """The totals of workouts.

    `energy_kcal` is the sum of the energies that clients recorded, and of our estimates for the other workouts with a
    known MET and a known body mass on their day; null if there are none of both.
    """

    workouts: int
    sets: int
    reps: int
    volume_kg: float
    duration_seconds: float
    energy_kcal: float | None


class PeriodSummary(Totals):
    """The totals of a period of local days.

    `bodyweight_volume_kg` is the volume of the body itself (reps x moved share x body mass, minus assistance), beside
    `volume_kg`, over the workouts with a known body mass on their day; null without such workouts.
    The streaks are those at the end of the period: consecutive days with a workout, planned rest days are skipped; a
    day that is not over does not break them.
    """

    from_: date = Field(alias="from")
    to: date
    active_days: int
    bodyweight_volume_kg: float | None
    current_streak_days: int
    longest_streak_days: int


class Summary(PeriodSummary):
    """A period, and the period of equal length before it: null without `from`."""

    previous: PeriodSummary | None


# --- the week ----------------------------------------------------------------------------------------------------


class DayOfWeek(Totals):
    """A day of the running week, and the same weekday of the week before."""

    date: date
    last_week: Totals


class LastWeek(Totals):
    """The week before the running one; `until_same_weekday` has its totals until the weekday of today."""

    from_: date = Field(alias="from")
    to: date
    until_same_weekday: Totals


class GoalProgress(Output):
    """The progress of the weekly goal: `value` of `target` workouts, minutes or reps."""

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
    """The metric that makes a day intense."""

    REPS = "reps"
    SETS = "sets"
    WORKOUTS = "workouts"
    VOLUME_KG = "volume_kg"
    DURATION_SECONDS = "duration_seconds"


class CalendarDay(Output):
    """A day. `level` is 0 without a workout, else 1 to 4.

    It is the quarter of the shown days with a workout to which the day belongs by the metric. The busiest day has 4.
    """

    date: date
    workouts: int
    sets: int
    reps: int
    volume_kg: float
    duration_seconds: float
    level: Annotated[int, Field(ge=0, le=4)]


class Calendar(Output):
    """Days without gaps."""

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
    """Everything that a home screen shows.

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
