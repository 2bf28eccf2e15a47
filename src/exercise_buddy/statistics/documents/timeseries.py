"""The statement of a time series."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Subquery,
    Uuid,
    bindparam,
    cast,
    distinct,
    func,
    literal,
    literal_column,
    null,
    select,
)

from exercise_buddy.core.documents import json_array, json_object
from exercise_buddy.statistics.documents.period import ONE, TRUE, USER, interval, period
from exercise_buddy.statistics.freshness import Statistic
from exercise_buddy.statistics.schemas import Bucket, Metric
from exercise_buddy.workouts import public as workouts

OF_ONE_EXERCISE = {Metric.WEIGHT_KG, Metric.E1RM_KG}
"""What there is a series of only for one exercise."""


def _bucket_start(day: ColumnElement[Any], bucket: Bucket, week_start: ColumnElement[int]) -> ColumnElement[Any]:
    match bucket:
        case Bucket.DAY:
            return day
        case Bucket.WEEK:
            weekday = cast(func.extract("isodow", day), Integer)
            return day - (weekday - week_start + literal_column("7")) % literal_column("7")
        case _:
            return cast(func.date_trunc(literal_column(f"'{bucket.value}'"), cast(day, Date)), Date)


def _measured(metric: Metric, done: Subquery) -> ColumnElement[Any]:
    columns = done.c
    match metric:
        case Metric.WORKOUTS:
            return func.count(distinct(columns.workout_id))
        case Metric.ACTIVE_DAYS:
            return func.count(distinct(columns.local_date))
        case Metric.SETS:
            return func.sum(columns.set_count)
        case Metric.REPS:
            return func.sum(columns.rep_count)
        case Metric.VOLUME_KG:
            return workouts.rounded(func.sum(columns.volume_kg))
        case Metric.DURATION_SECONDS:
            return func.sum(columns.duration_seconds)
        case Metric.WEIGHT_KG:
            return func.max(columns.best_set_weight_kg)
        case Metric.E1RM_KG:
            return func.max(columns.best_e1rm_kg)


@cache
def timeseries(metric: Metric, bucket: Bucket, *, of_exercise: bool) -> Statistic:
    """Give the statement of `Timeseries`. Binds what `period` binds, and `exercise_id` if it is `of_exercise`.

    There is no document for an exercise that the user cannot use.
    """
    asked = period()
    done = workouts.performed_exercises() if of_exercise else workouts.performed_workouts()
    exercise_id = bindparam("exercise_id", type_=Uuid)
    sums = (
        select(
            _bucket_start(done.c.local_date, bucket, asked.c.week_start).label("start"),
            _measured(metric, done).label("value"),
        )
        .select_from(done.join(asked, TRUE))
        .where(done.c.user_id == USER, done.c.local_date.between(asked.c.begins, asked.c.ends))
        .group_by(literal_column("1"))
    )
    if of_exercise:
        sums = sums.where(done.c.exercise_id == exercise_id)
    summed = sums.cte()
    first = _bucket_start(asked.c.begins, bucket, asked.c.week_start)
    step = interval(f"1 {bucket.value}")
    buckets = select(cast(func.generate_series(first, asked.c.ends, step), Date).label("start")).cte()
    value = summed.c.value if metric in OF_ONE_EXERCISE else func.coalesce(summed.c.value, 0)
    points = (
        select(
            buckets.c.start,
            (cast(buckets.c.start + step, Date) - ONE).label("end"),
            value.label("value"),
        )
        .select_from(buckets.outerjoin(summed, summed.c.start == buckets.c.start))
        .order_by(buckets.c.start)
    )
    head = select(literal(metric.value).label("metric"), literal(bucket.value).label("bucket"))
    if of_exercise:
        names = workouts.exercise_names()
        named = json_object(
            select(names.c.exercise_id.label("id"), names.c.name, names.c.custom).where(
                names.c.exercise_id == exercise_id
            )
        )
        known = select(names.c.exercise_id).where(names.c.exercise_id == exercise_id).exists()
        head = head.add_columns(named.label("exercise")).where(known)
    else:
        head = head.add_columns(null().label("exercise"))
    return Statistic(
        select(
            json_object(
                head.add_columns(
                    asked.c.begins.label("from"), asked.c.ends.label("to"), json_array(points).label("points")
                )
            )
        )
    )
