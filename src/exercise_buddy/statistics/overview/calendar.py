"""A calendar: days without gaps, and how intense each was, for heat maps."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)

from exercise_buddy.core.db.json_queries import json_array, json_object
from exercise_buddy.statistics.goals.days import calendar, days_between, of, of_one_day
from exercise_buddy.statistics.overview.schemas import CalendarMetric
from exercise_buddy.statistics.shared.body import masses
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.statistics.shared.period import ONE, interval, materialized

_NONE: ColumnElement[int] = literal_column("0", Integer)
_LEVELS: ColumnElement[int] = literal_column("4", Integer)


def calendar_days(
    first: ColumnElement[Any], last: ColumnElement[Any], done: FromClause, metric: CalendarMetric
) -> Select[Any]:
    """Give the columns of `CalendarDay` for each day from `first` to `last`, in order.

    `level` is 0 without a workout, else that of four equally large groups of the days with one in which a day lies by
    its value of `metric`: the share of them with at most that value, times 4, rounded up. The busiest day is always 4.

    Args:
        first: the first day.
        last: the last one.
        done: what the days come to, see `days_between`.
        metric: what makes a day intense.

    """
    active = (
        select(done, func.ceil(_LEVELS * func.cume_dist().over(order_by=done.c[metric.value])).label("level"))
        .where(done.c.day.between(first, last))
        .subquery("active")
    )
    series = func.generate_series(first, last, interval("1 day")).table_valued("moment", name="each").render_derived()
    each = select(cast(series.c.moment, Date).label("day")).subquery("each_day")
    shown = [column for column in of_one_day(active) if column.key != "energy_kcal"]
    return (
        select(each.c.day.label("date"), *shown, cast(func.coalesce(active.c.level, _NONE), Integer).label("level"))
        .select_from(each.outerjoin(active, active.c.day == each.c.day))
        .order_by(each.c.day)
    )


@cache
def calendar_of(metric: CalendarMetric) -> StatisticsQuery:
    """Give the statement of `Calendar`. Binds `from_date` and `to_date`, or NULL: see `Calendar`."""
    now = calendar()
    given_from, given_to = bindparam("from_date", type_=Date), bindparam("to_date", type_=Date)
    last = func.coalesce(given_to, cast(given_from + interval("1 year") - interval("1 day"), Date), now.c.today)
    first = func.coalesce(given_from, cast(last - interval("1 year"), Date) + ONE)
    shown = materialized(select(first.label("first"), last.label("last"), now), "shown")
    begins, ends = of(shown, "first"), of(shown, "last")
    days = days_between(begins, ends, masses())
    head = select(
        shown.c.first.label("from"),
        shown.c.last.label("to"),
        literal_column(f"'{metric.value}'").label("metric"),
        shown.c.week_starts_on,
        json_array(calendar_days(begins, ends, days, metric)).label("days"),
    )
    return StatisticsQuery(select(json_object(head)))
