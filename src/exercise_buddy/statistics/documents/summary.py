"""The statement of the summary of a period."""

from functools import cache

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Double,
    Select,
    and_,
    cast,
    distinct,
    func,
    literal_column,
    null,
    select,
)

from exercise_buddy.core.documents import json_object
from exercise_buddy.core.tables import core_table
from exercise_buddy.statistics.documents.period import ONE, TRUE, USER, interval, period
from exercise_buddy.statistics.freshness import Statistic
from exercise_buddy.statistics.tables import Goal
from exercise_buddy.workouts import public as workouts

_goal = core_table(Goal)


def _streaks(within: CTE) -> CTE:
    """Give `current` and `longest`, in days, as they are at the end of a period.

    A run of days ends with each day that was missed: not trained, no rest day of the goal of that day, and over.
    """
    done = workouts.performed_workouts()
    last_day = func.least(within.c.ends, within.c.today)
    trained = (
        select(done.c.local_date.label("day"))
        .select_from(done.join(within, TRUE))
        .where(done.c.user_id == USER, done.c.local_date <= last_day)
        .distinct()
        .cte()
    )
    first_day = select(func.min(trained.c.day)).scalar_subquery()
    day = cast(func.generate_series(first_day, last_day, interval("1 day")), Date)
    days = select(day.label("day"), within.c.today).select_from(within).cte()
    marked = (
        select(
            trained.c.day.label("trained"),
            func.count().filter(_missed(days, trained)).over(order_by=days.c.day).label("run"),
        )
        .select_from(days.outerjoin(trained, trained.c.day == days.c.day))
        .cte()
    )
    runs = select(marked.c.run, func.count(marked.c.trained).label("length")).group_by(marked.c.run).cte()
    current = select(runs.c.length).order_by(runs.c.run.desc()).limit(ONE).scalar_subquery()
    longest = select(func.max(runs.c.length)).scalar_subquery()
    return select(func.coalesce(current, 0).label("current"), func.coalesce(longest, 0).label("longest")).cte()


def _missed(days: CTE, trained: CTE) -> ColumnElement[bool]:
    goal_of_the_day = (
        select(_goal.c.rest_days)
        .where(_goal.c.user_id == USER, _goal.c.valid_since <= days.c.day)
        .order_by(_goal.c.valid_since.desc())
        .limit(ONE)
        .correlate(days)
        .scalar_subquery()
    )
    weekday = func.to_char(days.c.day, literal_column("'FMday'"))
    rests = func.array_position(goal_of_the_day, weekday).is_not(None)
    return and_(trained.c.day.is_(None), days.c.day != days.c.today, ~rests)


def _columns(within: CTE) -> Select[tuple[object, ...]]:
    done = workouts.performed_workouts()
    streaks = _streaks(within)
    total = (
        select(
            func.count(done.c.workout_id).label("workouts"),
            func.count(distinct(done.c.local_date)).label("active_days"),
            func.coalesce(func.sum(done.c.set_count), 0).label("sets"),
            func.coalesce(func.sum(done.c.rep_count), 0).label("reps"),
            workouts.rounded(func.coalesce(func.sum(done.c.volume_kg), 0)).label("volume_kg"),
            func.coalesce(func.sum(done.c.duration_seconds), 0).label("duration_seconds"),
        )
        .select_from(done.join(within, TRUE))
        .where(done.c.user_id == USER, done.c.local_date.between(within.c.begins, within.c.ends))
        .cte()
    )
    return select(
        within.c.begins.label("from"),
        within.c.ends.label("to"),
        total.c.workouts,
        total.c.active_days,
        total.c.sets,
        total.c.reps,
        total.c.volume_kg,
        total.c.duration_seconds,
        # Energy takes the body mass, which nobody has told us yet.
        cast(null(), Double).label("energy_kcal"),
        streaks.c.current.label("current_streak_days"),
        streaks.c.longest.label("longest_streak_days"),
    ).select_from(within.join(total, TRUE).join(streaks, TRUE))


@cache
def summary(*, with_previous: bool) -> Statistic:
    """Give the statement of `Summary`. Binds what `period` binds; `with_previous` adds the period before."""
    asked = period()
    columns = _columns(asked)
    if not with_previous:
        return Statistic(select(json_object(columns.add_columns(null().label("previous")))))
    length = asked.c.ends - asked.c.begins + ONE
    before = select(
        (asked.c.begins - length).label("begins"), (asked.c.begins - ONE).label("ends"), asked.c.today
    ).cte()
    return Statistic(select(json_object(columns.add_columns(json_object(_columns(before)).label("previous")))))
