"""What is summed up of sets: one definition, as SQL over any rows that have a set's columns.

The write path applies it to the sets that it is about to insert.
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
"""Above so many repetitions no formula estimates a one-rep max well (Reynolds 2006)."""

E1RM_FORMULA = "epley"
"""The formula of the estimates that are stored."""

_OF_BODY_MASS = ("bodyweight_reps", "assisted_volume_kg")

SUMS = tuple(name for name in TOTALS if name not in _OF_BODY_MASS)
"""The columns of `of_sets` and `rep_quality.of_sets`."""

_NEVER_NULL = ("set_count", "rep_count", "volume_kg")
_BESTS_OF_WEIGHT = (
    "best_set_weight_kg",
    "best_set_reps",
    "best_e1rm_kg",
    "best_set_volume_kg",
    "load_kgs",
    "load_reps",
)
_DECIMALS = 4
_SECONDS_A_MINUTE: ColumnElement[float] = literal_column("60.0::float8", Double)
_EPLEY_REPS: ColumnElement[float] = literal_column("30.0::float8", Double)


def estimated_1rm(weight_kg: ColumnElement[float], reps: ColumnElement[int]) -> ColumnElement[float | None]:
    """Estimate a one-rep max in kilograms: Epley, w·(1 + r/30); `w` itself at one rep; NULL above 12 reps.

    Source: LeSuer et al. 1997, J Strength Cond Res 11(4):211-213.
    """
    repeated = weight_kg * (1 + cast(reps, Double) / _EPLEY_REPS)
    return case(
        (and_(weight_kg > 0, reps == 1), weight_kg),
        (and_(weight_kg > 0, reps.between(2, MAX_E1RM_REPS)), repeated),
    )


def rounded(value: ColumnElement[Any]) -> ColumnElement[float]:
    """Round a sum to 4 decimals.

    Weights are stored to 4 decimals, so the exact sum is a multiple of that: rounding undoes what adding doubles in
    one order or another did, and a recount always equals the stored sum.
    """
    return cast(func.round(cast(value, Numeric), _DECIMALS), Double)


def _exact_sum(value: ColumnElement[Any]) -> ColumnElement[float]:
    """Sum up what has any number of decimals: doubles would come to something else in another order."""
    return cast(func.sum(cast(value, Numeric)), Double)


def of_sets(sets: FromClause) -> list[ColumnElement[Any]]:
    """Give the totals and bests of a group of sets, labelled like the columns of `WorkoutExercise`.

    A set of no reps at all (a failed lift) counts as a set and sets no record.
    """
    s = sets.c
    lifted = or_(s.reps.is_(None), s.reps > 0)
    heaviest = aggregate_order_by(s.reps, s.weight_kg.desc().nulls_last(), s.reps.desc().nulls_last())
    volume = s.reps * s.weight_kg
    weighted = and_(s.weight_kg > 0, s.reps > 0)
    return [
        func.count().label("set_count"),
        func.coalesce(func.sum(s.reps), 0).label("rep_count"),
        rounded(func.coalesce(func.sum(volume), 0)).label("volume_kg"),
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


def of_exercise(
    sums: FromClause, share: ColumnElement[float | None], assisted: ColumnElement[bool]
) -> list[ColumnElement[Any]]:
    """Give the totals of an exercise within a workout, labelled like the columns of `WorkoutExercise`: see `TOTALS`.

    Args:
        sums: what `of_sets` gives of its sets; null where it has none.
        share: the part of the body's mass that a rep moves.
        assisted: whether the weight takes from the load. Then it is nobody's best.

    """
    columns: dict[str, ColumnElement[Any]] = {name: sums.c[name] for name in SUMS}
    for name in _NEVER_NULL:
        columns[name] = func.coalesce(columns[name], literal_column("0"))
    for name in _BESTS_OF_WEIGHT:
        columns[name] = case((~assisted, columns[name]))
    columns["bodyweight_reps"] = rounded(columns["rep_count"] * func.coalesce(share, literal_column("0")))
    columns["assisted_volume_kg"] = case((assisted, columns["volume_kg"]), else_=literal_column("0"))
    return [columns[name].label(name) for name in TOTALS]


OF_A_WORKOUT = ("exercise_count", "set_count", "rep_count", "volume_kg", "bodyweight_reps", "assisted_volume_kg")
"""The columns of `Workout` that `of_workout` gives, apart from its MET."""


def of_workout(exercise: FromClause) -> list[ColumnElement[Any]]:
    """Give the totals of a group of exercises, labelled like the columns of `Workout`, and `met`.

    The MET of a workout is the mean over its sets of what their exercises have; null if none has one.
    """
    e = exercise.c
    rated_sets = func.sum(e.set_count).filter(e.met.is_not(None))
    return [
        func.count().label("exercise_count"),
        func.sum(e.set_count).label("set_count"),
        func.sum(e.rep_count).label("rep_count"),
        rounded(func.sum(e.volume_kg)).label("volume_kg"),
        rounded(func.sum(e.bodyweight_reps)).label("bodyweight_reps"),
        rounded(func.sum(e.assisted_volume_kg)).label("assisted_volume_kg"),
        (func.sum(e.set_count * e.met) / func.nullif(rated_sets, 0)).label("met"),
    ]


def met_minutes(met: ColumnElement[float | None], seconds: ColumnElement[float | None]) -> ColumnElement[float]:
    """Give the MET minutes of a workout that lasted for some seconds; null where one of them is."""
    return rounded(met * seconds / _SECONDS_A_MINUTE)
