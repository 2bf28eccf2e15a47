"""The running week day by day, compared with the week before."""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    cast,
    func,
    literal_column,
    select,
)

from exercise_buddy.core.db.json_queries import json_array, json_object
from exercise_buddy.statistics.goals import timeline
from exercise_buddy.statistics.goals.days import as_object, calendar, days_between, of, of_one_day, totals
from exercise_buddy.statistics.goals.streaks import reached
from exercise_buddy.statistics.shared.body import masses
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.statistics.shared.period import ONE, SEVEN, TRUE, first_of_week, materialized, week_number

_SIX: ColumnElement[int] = literal_column("6", Integer)


def running_week(now: CTE) -> CTE:
    """Give one row of `begins` and `ends` of the week of `today`, and `calendar`'s."""
    number = week_number(now.c.today, now.c.week_start)
    begins = cast(first_of_week(number, now.c.week_start), Date)
    return materialized(
        select(
            begins.label("begins"), (begins + _SIX).label("ends"), now.c.today, now.c.week_start, now.c.week_starts_on
        ),
        "week",
    )


def week(running: CTE, days: FromClause, goals_: CTE) -> Select[Any]:
    """Give the columns of `Week`.

    Args:
        running: see `running_week`.
        days: what the days of it and of the week before come to, see `days_between`.
        goals_: see `goals.goals`.

    """
    offset = func.generate_series(literal_column("0"), _SIX).table_valued("number", name="weekday").render_derived()
    now, before = (days.alias(name) for name in ("this_week", "last_week"))
    day = running.c.begins + offset.c.number
    each = (
        select(
            cast(day, Date).label("date"),
            *of_one_day(now),
            as_object(of_one_day(before)).label("last_week"),
        )
        .select_from(
            running.join(offset, TRUE)
            .outerjoin(now, now.c.day == day)
            .outerjoin(before, before.c.day == running.c.begins + offset.c.number - SEVEN)
        )
        .order_by(offset.c.number)
    )
    begins, ends, today = (of(running, name) for name in ("begins", "ends", "today"))

    def between(first: ColumnElement[Any], last: ColumnElement[Any]) -> Select[Any]:
        return select(*totals(days)).where(days.c.day.between(first, last))

    last_week = between(begins - SEVEN, begins - ONE).subquery()
    until_same_day = between(begins - SEVEN, today - SEVEN)
    compared = select(
        cast(begins - SEVEN, Date).label("from"),
        cast(begins - ONE, Date).label("to"),
        last_week,
        json_object(until_same_day).label("until_same_weekday"),
    )
    total = between(begins, ends).subquery()
    return select(
        running.c.begins.label("from"),
        running.c.ends.label("to"),
        running.c.today,
        running.c.week_starts_on,
        total,
        json_array(each).label("days"),
        json_object(compared).label("last_week"),
        json_object(progress(running, total, goals_)).label("goal"),
    ).select_from(running.join(total, TRUE))


def progress(running: CTE, total: FromClause, goals_: CTE) -> Select[Any]:
    """Give the columns of `GoalProgress` of the week, by the goal that holds; no row without one."""
    number = timeline.which(of(running, "ends"), goals_)
    goal = materialized(
        select(timeline.metric_of(number, goals_).label("metric"), timeline.target_of(number, goals_).label("target")),
        "goal_of_week",
    )
    value = reached(goal.c.metric, total)
    return (
        select(goal.c.metric, goal.c.target, value.label("value"), (value >= goal.c.target).label("reached"))
        .select_from(goal)
        .where(goal.c.target.is_not(None))
        .correlate(total)
    )


@cache
def weekly() -> StatisticsQuery:
    """Give the statement of `Week`."""
    now, held = calendar(), timeline.goals()
    running = running_week(now)
    days = days_between(of(running, "begins") - SEVEN, of(running, "ends"), masses())
    return StatisticsQuery(select(json_object(week(running, days, held))))
