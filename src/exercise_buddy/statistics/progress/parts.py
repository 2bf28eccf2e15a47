"""Parts that the statements of progress have in common: the period, its buckets, names, and what a camera saw."""

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Double,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    null,
    select,
    true,
)
from sqlalchemy.sql.elements import Grouping

from exercise_buddy.core.db.json_queries import json_object
from exercise_buddy.exercises import public as exercises
from exercise_buddy.statistics.records.candidates import EXERCISE
from exercise_buddy.statistics.schemas import Bucket
from exercise_buddy.statistics.shared.period import ONE, SEVEN, USER, first_of_week, interval
from exercise_buddy.users import public as users
from exercise_buddy.workouts import public as workouts

RECENT_DAYS = 90
"""How many days a statistic of the present state shows if nothing else is asked for."""

_ZERO: ColumnElement[int] = literal_column("0", Integer)


def asked_period(first_day: ColumnElement[Any] | None = None) -> CTE:
    """Give one row: `begins` and `ends` (local days), `today`, `week_start` (ISO, Monday is 1).

    Binds `user_id`, `now`, `from_date` and `to_date`. Where those are NULL, the period ends today, and begins on
    `first_day` or, without one, so that it has `RECENT_DAYS`.
    """
    calendars = users.calendars()
    given_from = bindparam("from_date", type_=Date)
    last = func.coalesce(bindparam("to_date", type_=Date), func.greatest(given_from, calendars.c.today))
    recent = last - literal_column(str(RECENT_DAYS - 1), Integer)
    # least() passes over NULL: of what was never done, the period is its last day.
    first = recent if first_day is None else func.least(first_day, last)
    return (
        select(
            func.coalesce(given_from, first).label("begins"),
            last.label("ends"),
            calendars.c.today,
            calendars.c.week_start,
        )
        .where(calendars.c.user_id == USER)
        .cte("asked")
    )


def bucket_start(day: ColumnElement[Any], bucket: Bucket, week_start: ColumnElement[int]) -> ColumnElement[Any]:
    """Give the first day of the bucket that a day lies in."""
    match bucket:
        case Bucket.DAY:
            return day
        case Bucket.WEEK:
            # In integers: to extract the weekday gives a numeric, which takes longer than all the rest.
            of_week = Grouping(day - first_of_week(_ZERO, week_start)) % SEVEN
            return day - (of_week + SEVEN) % SEVEN
        case _:
            return cast(func.date_trunc(literal_column(f"'{bucket.value}'"), cast(day, Date)), Date)


def buckets(asked: CTE, bucket: Bucket) -> CTE:
    """Give all buckets that a period touches: `start` and `end`, local days."""
    step = interval(f"1 {bucket.value}")
    first = bucket_start(asked.c.begins, bucket, asked.c.week_start)
    start = select(cast(func.generate_series(first, asked.c.ends, step), Date).label("start")).cte("starts")
    return select(start.c.start, (cast(start.c.start + step, Date) - ONE).label("end")).cte("bucket")


def done_in(asked: CTE, done: FromClause) -> Select[Any]:
    """Give the rows of `performed_exercises` in a period: by way of the workouts, which are in the order of days."""
    within = workouts.performed_workouts()
    of_workout = and_(done.c.user_id == within.c.user_id, done.c.workout_id == within.c.workout_id)
    return (
        select(done)
        .select_from(asked.join(within, true()).join(done, of_workout))
        .where(within.c.user_id == USER, within.c.local_date.between(asked.c.begins, asked.c.ends))
    )


def named_exercise() -> ColumnElement[Any]:
    """Give `NamedExercise` of the bound `exercise_id`, NULL if the user can use no such exercise."""
    names = exercises.exercise_names()
    return json_object(
        select(names.c.exercise_id.label("id"), names.c.name, names.c.custom).where(names.c.exercise_id == EXERCISE)
    )


def looked_up(rows: FromClause) -> FromClause:
    """Give what `exercise_names` says of the exercise of each row, at most one row beside it.

    For few exercises: each is looked up. A join would read the whole catalogue.
    """
    names = exercises.exercise_names()
    return select(names).where(names.c.exercise_id == rows.c.exercise_id).limit(ONE).correlate(rows).lateral("named")


def if_known(document: ColumnElement[Any]) -> Select[Any]:
    """Give a document if the user can use the bound `exercise_id`, else NULL."""
    names = exercises.exercise_names()
    known = select(ONE).where(names.c.exercise_id == EXERCISE).limit(ONE).subquery("known")
    one = select(ONE.label("one")).subquery("one")
    return select(func.coalesce(select(document).select_from(known).scalar_subquery(), null())).select_from(
        one.outerjoin(known, true())
    )


def _ratio(total: ColumnElement[Any], count: ColumnElement[Any], per: str = "1") -> ColumnElement[Any]:
    exact = cast(func.sum(total), Double) / func.nullif(cast(func.sum(count), Double), literal_column("0"))
    return exact if per == "1" else exact / literal_column(f"{per}::float8", Double)


def tempo(done: FromClause) -> list[ColumnElement[Any]]:
    """Give the means over reps of what a camera measured: seconds and degrees, null where it measured nothing."""
    c = done.c
    return [
        _ratio(c.eccentric_ms, c.eccentric_reps, "1000").label("eccentric_seconds"),
        _ratio(c.concentric_ms, c.concentric_reps, "1000").label("concentric_seconds"),
        _ratio(c.range_degrees, c.range_reps).label("range_degrees"),
    ]


BEST_OF = "best_unbroken_reps"
"""What `quality` takes the best of; the others it sums up."""

MEASURED = workouts.REP_QUALITY
"""The columns that `quality` is made of."""


def quality(done: FromClause) -> list[ColumnElement[Any]]:
    """Give `Quality` of a group of exercises within workouts."""
    c = done.c
    return [
        *(
            func.coalesce(func.sum(c[name]), _ZERO).label(label)
            for name, label in (
                ("tracked_sets", "sets"),
                ("tracked_reps", "reps"),
                ("detected_reps", "detected_reps"),
                ("corrected_reps", "corrected_reps"),
                ("corrected_sets", "corrected_sets"),
            )
        ),
        _ratio(c.time_ms, c.timed_reps, "1000").label("rep_seconds"),
        *tempo(done),
        (cast(func.sum(c.time_ms), Double) / literal_column("1000::float8", Double)).label(
            "time_under_tension_seconds"
        ),
        _ratio(c.slowdown_percent, c.slowdown_sets).label("slowdown_percent"),
        _ratio(c.tempo_variation_percent, c.tempo_variation_sets).label("variation_percent"),
        (_ratio(c.cadence_reps, c.cadence_ms) * literal_column("60000::float8", Double)).label("cadence_per_minute"),
        func.max(c[BEST_OF]).label("longest_unbroken_reps"),
    ]
