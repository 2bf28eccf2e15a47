"""The statement of what each muscle group did. A muscle that an exercise works second counts half."""

from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Double,
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

from exercise_buddy.core.db.json_queries import json_array, json_fields, json_object
from exercise_buddy.exercises import public as exercises
from exercise_buddy.statistics.progress.parts import asked_period, bucket_start, buckets, done_in, looked_up
from exercise_buddy.statistics.schemas import Bucket
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.statistics.shared.period import materialized
from exercise_buddy.workouts import public as workouts

_ZERO: ColumnElement[float] = literal_column("0::float8", Double)
_SECONDARY = "0.5"


def _per_exercise(asked: CTE, bucket: Bucket | None) -> CTE:
    done = workouts.performed_exercises()
    start = bucket_start(done.c.local_date, bucket, asked.c.week_start) if bucket else asked.c.begins
    rows = done_in(asked, done).with_only_columns(
        start.label("start"),
        done.c.exercise_id,
        cast(func.sum(done.c.set_count), Double).label("sets"),
        func.sum(done.c.volume_kg).label("volume_kg"),
    )
    return rows.group_by(literal_column("1"), done.c.exercise_id).cte("per_exercise")


def _shares(done: CTE) -> CTE:
    """Give how much of an exercise counts for each muscle that it works: `exercise_id`, `muscle`, `share`.

    Of each of the exercises once, however many buckets there are. One of no known muscle has no row.
    """
    distinct = select(done.c.exercise_id).distinct().subquery("trained_exercise")
    known = looked_up(distinct)
    facts = materialized(
        select(distinct.c.exercise_id, known.c.primary_muscles, known.c.secondary_muscles).select_from(
            distinct.join(known, true())
        ),
        "muscles_of_exercise",
    )

    def one(column: str, share: str) -> Select[Any]:
        muscle = func.unnest(facts.c[column]).table_valued("muscle", name=f"one_of_{column}").render_derived()
        return select(
            facts.c.exercise_id,
            cast(muscle.c.muscle, Text).label("muscle"),
            literal_column(f"{share}::float8", Double).label("share"),
        ).select_from(facts.join(muscle, true()))

    both = union_all(one("primary_muscles", "1"), one("secondary_muscles", _SECONDARY)).subquery("share_of_muscle")
    return materialized(select(both), "share")


def _worked(done: CTE, shares: CTE) -> CTE:
    """Sum up what each muscle did in each bucket: `start`, `muscle`, `sets`, `volume_kg`.

    The muscle is null for the exercises of no known one.
    """
    share = func.coalesce(shares.c.share, literal_column("1::float8", Double))
    return materialized(
        select(
            done.c.start,
            shares.c.muscle,
            func.sum(done.c.sets * share).label("sets"),
            func.sum(done.c.volume_kg * share).label("volume_kg"),
        )
        .select_from(done.outerjoin(shares, shares.c.exercise_id == done.c.exercise_id))
        .group_by(done.c.start, shares.c.muscle),
        "worked",
    )


@cache
def muscles(bucket: Bucket | None) -> StatisticsQuery:
    """Give the statement of `MuscleStatistics`. Binds what `asked_period` binds."""
    asked = asked_period()
    done = _per_exercise(asked, bucket)
    worked = _worked(done, _shares(done))
    every = (
        func.unnest(literal_column("ARRAY[" + ",".join(f"'{one.value}'" for one in exercises.Muscle) + "]"))
        .table_valued("muscle", name="every_muscle")
        .render_derived()
    )
    all_sets = select(func.sum(worked.c.sets)).where(worked.c.muscle.is_not(None)).scalar_subquery()
    sums = (
        select(
            every.c.muscle,
            func.coalesce(func.sum(worked.c.sets), _ZERO).label("sets"),
            workouts.rounded(func.coalesce(func.sum(worked.c.volume_kg), _ZERO)).label("volume_kg"),
        )
        .select_from(every.outerjoin(worked, worked.c.muscle == every.c.muscle))
        .group_by(every.c.muscle)
        .subquery("sums")
    )
    share = cast(func.round(cast(sums.c.sets / func.nullif(all_sets, _ZERO), Numeric), 6), Double)
    of_all = select(sums, share.label("share")).order_by(sums.c.sets.desc(), sums.c.muscle)
    others = select(cast(func.coalesce(func.sum(worked.c.sets), _ZERO), BigInteger)).where(worked.c.muscle.is_(None))
    head = select(
        asked.c.begins.label("from"),
        asked.c.ends.label("to"),
        literal_column(f"'{bucket.value}'" if bucket else "NULL", Text).label("bucket"),
        json_array(of_all).label("muscles"),
        others.scalar_subquery().label("sets_of_no_known_muscle"),
        (_points(asked, worked, bucket) if bucket else literal_column("NULL::json")).label("points"),
    )
    return StatisticsQuery(select(json_object(head)))


def _points(asked: CTE, worked: CTE, bucket: Bucket) -> ColumnElement[Any]:
    each = buckets(asked, bucket)
    one = json_fields(muscle=worked.c.muscle, sets=worked.c.sets, volume_kg=workouts.rounded(worked.c.volume_kg))
    most_first = aggregate_order_by(one, worked.c.sets.desc(), worked.c.muscle)
    listed = (
        select(worked.c.start, func.json_agg(most_first).label("muscles"))
        .where(worked.c.muscle.is_not(None))
        .group_by(worked.c.start)
        .subquery("listed")
    )
    return json_array(
        select(each.c.start, each.c.end, func.coalesce(listed.c.muscles, func.json_build_array()).label("muscles"))
        .select_from(each.outerjoin(listed, listed.c.start == each.c.start))
        .order_by(each.c.start)
    )
