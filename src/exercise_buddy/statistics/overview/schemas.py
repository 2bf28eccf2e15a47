"""The outputs of the overview."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from exercise_buddy.core.types import Count, Measure, Output, example
from exercise_buddy.statistics.examples import CALENDAR, DASHBOARD, SUMMARY, WEEK
from exercise_buddy.statistics.field_types import (
    BodyweightVolumeKg,
    DurationSeconds,
    EnergyKcal,
    FirstDay,
    LastDay,
    LocalDay,
    RecordValue,
    RepCount,
    SetCount,
    StartDay,
    StartedAt,
    Today,
    VolumeKg,
    WorkoutCount,
    WorkoutId,
)
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

    workouts: WorkoutCount
    sets: SetCount
    reps: RepCount
    volume_kg: VolumeKg
    duration_seconds: DurationSeconds
    energy_kcal: EnergyKcal | None


class PeriodSummary(Totals):
    """The totals of a period of local days.

    `bodyweight_volume_kg` is the volume of the body itself (reps x moved share x body mass, minus assistance), beside
    `volume_kg`, over the workouts with a known body mass on their day; null without such workouts.
    The streaks are those at the end of the period: consecutive days with a workout, planned rest days are skipped; a
    day that is not over does not break them.
    """

    from_: FirstDay = Field(alias="from")
    to: LastDay
    active_days: Count = Field(description="Number of days with a workout.")
    bodyweight_volume_kg: BodyweightVolumeKg | None
    current_streak_days: Count = Field(description="Days with a workout in the streak at the end of the period.")
    longest_streak_days: Count = Field(
        description="Days with a workout in the longest streak until the end of the period."
    )


class Summary(PeriodSummary):
    """A period, and the period of equal length before it: null without `from`."""

    model_config = example(SUMMARY)

    previous: PeriodSummary | None = Field(description="The period of equal length before it. Null without `from`.")


# --- the week ----------------------------------------------------------------------------------------------------


class DayOfWeek(Totals):
    """A day of the running week, and the same weekday of the week before."""

    date: LocalDay
    last_week: Totals = Field(description="The same weekday of the week before.")


class LastWeek(Totals):
    """The week before the running one; `until_same_weekday` has its totals until the weekday of today."""

    from_: FirstDay = Field(alias="from")
    to: LastDay
    until_same_weekday: Totals = Field(description="The totals until the weekday of today.")


class GoalProgress(Output):
    """The progress of the weekly goal: `value` of `target` workouts, minutes or reps."""

    metric: GoalMetric
    target: Count = Field(description="The workouts, minutes or reps of a week.")
    value: Measure = Field(description="The workouts, minutes or reps of the running week.")
    reached: bool = Field(description="Whether the value is at least the target.")


class Week(Totals):
    """The running week, from the day on which the user's weeks begin; `goal` is null without one."""

    model_config = example(WEEK)

    from_: FirstDay = Field(alias="from")
    to: LastDay
    today: Today
    week_starts_on: Weekday
    days: list[DayOfWeek] = Field(description="The seven days.")
    last_week: LastWeek
    goal: GoalProgress | None = Field(description="The progress of the weekly goal. Null without a goal.")


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

    date: LocalDay
    workouts: WorkoutCount
    sets: SetCount
    reps: RepCount
    volume_kg: VolumeKg
    duration_seconds: DurationSeconds
    level: Annotated[Count, Field(ge=0, le=4)] = Field(
        description="How intense the day is: 0 without a workout, else 1 to 4."
    )


class Calendar(Output):
    """Days without gaps."""

    model_config = example(CALENDAR)

    from_: FirstDay = Field(alias="from")
    to: LastDay
    metric: CalendarMetric
    week_starts_on: Weekday
    days: list[CalendarDay] = Field(description="The days, without gaps.")


# --- the dashboard -----------------------------------------------------------------------------------------------


class LatestWorkout(Output):
    """One of the latest workouts."""

    id: WorkoutId
    title: str = Field(description="The title of the workout.")
    started_at: StartedAt
    date: StartDay
    exercises: Count = Field(description="Number of exercises.")
    sets: SetCount
    reps: RepCount
    volume_kg: VolumeKg
    duration_seconds: Measure | None = Field(
        description="Time from the start to the end in seconds. Null while it is in progress."
    )


class RecentRecord(Output):
    """The best of a kind of an exercise, reached within the last 30 days, better than what was there before."""

    exercise: NamedExercise
    kind: RecordKind
    value: RecordValue
    unit: Unit = Field(description="The unit of the value.")
    date: LocalDay
    workout_id: WorkoutId


class WeekOfMany(Output):
    """One of the last 12 weeks."""

    from_: FirstDay = Field(alias="from")
    to: LastDay
    workouts: WorkoutCount
    reps: RepCount
    volume_kg: VolumeKg
    duration_seconds: DurationSeconds


class Dashboard(Output):
    """Everything that a home screen shows.

    `week` has the goal and its progress; `weeks` are the last 12, the running one last; `calendar` is of their days
    until today, its levels by reps; `records` are those of the last 30 days, the newest first, at most 10.
    """

    model_config = example(DASHBOARD)

    date: Today
    today: Totals = Field(description="The totals of today.")
    week: Week
    streaks: AllStreaks
    all_time: Totals = Field(description="The totals of all workouts.")
    weeks: list[WeekOfMany] = Field(description="The last 12 weeks, the running one last.")
    calendar: list[CalendarDay] = Field(description="The days of these weeks until today, with levels by reps.")
    workouts: list[LatestWorkout] = Field(description="The latest workouts.")
    records: list[RecentRecord] = Field(description="The records of the last 30 days, the newest first, at most 10.")
