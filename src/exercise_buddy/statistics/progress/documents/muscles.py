"""The statement of what each muscle group did. A muscle that an exercise works second counts half."""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Double,
    FromClause,
    Numeric,
    Select,
    Text,
    cast,
    func,
    literal_column,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by

from exercise_buddy.core.documents import json_array, json_fields, json_object
from exercise_buddy.statistics.freshness import Statistic
from exercise_buddy.statistics.progress.documents.parts import asked_period, bucket_start, buckets, done_in
from exercise_buddy.statistics.schemas import Bucket
from exercise_buddy.workouts import public as workouts

_ZERO: ColumnElement[float] = literal_column("0::float8", Double)
_SECONDARY = "0.5"


def _per_exercise(asked: CTE, bucket: Bucket | None) -> CTE:
    done = workouts.performed_exercises()
    start = bucket_start(done.c.local_date, bucket, asked.c.week_start) if bucket else asked.c.begins
    rows = done_in(asked, done).with_only_columns(
        start.label("start"),
        done.c.exercise_id,
        func.sum(done.c.set_count).label("sets"),
        func.sum(done.c.volume_kg).label("volume_kg"),
    )
    return rows.group_by(literal_column("1"), done.c.exercise_id).cte("per_exercise")


def _worked(done: CTE, names: FromClause, column: str, weight: str) -> Select[Any]:
    muscle = func.unnest(names.c[column]).table_valued("muscle", name=f"one_of_{column}").render_derived()
    share = literal_column(f"{weight}::float8", Double)
    return select(
        done.c.start,
        cast(muscle.c.muscle, Text).label("muscle"),
        (done.c.sets * share).label("sets"),
        (done.c.volume_kg * share).label("volume_kg"),
    ).select_from(done.join(names, names.c.exercise_id == done.c.exercise_id).join(muscle, true()))


def _summed(worked: CTE) -> list[ColumnElement[Any]]:
    return [
        func.coalesce(func.sum(worked.c.sets), _ZERO).label("sets"),
        workouts.rounded(func.coalesce(func.sum(worked.c.volume_kg), _ZERO)).label("volume_kg"),
    ]


@cache
def muscles(bucket: Bucket | None) -> Statistic:
    """Give the statement of `MuscleStatistics`. Binds what `asked_period` binds."""
    asked = asked_period()
    done = _per_exercise(asked, bucket)
    names = workouts.exercise_names()
    worked = union_all(
        _worked(done, names, "primary_muscles", "1"), _worked(done, names, "secondary_muscles", _SECONDARY)
    ).cte("worked")
    every = (
        func.unnest(literal_column("ARRAY[" + ",".join(f"'{one.value}'" for one in workouts.Muscle) + "]"))
        .table_valued("muscle", name="every_muscle")
        .render_derived()
    )
    all_sets = select(func.sum(worked.c.sets)).scalar_subquery()
    sums = (
        select(every.c.muscle, *_summed(worked))
        .select_from(every.outerjoin(worked, worked.c.muscle == every.c.muscle))
        .group_by(every.c.muscle)
        .subquery("sums")
    )
    share = cast(func.round(cast(sums.c.sets / func.nullif(all_sets, _ZERO), Numeric), 6), Double)
    of_all = select(sums, share.label("share")).order_by(sums.c.sets.desc(), sums.c.muscle)
    known = select(names.c.exercise_id).where(
        names.c.exercise_id == done.c.exercise_id,
        func.cardinality(names.c.primary_muscles) + func.cardinality(names.c.secondary_muscles) > literal_column("0"),
    )
    others = select(func.coalesce(func.sum(done.c.sets), literal_column("0"))).where(~known.exists())
    head = select(
        asked.c.begins.label("from"),
        asked.c.ends.label("to"),
        literal_column(f"'{bucket.value}'" if bucket else "NULL", Text).label("bucket"),
        json_array(of_all).label("muscles"),
        others.scalar_subquery().label("sets_of_no_known_muscle"),
        (_points(asked, worked, bucket) if bucket else literal_column("NULL::json")).label("points"),
    )
    return Statistic(select(json_object(head)))


def _points(asked: CTE, worked: CTE, bucket: Bucket) -> ColumnElement[Any]:
    each = buckets(asked, bucket)
    here = (
        select(worked.c.start, worked.c.muscle, *_summed(worked)).group_by(worked.c.start, worked.c.muscle).cte("here")
    )
    one = json_fields(muscle=here.c.muscle, sets=here.c.sets, volume_kg=here.c.volume_kg)
    most_first = aggregate_order_by(one, here.c.sets.desc(), here.c.muscle)
    listed = select(here.c.start, func.json_agg(most_first).label("muscles")).group_by(here.c.start).subquery("listed")
    return json_array(
        select(each.c.start, each.c.end, func.coalesce(listed.c.muscles, func.json_build_array()).label("muscles"))
        .select_from(each.outerjoin(listed, listed.c.start == each.c.start))
        .order_by(each.c.start)
    )
