"""The statement of how well reps were done, as a camera saw them."""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, func, literal_column, null, select

from exercise_buddy.core.db.json_queries import json_array, json_fields, json_object
from exercise_buddy.exercises import public as exercises
from exercise_buddy.statistics.progress.parts import (
    BEST_OF,
    MEASURED,
    asked_period,
    bucket_start,
    buckets,
    done_in,
    if_known,
    named_exercise,
    quality,
)
from exercise_buddy.statistics.records.candidates import EXERCISE
from exercise_buddy.statistics.schemas import Bucket
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.workouts import public as workouts

_COUNTS = {"sets", "reps", "detected_reps", "corrected_reps", "corrected_sets"}
_ZERO: ColumnElement[int] = literal_column("0", Integer)


@cache
def rep_quality(bucket: Bucket, *, of_exercise: bool) -> StatisticsQuery:
    """Give the statement of `RepQuality`. Binds what `asked_period` binds, `exercise_id` if it is `of_exercise`."""
    asked = asked_period()
    done = workouts.performed_exercises()
    start = bucket_start(done.c.local_date, bucket, asked.c.week_start)
    rows = done_in(asked, done).where(done.c.tracked_sets.is_not(None))
    if of_exercise:
        rows = rows.where(done.c.exercise_id == EXERCISE)
    sums = [(func.max if name == BEST_OF else func.sum)(done.c[name]).label(name) for name in MEASURED]
    # Summed up once, and from there on in three ways.
    per_day = rows.with_only_columns(start.label("start"), done.c.exercise_id, *sums)
    seen = per_day.group_by(literal_column("1"), done.c.exercise_id).cte("seen")
    per_bucket = select(seen.c.start, *quality(seen)).group_by(seen.c.start).subquery("per_bucket")
    every = buckets(asked, bucket)
    columns: list[ColumnElement[Any]] = [
        func.coalesce(column, _ZERO).label(column.name) if column.name in _COUNTS else column
        for column in per_bucket.c
        if column.name != "start"
    ]
    points = (
        select(every.c.start, every.c.end, *columns)
        .select_from(every.outerjoin(per_bucket, per_bucket.c.start == every.c.start))
        .order_by(every.c.start)
    )
    per_exercise = select(seen.c.exercise_id, *quality(seen)).group_by(seen.c.exercise_id).subquery("per_exercise")
    names = exercises.exercise_names()
    of_exercises = (
        select(
            json_fields(id=names.c.exercise_id, name=names.c.name, custom=names.c.custom).label("exercise"),
            *(column for column in per_exercise.c if column.name != "exercise_id"),
        )
        .select_from(per_exercise.join(names, names.c.exercise_id == per_exercise.c.exercise_id))
        .order_by(per_exercise.c.reps.desc(), names.c.exercise_id)
    )
    document = json_object(
        select(
            (named_exercise() if of_exercise else null()).label("exercise"),
            literal_column(f"'{bucket.value}'", Text).label("bucket"),
            asked.c.begins.label("from"),
            asked.c.ends.label("to"),
            json_object(select(*quality(seen))).label("total"),
            json_array(of_exercises).label("exercises"),
            json_array(points).label("points"),
        )
    )
    return StatisticsQuery(if_known(document) if of_exercise else select(document))
