"""The records of the last days: of the exercises of these days, who holds the best value, found by an index."""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    and_,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from exercise_buddy.core.db.json_queries import JsonQuery, json_array, json_fields
from exercise_buddy.exercises import public as exercises
from exercise_buddy.statistics.records.candidates import ZERO, best, is_before, place
from exercise_buddy.statistics.records.formulas import Formula
from exercise_buddy.statistics.records.kinds import STORED, StoredKind
from exercise_buddy.statistics.shared.period import ONE, TRUE, USER, materialized
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

DAYS = 30
AT_MOST = 10

_DAYS_AGO: ColumnElement[int] = literal_column(str(DAYS - 1), Integer)
_AT_MOST: ColumnElement[int] = literal_column(str(AT_MOST), Integer)


def recent_records(today: ColumnElement[Any]) -> Select[Any]:
    """Give the columns of `RecentRecord`, the newest first.

    A record is the best value of its kind that there is of an exercise, reached first within the last 30 days, while
    there was another value before: the first of all is a baseline. See `records`.
    """
    begins = today - _DAYS_AGO
    done, published = workouts.performed_workouts(), workouts.performed_exercises()
    within = (published.c.user_id == done.c.user_id) & (published.c.workout_id == done.c.workout_id)
    recent = materialized(
        select(published.c.exercise_id, *(func.max(published.c[kind.column]).label(kind.column) for kind in STORED))
        .select_from(done.join(published, within))
        .where(done.c.user_id == USER, done.c.local_date.between(begins, today))
        .group_by(published.c.exercise_id),
        "recent",
    )
    found = union_all(*(_held(kind, recent, begins) for kind in STORED)).subquery("found")
    # First which ones are shown, then what they are called.
    latest = select(found).order_by(found.c.started_at.desc(), found.c.exercise_id, found.c.number).limit(_AT_MOST)
    shown = latest.subquery("shown")
    names = exercises.exercise_names()
    # One lateral look for each of the few: a join would read the whole catalogue.
    named = (
        select(json_fields(id=names.c.exercise_id, name=names.c.name, custom=names.c.custom).label("exercise"))
        .where(names.c.exercise_id == shown.c.exercise_id)
        .limit(ONE)
        .lateral("named")
    )
    return (
        select(
            named.c.exercise,
            shown.c.kind,
            shown.c.value,
            shown.c.unit,
            shown.c.local_date.label("date"),
            shown.c.workout_id,
        )
        .select_from(shown.join(named, TRUE))
        .order_by(shown.c.started_at.desc(), shown.c.exercise_id, shown.c.number)
    )


def _held(kind: StoredKind, recent: CTE, begins: ColumnElement[Any]) -> Select[Any]:
    of = recent.alias(f"recent_{kind.kind.value}")

    def no_worse(done: FromClause) -> ColumnElement[bool]:
        # Says nothing new, but ends the look at a page of the index with what is as good as the best of these days.
        return done.c[kind.column] >= of.c[kind.column]

    holder = best(kind, Formula.EPLEY, of.c.exercise_id, no_worse, beside=[of]).lateral(f"best_{kind.kind.value}")
    begun, earlier = workouts.performed_exercises(), workouts.performed_exercises()
    # Nearly always the first time of the exercise tells, which one index has first. Asked for the first time of the
    # kind, PostgreSQL may read and sort all of them, if it expects few of the average user.
    begun_before = (
        select(and_(begun.c[kind.column] > ZERO, begun.c.started_at < holder.c.started_at))
        .where(begun.c.user_id == USER, begun.c.exercise_id == of.c.exercise_id)
        .order_by(begun.c.started_at)
        .limit(ONE)
        .correlate(of, holder)
        .scalar_subquery()
    )
    any_earlier = (
        select(ONE)
        .where(
            earlier.c.user_id == USER,
            earlier.c.exercise_id == of.c.exercise_id,
            earlier.c[kind.column] > ZERO,
            earlier.c.started_at <= holder.c.started_at,
            is_before(earlier, place(holder)),
        )
        .order_by(earlier.c.started_at)
        .limit(ONE)
        .correlate(of, holder)
        .scalar_subquery()
    )
    not_the_first = or_(begun_before, any_earlier.is_not(None))
    return (
        select(
            of.c.exercise_id,
            holder.c.kind,
            holder.c.number,
            holder.c.value,
            literal_column(f"'{kind.unit}'", Text).label("unit"),
            holder.c.local_date,
            holder.c.workout_id,
            holder.c.started_at,
        )
        .select_from(of.join(holder, TRUE))
        .where(of.c[kind.column] > ZERO, holder.c.local_date >= begins, not_the_first)
    )


_calendar = users.calendars()
RECENT_RECORDS = JsonQuery(
    select(json_array(recent_records(select(_calendar.c.today).where(_calendar.c.user_id == USER).scalar_subquery())))
)
"""`RecentRecord` of the user `user_id`, an array."""
