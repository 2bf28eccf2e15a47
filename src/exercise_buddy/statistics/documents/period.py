"""What the statements of statistics begin with: the user's calendar, and the period that is asked for."""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Interval,
    Uuid,
    bindparam,
    cast,
    func,
    literal_column,
    select,
)

from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

USER = bindparam("user_id", type_=Uuid)
ONE: ColumnElement[int] = literal_column("1", Integer)
TRUE: ColumnElement[bool] = literal_column("true")


def interval(text: str) -> ColumnElement[Any]:
    """Write a constant interval, such as `1 week`."""
    return cast(literal_column(f"'{text}'"), Interval)


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
