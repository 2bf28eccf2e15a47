"""The statement of the progress of one exercise."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    cast,
    distinct,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.elements import Grouping

from exercise_buddy.core.db.json_queries import json_array, json_fields, json_object
from exercise_buddy.statistics.progress.parts import (
    asked_period,
    bucket_start,
    buckets,
    if_known,
    named_exercise,
    tempo,
)
from exercise_buddy.statistics.records.candidates import EXERCISE, MAX_ESTIMATED_REPS, loads
from exercise_buddy.statistics.records.formulas import Formula, estimate
from exercise_buddy.statistics.schemas import Bucket
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.statistics.shared.period import USER
from exercise_buddy.workouts import public as workouts

_ZERO: ColumnElement[int] = literal_column("0", Integer)


def _mine(formula: Formula) -> CTE:
    """Give all that the user has done of the exercise, with `e1rm_kg` by the formula."""
    done = workouts.performed_exercises()
    rows: FromClause = done
    e1rm: ColumnElement[Any] = done.c.best_e1rm_kg
    if formula != workouts.E1RM_FORMULA:
        one = loads(done)
        estimated = (
            select(func.max(estimate(formula, one.c.weight_kg, one.c.reps)).label("kg"))
            .where(one.c.reps <= MAX_ESTIMATED_REPS)
            .correlate(done)
            .lateral("estimated")
        )
        rows, e1rm = done.join(estimated, true()), estimated.c.kg
    return (
        select(done, e1rm.label("e1rm_kg"))
        .select_from(rows)
        .where(done.c.user_id == USER, done.c.exercise_id == EXERCISE)
        .cte("mine")
        .prefix_with("MATERIALIZED")
    )


def _totals(done: FromClause) -> list[ColumnElement[Any]]:
    c = done.c
    heaviest = aggregate_order_by(c.best_set_reps, c.best_set_weight_kg.desc(), c.best_set_reps.desc().nulls_last())
    reps_of_heaviest = Grouping(
        cast(func.array_agg(heaviest).filter(c.best_set_weight_kg.is_not(None)), ARRAY(Integer))
    )[1]
    return [
        func.count(distinct(c.workout_id)).label("workouts"),
        func.coalesce(func.sum(c.set_count), _ZERO).label("sets"),
        func.coalesce(func.sum(c.rep_count), _ZERO).label("reps"),
        workouts.rounded(func.coalesce(func.sum(c.volume_kg), _ZERO)).label("volume_kg"),
        func.sum(c.duration_seconds).label("duration_seconds"),
        func.sum(c.distance_meters).label("distance_meters"),
        func.max(c.e1rm_kg).label("e1rm_kg"),
        json_fields(weight_kg=func.max(c.best_set_weight_kg), reps=reps_of_heaviest).label("best_set"),
        func.max(c.best_reps).label("most_reps"),
        func.max(c.best_set_volume_kg).label("best_set_volume_kg"),
        func.max(c.best_duration_seconds).label("longest_seconds"),
        func.max(c.best_distance_meters).label("farthest_meters"),
        *tempo(done),
    ]


@cache
def exercise_progress(formula: Formula, bucket: Bucket | None) -> StatisticsQuery:
    """Give the statement of `ExerciseProgress`. Binds what `asked_period` binds, and `exercise_id`."""
    mine = _mine(formula)
    asked = asked_period(select(func.min(mine.c.local_date)).scalar_subquery())
    day = mine.c.local_date if bucket is None else bucket_start(mine.c.local_date, bucket, asked.c.week_start)
    trained = (
        select(day.label("start"), *_totals(mine))
        .select_from(mine.join(asked, true()))
        .where(mine.c.local_date.between(asked.c.begins, asked.c.ends))
        .group_by(literal_column("1"))
        .cte("trained")
    )
    columns = [column for column in trained.c if column.name != "start"]
    points: Select[Any]
    if bucket is None:
        points = select(trained.c.start, trained.c.start.label("end"), *columns).order_by(trained.c.start)
    else:
        every = buckets(asked, bucket)
        never = {"workouts", "sets", "reps", "volume_kg"}
        filled = [
            func.coalesce(column, _ZERO).label(column.name) if column.name in never else column
            for column in columns
            if column.name != "best_set"
        ]
        nothing = json_fields(weight_kg=literal_column("NULL::float8"), reps=literal_column("NULL::int"))
        best_set = func.coalesce(trained.c.best_set, nothing).label("best_set")
        points = (
            select(every.c.start, every.c.end, *filled, best_set)
            .select_from(every.outerjoin(trained, trained.c.start == every.c.start))
            .order_by(every.c.start)
        )
    first, last = func.min(mine.c.local_date).label("first_on"), func.max(mine.c.local_date).label("last_on")
    all_time = select(*_totals(mine), first, last)
    document = json_object(
        select(
            named_exercise().label("exercise"),
            literal_column(f"'{formula.value}'", Text).label("e1rm_formula"),
            literal_column(f"'{bucket.value}'" if bucket else "NULL", Text).label("bucket"),
            asked.c.begins.label("from"),
            asked.c.ends.label("to"),
            json_object(all_time).label("all_time"),
            json_array(points).label("points"),
        )
    )
    return StatisticsQuery(if_known(document))
