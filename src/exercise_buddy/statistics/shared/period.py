"""What the statements of statistics begin with: the user's calendar, and the period that is asked for."""

from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Interval,
    Select,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.sql.elements import Grouping

from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

USER = bindparam("user_id", type_=Uuid)
ONE: ColumnElement[int] = literal_column("1", Integer)
SEVEN: ColumnElement[int] = literal_column("7", Integer)
TRUE: ColumnElement[bool] = literal_column("true")
MONDAY_OF_OLD: ColumnElement[date] = literal_column("date '1900-01-01'", Date)
"""A Monday before all that there is: days and weeks are counted from it."""


def interval(text: str) -> ColumnElement[Any]:
    """Write a constant interval, such as `1 week`."""
    return cast(literal_column(f"'{text}'"), Interval)


def materialized(rows: Select[*tuple[Any, ...]], name: str) -> CTE:
    """Make a CTE whose columns are computed once, not again in each place that uses them."""
    return rows.cte(name).prefix_with("MATERIALIZED")


def period() -> CTE:
    """Give one row: `begins` and `ends` (local days), `today`, `week_start` (ISO, Monday is 1).

    Binds `user_id`, `now` (a point in time), `from_date` and `to_date`. Where those are NULL, the period reaches from
    the day of the first workout to today. There is no row for a user who does not exist.
    """
    calendars = users.calendars()
    calendar = select(calendars.c.today, calendars.c.week_start).where(calendars.c.user_id == USER).cte()
    done = workouts.performed_workouts()
    first = select(func.min(done.c.local_date)).where(done.c.user_id == USER).scalar_subquery()
    given_from = bindparam("from_date", type_=Date)
    given_to = bindparam("to_date", type_=Date)
    last = func.coalesce(given_to, func.greatest(given_from, calendar.c.today))
    return select(
        # least() passes over NULL, so that without any workout the period is its last day.
        func.coalesce(given_from, func.least(first, last)).label("begins"),
        last.label("ends"),
        calendar.c.today,
        calendar.c.week_start,
    ).cte()


def week_number(day: ColumnElement[Any], week_start: ColumnElement[int]) -> ColumnElement[int]:
    """Count the week of a local day: the next one is one more, whatever the year. `week_start` is ISO, Monday is 1."""
    return Grouping(day - first_of_week(literal_column("0", Integer), week_start)).op("/", return_type=Integer())(SEVEN)


def first_of_week(number: ColumnElement[int], week_start: ColumnElement[int]) -> ColumnElement[Any]:
    """Give the first day of a week that `week_number` has counted."""
    return Grouping(MONDAY_OF_OLD + (week_start - ONE) + number * SEVEN)
