"""The statement of a time series."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Double,
    FromClause,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    cast,
    distinct,
    func,
    literal,
    literal_column,
    null,
    select,
)

from exercise_buddy.core.db.json_queries import json_array, json_object
from exercise_buddy.exercises import public as exercises
from exercise_buddy.statistics.records.candidates import MAX_ESTIMATED_REPS, loads
from exercise_buddy.statistics.records.formulas import Formula, estimate
from exercise_buddy.statistics.schemas import Bucket, Metric, Scope
from exercise_buddy.statistics.shared.body import bodyweight_volume_kg, energy_kcal, mass_on, masses
from exercise_buddy.statistics.shared.etags import StatisticsQuery
from exercise_buddy.statistics.shared.period import (
    ONE,
    TRUE,
    USER,
    first_of_week,
    interval,
    materialized,
    period,
    week_number,
)
from exercise_buddy.workouts import public as workouts

OF_ONE_EXERCISE = {Metric.WEIGHT_KG, Metric.E1RM_KG}
"""What there is a series of only for one exercise."""

OF_WHOLE_WORKOUTS = {Metric.ENERGY_KCAL}
"""What there is no series of for an exercise or a muscle."""

_OR_NULL = OF_ONE_EXERCISE | {Metric.ENERGY_KCAL, Metric.BODYWEIGHT_VOLUME_KG}
"""What is null, not 0, where there is nothing."""

_BESTS = {Metric.WEIGHT_KG: "best_set_weight_kg", Metric.E1RM_KG: "best_e1rm_kg"}
_SUMS = {
    Metric.SETS: "set_count",
    Metric.REPS: "rep_count",
    Metric.VOLUME_KG: "volume_kg",
    Metric.DURATION_SECONDS: "duration_seconds",
}

_EXERCISE = bindparam("exercise_id", type_=Uuid)
_MUSCLE = bindparam("muscle", type_=Text)
_WHOLE: ColumnElement[float] = literal_column("1.0::float8", Double)
_HALF: ColumnElement[float] = literal_column("0.5::float8", Double)


@dataclass(frozen=True, slots=True)
class _Rows:
    """What is summed up: rows of `done` (of workouts, or of exercises within them), each counted `share` times."""

    source: FromClause
    done: FromClause
    conditions: list[ColumnElement[bool]]
    share: ColumnElement[float] | None = None

    def sum(self, name: str) -> ColumnElement[Any]:
        value = self.done.c[name]
        return func.sum(value if self.share is None else value * self.share)


def _bucket_start(day: ColumnElement[Any], bucket: Bucket, week_start: ColumnElement[int]) -> ColumnElement[Any]:
    match bucket:
        case Bucket.DAY:
            return day
        case Bucket.WEEK:
            return first_of_week(week_number(day, week_start), week_start)
        case _:
            return cast(func.date_trunc(literal_column(f"'{bucket.value}'"), cast(day, Date)), Date)


def _of_workouts() -> _Rows:
    done = workouts.performed_workouts()
    return _Rows(done, done, [])


def _of_exercise() -> _Rows:
    done = workouts.performed_exercises()
    return _Rows(done, done, [done.c.exercise_id == _EXERCISE])


def _of_muscle() -> _Rows:
    """Give what was done for the bound `muscle`: in full where it is a primary one, half where a secondary one."""
    published, names = workouts.performed_exercises(), exercises.exercise_names()
    share = case(
        (any_(names.c.primary_muscles) == _MUSCLE, _WHOLE), (any_(names.c.secondary_muscles) == _MUSCLE, _HALF)
    )
    shares = select(names.c.exercise_id, share.label("share")).subquery()
    training = materialized(select(shares).where(shares.c.share.is_not(None)), "training")
    # With an offset, however small, the few exercises are looked up, and not all rows read to see which are of them.
    done = (
        select(published)
        .where(published.c.user_id == USER, published.c.exercise_id == training.c.exercise_id)
        .offset(literal_column("0"))
        .lateral("done")
    )
    return _Rows(training.join(done, TRUE), done, [], training.c.share)


def _measured(metric: Metric, rows: _Rows, mass: CTE, *, of_workouts: bool) -> ColumnElement[Any]:
    done = rows.done.c
    match metric:
        case Metric.WORKOUTS:
            return func.count() if of_workouts else func.count(distinct(done.workout_id))
        case Metric.ACTIVE_DAYS:
            return func.count(distinct(done.local_date))
        case Metric.BODYWEIGHT_VOLUME_KG:
            return bodyweight_volume_kg(rows.done, mass_on(done.local_date, mass), rows.share)
        case Metric.ENERGY_KCAL:
            return energy_kcal(rows.done, mass_on(done.local_date, mass))
        case Metric.WEIGHT_KG | Metric.E1RM_KG:
            return func.max(done[_BESTS[metric]])
        case _:
            summed = rows.sum(_SUMS[metric])
            return workouts.rounded(summed) if metric is Metric.VOLUME_KG else summed


def _estimated(formula: Formula, rows: _Rows) -> tuple[_Rows, ColumnElement[Any]]:
    """Give the rows of single sets, and the best estimate of them by a formula other than that which is stored."""
    one = loads(rows.done)
    able = one.c.reps <= MAX_ESTIMATED_REPS
    joined = _Rows(rows.source.join(one, TRUE), rows.done, [*rows.conditions, able])
    return joined, func.max(estimate(formula, one.c.weight_kg, one.c.reps))


@cache
def timeseries(metric: Metric, bucket: Bucket, scope: Scope, formula: Formula) -> StatisticsQuery:
    """Give the statement of `Timeseries`. Binds what `period` binds, and the `exercise_id` or `muscle` of the scope.

    There is no document for an exercise that the user cannot use.
    """
    asked, mass = period(), masses()
    rows = {Scope.WORKOUTS: _of_workouts, Scope.EXERCISE: _of_exercise, Scope.MUSCLE: _of_muscle}[scope]()
    if metric is Metric.E1RM_KG and formula != workouts.E1RM_FORMULA:
        rows, measured = _estimated(formula, rows)
    else:
        measured = _measured(metric, rows, mass, of_workouts=scope is Scope.WORKOUTS)
    done = rows.done
    begins, ends, week_start = (select(asked.c[name]).scalar_subquery() for name in ("begins", "ends", "week_start"))
    summed = (
        select(_bucket_start(done.c.local_date, bucket, week_start).label("start"), measured.label("value"))
        .select_from(rows.source)
        .where(done.c.user_id == USER, done.c.local_date.between(begins, ends), *rows.conditions)
        .group_by(literal_column("1"))
        .cte("summed")
    )
    step = interval(f"1 {bucket.value}")
    first = cast(_bucket_start(begins, bucket, week_start), Date)
    buckets = select(cast(func.generate_series(first, ends, step), Date).label("start")).cte("bucket")
    value = summed.c.value if metric in _OR_NULL else func.coalesce(summed.c.value, literal_column("0", Integer))
    points = (
        select(buckets.c.start, (cast(buckets.c.start + step, Date) - ONE).label("end"), value.label("value"))
        .select_from(buckets.outerjoin(summed, summed.c.start == buckets.c.start))
        .order_by(buckets.c.start)
    )
    names = exercises.exercise_names()
    named = select(names.c.exercise_id.label("id"), names.c.name, names.c.custom).where(
        names.c.exercise_id == _EXERCISE
    )
    of_exercise = scope is Scope.EXERCISE
    head = select(
        literal(metric.value).label("metric"),
        literal(bucket.value).label("bucket"),
        (json_object(named) if of_exercise else null()).label("exercise"),
        (_MUSCLE if scope is Scope.MUSCLE else null()).label("muscle"),
        (literal(formula.value) if metric is Metric.E1RM_KG else null()).label("e1rm_formula"),
        asked.c.begins.label("from"),
        asked.c.ends.label("to"),
        json_array(points).label("points"),
    )
    return StatisticsQuery(select(json_object(head.where(named.exists()) if of_exercise else head)))
