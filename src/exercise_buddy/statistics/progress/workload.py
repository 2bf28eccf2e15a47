"""The statement of the workload: exponentially weighted means of what each day came to.

Source: Williams et al. 2017, Br J Sports Med 51(3):209-210: today = load x lambda + yesterday x (1 - lambda), with
lambda = 2 / (N + 1), and N of 7 days (acute) and 28 days (chronic). It says how much was done lately against what one
is used to, and nothing about injuries (Impellizzeri et al. 2020, Br J Sports Med 54(20):1185-1186).
"""

from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Date,
    Double,
    FromClause,
    Integer,
    Numeric,
    Select,
    Text,
    and_,
    case,
    cast,
    func,
    literal_column,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.elements import Grouping

from exercise_buddy.core.db.json_queries import json_array, json_object
from exercise_buddy.statistics.progress.parts import asked_period
from exercise_buddy.statistics.progress.schemas import WorkloadMetric
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.statistics.shared.period import ONE, USER, interval
from exercise_buddy.workouts import public as workouts

ACUTE_DAYS = 7
CHRONIC_DAYS = 28
_MEMORY_DAYS = 730
"""What lies further back weighs less than 1e-22 of what it did, which is below what a number can tell apart."""

_ZERO: ColumnElement[float] = literal_column("0::float8", Double)


def _load(metric: WorkloadMetric, done: FromClause) -> ColumnElement[Any]:
    match metric:
        case WorkloadMetric.VOLUME_KG:
            return done.c.volume_kg
        case WorkloadMetric.MINUTES:
            return done.c.duration_seconds / literal_column("60::float8", Double)
        case WorkloadMetric.REPS:
            return done.c.rep_count
        case WorkloadMetric.SETS:
            return done.c.set_count


def _daily(metric: WorkloadMetric, asked: CTE) -> CTE:
    """Give one row: the `first` day of training, the day that the sums `since` begin with, and the `loads` of each."""
    done = workouts.performed_workouts()
    first = select(func.min(done.c.local_date)).where(done.c.user_id == USER).scalar_subquery()
    memory = literal_column(str(_MEMORY_DAYS), Integer)
    # greatest() passes over NULL, but who never trained has no load to remember.
    since_first = case((first.is_not(None), func.greatest(first, asked.c.begins - memory)))
    since = select(first.label("first"), since_first.label("since"), asked.c.ends.label("ends")).cte("since")
    trained = workouts.performed_workouts()
    per_day = (
        select(trained.c.local_date, func.sum(cast(_load(metric, trained), Double)).label("load"))
        .select_from(trained.join(since, true()))
        .where(trained.c.user_id == USER, trained.c.local_date.between(since.c.since, since.c.ends))
        .group_by(trained.c.local_date)
        .subquery("per_day")
    )
    every = select(cast(func.generate_series(since.c.since, since.c.ends, interval("1 day")), Date).label("day")).cte(
        "every_day"
    )
    in_order = aggregate_order_by(func.coalesce(per_day.c.load, _ZERO), every.c.day)
    loads = (
        select(cast(func.array_agg(in_order), ARRAY(Double)).label("loads"))
        .select_from(every.outerjoin(per_day, per_day.c.local_date == every.c.day))
        .subquery("all_loads")
    )
    return select(since.c.first, since.c.since, loads.c.loads).select_from(since.join(loads, true())).cte("daily")


def _smoothed(daily: CTE) -> CTE:
    """Give `number` (1 is the day `since`), `load`, `acute` and `chronic` of each day: each follows from the last."""
    first = Grouping(daily.c.loads)[1]
    mean = (
        select(ONE.label("number"), first.label("load"), first.label("acute"), first.label("chronic"))
        .where(func.cardinality(daily.c.loads) > literal_column("0"))
        .cte("mean", recursive=True)
    )
    load = Grouping(daily.c.loads)[mean.c.number + ONE]

    def following(name: str, days: int) -> ColumnElement[Any]:
        share = literal_column(f"2.0::float8 / {days + 1}", Double)
        return Grouping(share) * load + (ONE - Grouping(share)) * mean.c[name]

    return mean.union_all(
        select(mean.c.number + ONE, load, following("acute", ACUTE_DAYS), following("chronic", CHRONIC_DAYS))
        .select_from(mean.join(daily, true()))
        .where(mean.c.number < func.cardinality(daily.c.loads))
    )


def _rounded(value: ColumnElement[Any]) -> ColumnElement[Any]:
    return cast(func.round(cast(value, Numeric), 6), Double)


def _points(daily: CTE, mean: CTE, asked: CTE) -> Select[Any]:
    every = select(cast(func.generate_series(asked.c.begins, asked.c.ends, interval("1 day")), Date).label("date")).cte(
        "shown_day"
    )
    known = every.c.date >= daily.c.first + literal_column(str(CHRONIC_DAYS), Integer)
    ratio = mean.c.acute / func.nullif(mean.c.chronic, _ZERO)
    return (
        select(
            every.c.date,
            _rounded(func.coalesce(mean.c.load, _ZERO)).label("load"),
            _rounded(mean.c.acute).label("acute"),
            _rounded(mean.c.chronic).label("chronic"),
            case((and_(known, mean.c.chronic > literal_column("1e-9")), _rounded(ratio))).label("ratio"),
        )
        .select_from(every.join(daily, true()).outerjoin(mean, mean.c.number == every.c.date - daily.c.since + ONE))
        .order_by(every.c.date)
    )


@cache
def workload(metric: WorkloadMetric) -> StatisticsQuery:
    """Give the statement of `Workload`. Binds what `asked_period` binds."""
    asked = asked_period()
    daily = _daily(metric, asked)
    points = _points(daily, _smoothed(daily), asked)
    head = select(
        literal_column(f"'{metric.value}'", Text).label("metric"),
        literal_column(str(ACUTE_DAYS), Integer).label("acute_days"),
        literal_column(str(CHRONIC_DAYS), Integer).label("chronic_days"),
        asked.c.begins.label("from"),
        asked.c.ends.label("to"),
        json_array(points).label("points"),
    )
    return StatisticsQuery(select(json_object(head)))
