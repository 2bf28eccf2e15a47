"""Streaks: of days with a workout, and of weeks that met their goal.

A run of days ends with a day that was missed: not trained, no planned rest day of the goal of that day, and over. So
all days of one run have the same number of missed days before them, which is the number of the run: the days that were
due before, less those that were due and trained. No day without a workout is looked at.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Double,
    FromClause,
    Integer,
    Select,
    Subquery,
    case,
    cast,
    func,
    literal_column,
    select,
)

from exercise_buddy.core.db.json_queries import json_object
from exercise_buddy.statistics.goals import timeline
from exercise_buddy.statistics.shared.period import (
    ONE,
    SEVEN,
    TRUE,
    USER,
    first_of_week,
    materialized,
    week_number,
)
from exercise_buddy.statistics.tables import GoalMetric
from exercise_buddy.workouts import public as workouts

_NONE: ColumnElement[int] = literal_column("0", Integer)
_MINUTE: ColumnElement[float] = literal_column("60.0::float8", Double)


def trained_days(last_day: ColumnElement[Any], goals_: CTE) -> CTE:
    """Give the days with a workout until `last_day`, a row each, for `runs_of_days`."""
    done = workouts.performed_workouts()
    day = done.c.local_date
    days = (
        select(day.label("day"), timeline.which(day, goals_).label("goal"))
        .where(done.c.user_id == USER, day <= last_day)
        .group_by(day)
        .subquery("trained_day")
    )
    return with_dues(days, goals_, [])


def with_dues(days: Subquery, goals_: CTE, columns: Sequence[ColumnElement[Any]]) -> CTE:
    """Add what tells which days were missed: how many were due before each, and whether it was itself.

    Args:
        days: `day` and `goal` (see `goals.which`), grouped by the day.
        goals_: see `goals.goals`.
        columns: others of `days` to hand on.

    """
    weekday = timeline.weekday_of(days.c.day, days.c.goal, goals_)
    return materialized(
        select(
            days.c.day,
            timeline.due(days.c.day, days.c.goal, weekday, goals_).label("due"),
            timeline.is_due(weekday).label("is_due"),
            *columns,
        ),
        "trained",
    )


def runs_of_days(trained: FromClause, last_days: Sequence[ColumnElement[Any]]) -> CTE:
    """Give the runs of days, a row each: `begins`, and for each of `last_days` what it came to until then.

    Args:
        trained: see `with_dues`.
        last_days: days until which runs are wanted; `days_0`, `ends_0` and `due_0` are those until the first one.

    """
    due_until = trained.c.due + trained.c.is_due
    trained_when_due = func.sum(trained.c.is_due).over(order_by=trained.c.day, rows=(None, 0))
    in_runs = select(trained.c.day, due_until.label("due"), (due_until - trained_when_due).label("number")).subquery(
        "in_runs"
    )
    columns: list[ColumnElement[Any]] = []
    for index, last_day in enumerate(last_days):
        until_then = in_runs.c.day <= last_day
        columns.append(func.count().filter(until_then).label(f"days_{index}"))
        columns.append(func.max(in_runs.c.day).filter(until_then).label(f"ends_{index}"))
        columns.append(func.max(in_runs.c.due).filter(until_then).label(f"due_{index}"))
    return select(func.min(in_runs.c.day).label("begins"), *columns).group_by(in_runs.c.number).cte("run_of_days")


def longest_of_days(runs: CTE, index: int = 0) -> Subquery:
    """Give the longest streak of days (`length`, `from`, `to`); of several, the first."""
    length = runs.c[f"days_{index}"]
    streaks = _streaks(length, runs.c.begins, runs.c[f"ends_{index}"])
    return _or_none(streaks.order_by(length.desc(), runs.c.begins))


def current_of_days(
    runs: CTE, goals_: CTE, last_day: ColumnElement[Any], today: ColumnElement[Any], index: int = 0
) -> Subquery:
    """Give the streak of days (`length`, `from`, `to`) that goes on at `last_day`.

    That day breaks it if it was missed, unless it is `today`, which is not over.
    """
    ends = runs.c[f"ends_{index}"]
    over = materialized(
        select(cast(case((last_day < today, last_day + ONE), else_=today), Date).label("day")), f"over_{index}"
    )
    goal = timeline.which(over.c.day, goals_)
    due = timeline.due(over.c.day, goal, timeline.weekday_of(over.c.day, goal, goals_), goals_)
    latest = _streaks(runs.c[f"days_{index}"], runs.c.begins, ends).add_columns(runs.c[f"due_{index}"].label("due"))
    one = latest.order_by(ends.desc()).limit(ONE).subquery()
    return _or_none(select(one).where(one.c.due >= select(due).scalar_subquery()))


def runs_of_weeks(done: FromClause, goals_: CTE, week_start: ColumnElement[int]) -> CTE:
    """Give the runs of weeks that met their goal, a row each: `weeks`, `first` and `last`, see `week_number`.

    A week is judged by the goal that holds on its last day; without one it takes a workout.

    Args:
        done: `week`, and what it came to: `workouts`, `reps` and `duration_seconds`.
        goals_: see `goals.goals`.
        week_start: ISO, Monday is 1.

    """
    number = timeline.which(first_of_week(done.c.week, week_start) + (SEVEN - ONE), goals_)
    judged = select(
        done.c.week,
        reached(timeline.metric_of(number, goals_), done).label("value"),
        func.coalesce(timeline.target_of(number, goals_), ONE).label("target"),
    ).subquery("judged")
    met = (
        select(judged.c.week, (judged.c.week - func.row_number().over(order_by=judged.c.week)).label("run"))
        .where(judged.c.value >= judged.c.target)
        .subquery("met")
    )
    return (
        select(func.count().label("weeks"), func.min(met.c.week).label("first"), func.max(met.c.week).label("last"))
        .group_by(met.c.run)
        .cte("run_of_weeks")
    )


def reached(metric: ColumnElement[Any], done: FromClause) -> ColumnElement[Any]:
    """Give what `done` comes to in the metric of a goal: workouts, reps or minutes; in workouts without a goal."""
    columns = done.c
    minutes = func.coalesce(columns.duration_seconds, literal_column("0")) / _MINUTE
    return case(
        (metric == GoalMetric.MINUTES.value, cast(minutes, Double)),
        (metric == GoalMetric.REPS.value, cast(columns.reps, Double)),
        else_=cast(columns.workouts, Double),
    )


def longest_of_weeks(runs: CTE, week_start: ColumnElement[int]) -> Subquery:
    """Give the longest streak of weeks (`length`, `from`, `to`: its first and last day); of several, the first."""
    return _or_none(_of_weeks(runs, week_start).order_by(runs.c.weeks.desc(), runs.c.first))


def current_of_weeks(runs: CTE, week_start: ColumnElement[int], today: ColumnElement[Any]) -> Subquery:
    """Give the streak of weeks (`length`, `from`, `to`) that goes on today. The running week never breaks it."""
    going_on = runs.c.last >= week_number(today, week_start) - ONE
    return _or_none(_of_weeks(runs, week_start).where(going_on).order_by(runs.c.last.desc()))


def _of_weeks(runs: CTE, week_start: ColumnElement[int]) -> Select[*tuple[Any, ...]]:
    last_day = first_of_week(runs.c.last, week_start) + (SEVEN - ONE)
    return _streaks(runs.c.weeks, first_of_week(runs.c.first, week_start), last_day)


def _streaks(
    length: ColumnElement[int], begins: ColumnElement[Any], ends: ColumnElement[Any]
) -> Select[*tuple[Any, ...]]:
    return select(length.label("length"), cast(begins, Date).label("from"), cast(ends, Date).label("to")).where(
        length > _NONE
    )


def _or_none(streaks: Select[*tuple[Any, ...]]) -> Subquery:
    """Give the first of streaks, or one of no length at all."""
    found = streaks.limit(ONE).subquery()
    nothing = select(_NONE.label("nothing")).subquery()
    length = func.coalesce(found.c.length, _NONE).label("length")
    return select(length, found.c["from"], found.c.to).select_from(nothing.outerjoin(found, TRUE)).subquery()


def all_streaks(trained: CTE, weeks: CTE, now: CTE, goals_: CTE) -> Select[*tuple[Any, ...]]:
    """Give the columns of `AllStreaks`.

    Args:
        trained: see `with_dues`; of all days.
        weeks: see `runs_of_weeks`.
        now: one row: `today` and `week_start`.
        goals_: see `goals.goals`.

    """
    today, week_start = (select(now.c[name]).scalar_subquery() for name in ("today", "week_start"))
    runs = runs_of_days(trained, [today])
    met = runs_of_weeks(weeks, goals_, week_start)

    def both(current: Subquery, longest: Subquery) -> ColumnElement[Any]:
        return json_object(
            select(json_object(select(current)).label("current"), json_object(select(longest)).label("longest"))
        )

    return select(
        both(current_of_days(runs, goals_, today, today), longest_of_days(runs)).label("days"),
        both(current_of_weeks(met, week_start, today), longest_of_weeks(met, week_start)).label("weeks"),
    )


def sums_of_weeks(days: CTE, now: CTE, more: Sequence[str] = ()) -> CTE:
    """Sum up days by the week: `week` (see `week_number`), what `runs_of_weeks` takes, and `more` columns."""
    week = week_number(days.c.day, select(now.c.week_start).scalar_subquery())
    names = ("workouts", "reps", "duration_seconds", *more)
    return materialized(
        select(week.label("week"), *(func.sum(days.c[name]).label(name) for name in names)).group_by(
            literal_column("1")
        ),
        "sums_of_week",
    )
