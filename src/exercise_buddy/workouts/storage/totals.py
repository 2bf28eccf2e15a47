"""The totals of exercises and workouts, as SQL expressions over any rows that have the columns of a set.

The insert applies them to the sets that it writes, the recomputation to the stored sets.
"""

from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Numeric,
    and_,
    case,
    cast,
    func,
    literal_column,
    or_,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.sql.elements import Grouping

from exercise_buddy.workouts.tables import TOTALS

MAX_E1RM_REPS = 12
"""Above this number of reps no formula estimates a one-rep max well (Reynolds 2006)."""

_BODYWEIGHT_TOTALS = ("bodyweight_reps", "assisted_volume_kg")

SUMS = tuple(name for name in TOTALS if name not in _BODYWEIGHT_TOTALS)
"""The columns of `set_totals` and `rep_quality.set_sums`."""

_NEVER_NULL = ("set_count", "rep_count", "volume_kg")
_WEIGHT_BESTS = (
    "best_set_weight_kg",
    "best_set_reps",
    "best_e1rm_kg",
    "best_set_volume_kg",
    "load_kgs",
    "load_reps",
)
_DECIMALS = 4
_SECONDS_PER_MINUTE: ColumnElement[float] = literal_column("60.0::float8", Double)
_EPLEY_REPS: ColumnElement[float] = literal_column("30.0::float8", Double)


def estimated_1rm(weight_kg: ColumnElement[float], reps: ColumnElement[int]) -> ColumnElement[float | None]:
    """Return the estimated one-rep max in kilograms: Epley, w·(1 + r/30); w itself at one rep; NULL above 12 reps.

    Source: LeSuer et al. 1997, J Strength Cond Res 11(4):211-213.
    """
    repeated = weight_kg * (1 + cast(reps, Double) / _EPLEY_REPS)
    return case(
        (and_(weight_kg > 0, reps == 1), weight_kg),
        (and_(weight_kg > 0, reps.between(2, MAX_E1RM_REPS)), repeated),
    )


def rounded(value: ColumnElement[Any]) -> ColumnElement[float]:
    """Return a number rounded to 4 decimals, halves away from zero."""
    return cast(func.round(cast(value, Numeric), _DECIMALS), Double)


def _exact_sum(value: ColumnElement[Any]) -> ColumnElement[float]:
    """Return the sum of decimals: the sum of doubles would depend on their order."""
    return cast(func.sum(cast(value, Numeric)), Double)


def set_totals(sets: FromClause) -> list[ColumnElement[Any]]:
    """Return the totals and bests of a group of sets, labelled like the columns of `WorkoutExercise`.

    A set of 0 reps (a failed lift) counts as a set and is never a best.
    """
    s = sets.c
    lifted = or_(s.reps.is_(None), s.reps > 0)
    heaviest = aggregate_order_by(s.reps, s.weight_kg.desc().nulls_last(), s.reps.desc().nulls_last())
    volume = s.reps * s.weight_kg
    weighted = and_(s.weight_kg > 0, s.reps > 0)
    return [
        func.count().label("set_count"),
        func.coalesce(func.sum(s.reps), 0).label("rep_count"),
        rounded(func.coalesce(func.sum(s.reps * cast(s.weight_kg, Numeric)), 0)).label("volume_kg"),
        _exact_sum(s.duration_seconds).label("duration_seconds"),
        _exact_sum(s.distance_meters).label("distance_meters"),
        func.max(s.weight_kg).filter(lifted).label("best_set_weight_kg"),
        Grouping(cast(func.array_agg(heaviest).filter(lifted), ARRAY(Integer)))[1].label("best_set_reps"),
        func.max(estimated_1rm(s.weight_kg, s.reps)).label("best_e1rm_kg"),
        func.max(s.reps).filter(s.reps > 0).label("best_reps"),
        rounded(func.max(volume)).label("best_set_volume_kg"),
        func.max(s.duration_seconds).label("best_duration_seconds"),
        func.max(s.distance_meters).label("best_distance_meters"),
        func.array_agg(aggregate_order_by(s.weight_kg, s.weight_kg, s.reps)).filter(weighted).label("load_kgs"),
        func.array_agg(aggregate_order_by(s.reps, s.weight_kg, s.reps)).filter(weighted).label("load_reps"),
    ]


def exercise_totals(
    sums: FromClause, share: ColumnElement[float | None], assisted: ColumnElement[bool]
) -> list[ColumnElement[Any]]:
    """Return the totals of an exercise of a workout, labelled like the columns of `WorkoutExercise`: see `TOTALS`.

    Args:
        sums: the columns `SUMS` of its sets, null for an exercise without sets.
        share: the share of the body mass that a rep moves.
        assisted: whether the weight reduces the load. Then it is never a best.

    """
    columns: dict[str, ColumnElement[Any]] = {name: sums.c[name] for name in SUMS}
    for name in _NEVER_NULL:
        columns[name] = func.coalesce(columns[name], literal_column("0"))
    for name in _WEIGHT_BESTS:
        columns[name] = case((~assisted, columns[name]))
    columns["bodyweight_reps"] = rounded(columns["rep_count"] * func.coalesce(share, literal_column("0")))
    columns["assisted_volume_kg"] = case((assisted, columns["volume_kg"]), else_=literal_column("0"))
    return [columns[name].label(name) for name in TOTALS]


WORKOUT_TOTALS = ("exercise_count", "set_count", "rep_count", "volume_kg", "bodyweight_reps", "assisted_volume_kg")
"""The columns of `Workout` that `workout_totals` computes."""


def workout_totals(exercise: FromClause) -> list[ColumnElement[Any]]:
    """Return the totals of a group of exercises, labelled like the columns of `Workout`, and the label `met`.

    The MET of a workout is the mean over its sets of the METs of their exercises; null if none has a MET.
    """
    e = exercise.c
    rated_sets = func.sum(e.set_count).filter(e.met.is_not(None))
    return [
        func.count().label("exercise_count"),
        func.sum(e.set_count).label("set_count"),
        func.sum(e.rep_count).label("rep_count"),
        _exact_sum(e.volume_kg).label("volume_kg"),
        _exact_sum(e.bodyweight_reps).label("bodyweight_reps"),
        _exact_sum(e.assisted_volume_kg).label("assisted_volume_kg"),
        (cast(func.sum(e.set_count * cast(e.met, Numeric)), Double) / func.nullif(rated_sets, 0)).label("met"),
    ]


def met_minutes(met: ColumnElement[float | None], seconds: ColumnElement[float | None]) -> ColumnElement[float]:
    """Return the MET minutes of a workout of this duration; null if the MET or the duration is null."""
    return rounded(met * seconds / _SECONDS_PER_MINUTE)
