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

MAX_E1RM_REPS = 12
"""Above so many repetitions no formula estimates a one-rep max well (Reynolds 2006)."""

E1RM_FORMULA = "epley"
"""The formula of the estimates that are stored."""

_DECIMALS = 4
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


def of_sets(sets: FromClause) -> list[ColumnElement[Any]]:
    """Give the totals and bests of a group of sets, labelled like the columns of `WorkoutExercise`.

    A set of no reps at all (a failed lift) counts as a set and sets no record.
    """
    s = sets.c
    lifted = or_(s.reps.is_(None), s.reps > 0)
    heaviest = aggregate_order_by(s.reps, s.weight_kg.desc().nulls_last(), s.reps.desc().nulls_last())
    volume = s.reps * s.weight_kg
    return [
        func.count().label("set_count"),
        func.coalesce(func.sum(s.reps), 0).label("rep_count"),
        rounded(func.coalesce(func.sum(volume), 0)).label("volume_kg"),
        func.sum(s.duration_seconds).label("duration_seconds"),
        func.sum(s.distance_meters).label("distance_meters"),
        func.max(s.weight_kg).filter(lifted).label("best_set_weight_kg"),
        Grouping(cast(func.array_agg(heaviest).filter(lifted), ARRAY(Integer)))[1].label("best_set_reps"),
        func.max(estimated_1rm(s.weight_kg, s.reps)).label("best_e1rm_kg"),
        func.max(s.reps).filter(s.reps > 0).label("best_reps"),
        rounded(func.max(volume)).label("best_set_volume_kg"),
        func.max(s.duration_seconds).label("best_duration_seconds"),
        func.max(s.distance_meters).label("best_distance_meters"),
    ]
