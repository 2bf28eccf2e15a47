"""The goals of a user over time, as arrays: which one held on each of thousands of days takes a binary search each."""

from functools import reduce
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    SmallInteger,
    Text,
    all_,
    cast,
    func,
    literal,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, array
from sqlalchemy.sql.elements import Grouping

from exercise_buddy.core.db.tables import core_table
from exercise_buddy.statistics.shared.period import MONDAY_OF_OLD, ONE, SEVEN, USER
from exercise_buddy.statistics.tables import Goal
from exercise_buddy.users import public as users

goal = core_table(Goal)

_ZERO: ColumnElement[int] = literal_column("0", Integer)
_TWO: ColumnElement[int] = literal_column("2", Integer)
_DUTIES = [f"duty_{day.value}" for day in users.Weekday]


def _changes() -> CTE:
    """Give a row for each day from which on something else held: a goal, or none."""
    no_days = literal_column("'{}'::varchar[]", ARRAY(Text))
    none = (cast(null(), Text).label("metric"), cast(null(), Integer).label("target"), no_days.label("rest_days"))
    of_old = select(MONDAY_OF_OLD.label("since"), literal_column("0", SmallInteger).label("rank"), *none)
    following = func.lead(goal.c.valid_since).over(order_by=goal.c.valid_since)
    ended = select(goal.c.ended_on, following.label("following")).where(goal.c.user_id == USER).subquery("ended")
    # Whoever travels west can give one up tomorrow and set another today.
    ends = select(ended.c.ended_on, _ZERO, *none).where(
        ended.c.ended_on.is_not(None), func.coalesce(ended.c.ended_on < ended.c.following, literal_column("true"))
    )
    begins = select(goal.c.valid_since, ONE, goal.c.metric, goal.c.target, goal.c.rest_days).where(
        goal.c.user_id == USER
    )
    change = union_all(of_old, ends, begins).subquery("change")
    is_duty = [
        cast(literal(day.value) != all_(change.c.rest_days), Integer).label(name)
        for day, name in zip(users.Weekday, _DUTIES, strict=True)
    ]
    return select(change.c.since, change.c.rank, change.c.metric, change.c.target, *is_duty).cte("goal_change")


def goals() -> CTE:
    """Give the goals that held over time as one row of arrays, an element for each time that another one began to hold.

    Columns: `since` (days), `metrics` and `targets` (null where there was no goal), and what `due` is made of:
    `due_before` (the days due before it began, less those that it would have had), `due_a_week`, and `weekdays`, from
    Monday: twice the days due before in a week, and 1 more if the weekday itself is due.
    """
    change = _changes()
    duties: list[ColumnElement[int]] = [change.c[name] for name in _DUTIES]
    weekdays = [reduce(_plus, duties[:number], _ZERO) * _TWO + duty for number, duty in enumerate(duties)]
    counted = select(
        change.c.since,
        change.c.rank,
        change.c.metric,
        change.c.target,
        reduce(_plus, duties).label("due_a_week"),
        cast(array(weekdays), ARRAY(Integer)).label("weekdays"),
    ).cte()
    order = (counted.c.since, counted.c.rank)
    week = func.lag(counted.c.due_a_week).over(order_by=order)
    weekday = Grouping(func.lag(counted.c.weekdays, type_=ARRAY(Integer)).over(order_by=order))
    of_the_former = _due(counted.c.since, week, weekday[_weekday(counted.c.since)])
    own = _due(counted.c.since, counted.c.due_a_week, counted.c.weekdays[_weekday(counted.c.since)])
    jumps = select(counted, func.coalesce(of_the_former - own, _ZERO).label("jump")).cte()
    order = (jumps.c.since, jumps.c.rank)
    based = select(jumps, func.sum(jumps.c.jump).over(order_by=order).label("due_before")).cte()

    def collected(name: str, kind: ARRAY[Any]) -> ColumnElement[Any]:
        return cast(func.array_agg(aggregate_order_by(based.c[name], based.c.since, based.c.rank)), kind)

    return select(
        collected("since", ARRAY(Date)).label("since"),
        collected("metric", ARRAY(Text)).label("metrics"),
        collected("target", ARRAY(Integer)).label("targets"),
        collected("due_before", ARRAY(Integer)).label("due_before"),
        collected("due_a_week", ARRAY(Integer)).label("due_a_week"),
        collected("weekdays", ARRAY(Integer, dimensions=2)).label("weekdays"),
    ).cte("goals")


def _plus(one: ColumnElement[int], other: ColumnElement[int]) -> ColumnElement[int]:
    return one + other


def _days(day: ColumnElement[Any]) -> ColumnElement[int]:
    return Grouping(day - MONDAY_OF_OLD)


def _weekday(day: ColumnElement[Any]) -> ColumnElement[int]:
    return _days(day) % SEVEN + ONE


def _halved(number: ColumnElement[int]) -> ColumnElement[int]:
    return Grouping(number).op("/", return_type=Integer())(_TWO)


def _due(day: ColumnElement[Any], due_a_week: ColumnElement[int], weekday: ColumnElement[int]) -> ColumnElement[int]:
    weeks: ColumnElement[int] = _days(day).op("/", return_type=Integer())(SEVEN)
    return weeks * due_a_week + _halved(weekday)


def _array(goals_: CTE, name: str) -> ColumnElement[Any]:
    # A scalar subquery: the array is made once for the statement, not handed along with each row.
    return select(goals_.c[name]).scalar_subquery()


def which(day: ColumnElement[Any], goals_: CTE) -> ColumnElement[int]:
    """Give the number of the goal that held on a local day."""
    return func.width_bucket(day, _array(goals_, "since"), type_=Integer)


def weekday_of(day: ColumnElement[Any], number: ColumnElement[int], goals_: CTE) -> ColumnElement[int]:
    """Give what the goal of a number says of the weekday of a local day: see `due` and `is_due`."""
    return _array(goals_, "weekdays")[number][_weekday(day)]


def due(
    day: ColumnElement[Any], number: ColumnElement[int], weekday: ColumnElement[int], goals_: CTE
) -> ColumnElement[int]:
    """Count the days before a local day that were no planned rest days of the goals of their time.

    Args:
        day: the local day.
        number: that of its goal, see `which`.
        weekday: see `weekday_of`.
        goals_: see `goals`.

    """
    of_the_goal = _due(day, _array(goals_, "due_a_week")[number], weekday)
    return _array(goals_, "due_before")[number] + of_the_goal


def is_due(weekday: ColumnElement[int]) -> ColumnElement[int]:
    """Give 1 for a local day that is no planned rest day of its goal, else 0. See `weekday_of`."""
    return weekday % _TWO


def metric_of(number: ColumnElement[int], goals_: CTE) -> ColumnElement[str | None]:
    """Give what a goal counts; null where there was none."""
    return _array(goals_, "metrics")[number]


def target_of(number: ColumnElement[int], goals_: CTE) -> ColumnElement[int | None]:
    """Give how much of it a goal wants a week; null where there was none."""
    return _array(goals_, "targets")[number]
