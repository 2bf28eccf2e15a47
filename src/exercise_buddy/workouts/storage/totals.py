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
    Text,
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

_FROM_FACTS = ("bodyweight_reps", "assisted_volume_kg", "warm_up_bodyweight_reps", "warm_up_assisted_volume_kg")
_WARM_UP: ColumnElement[str] = literal_column("'warm_up'", Text)
_ZERO: ColumnElement[int] = literal_column("0", Integer)

SUMS = tuple(name for name in TOTALS if name not in _FROM_FACTS)
"""The columns of `set_totals` and `rep_quality.set_sums` that the row of an exercise has too."""

_WARM_UP_SUMS = ("warm_up_set_count", "warm_up_rep_count", "warm_up_volume_kg")
_NEVER_NULL = ("set_count", "rep_count", "volume_kg", "assisted_reps", *_WARM_UP_SUMS)
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


def _kilograms(
    reps: ColumnElement[int], weight_kg: ColumnElement[float], of: ColumnElement[bool] | None = None
) -> ColumnElement[float]:
    """Return the sum of reps x weight, of all sets or of some; null if none has both."""
    total = func.sum(reps * cast(weight_kg, Numeric))
    return rounded(total if of is None else total.filter(of))


def set_totals(sets: FromClause) -> list[ColumnElement[Any]]:
    """Return the totals and bests of a group of sets, labelled like the columns of `WorkoutExercise`.

    A set of 0 reps (a failed lift) counts as a set and is never a best. Nor is a warm-up. Labels that no column has
    are what `exercise_totals` needs besides.
    """
    s = sets.c
    warm_up = s.kind == _WARM_UP
    working = ~warm_up
    lifted = and_(working, or_(s.reps.is_(None), s.reps > _ZERO))
    repeated = and_(working, s.reps > _ZERO)
    unassisted = and_(repeated, s.assistance_kg.is_(None))
    heaviest = aggregate_order_by(s.reps, s.weight_kg.desc().nulls_last(), s.reps.desc().nulls_last())
    volume = s.reps * s.weight_kg
    weighted = and_(repeated, s.weight_kg > _ZERO)
    return [
        func.count().label("set_count"),
        func.sum(s.reps).label("rep_count"),
        _kilograms(s.reps, s.weight_kg).label("volume_kg"),
        _kilograms(s.reps, s.assistance_kg).label("assistance_volume_kg"),
        func.sum(s.reps).filter(repeated, s.assistance_kg.is_not(None)).label("assisted_reps"),
        func.sum(s.reps).filter(weighted).label("weighted_reps"),
        func.min(s.assistance_kg).filter(repeated).label("least_assistance_kg"),
        func.min(s.weight_kg).filter(weighted).label("least_weight_kg"),
        func.count().filter(warm_up).label("warm_up_set_count"),
        func.sum(s.reps).filter(warm_up).label("warm_up_rep_count"),
        _kilograms(s.reps, s.weight_kg, warm_up).label("warm_up_volume_kg"),
        _kilograms(s.reps, s.assistance_kg, warm_up).label("warm_up_assistance_volume_kg"),
        _exact_sum(s.duration_seconds).label("duration_seconds"),
        _exact_sum(s.distance_meters).label("distance_meters"),
        func.max(s.weight_kg).filter(lifted).label("best_set_weight_kg"),
        Grouping(cast(func.array_agg(heaviest).filter(lifted), ARRAY(Integer)))[1].label("best_set_reps"),
        func.max(estimated_1rm(s.weight_kg, s.reps)).filter(working).label("best_e1rm_kg"),
        func.max(s.reps).filter(repeated).label("most_reps"),
        func.max(s.reps).filter(unassisted).label("best_reps"),
        func.max(s.reps).filter(unassisted, func.coalesce(s.weight_kg, _ZERO) == _ZERO).label("unloaded_reps"),
        rounded(func.max(volume).filter(working)).label("best_set_volume_kg"),
        func.max(s.duration_seconds).filter(working).label("best_duration_seconds"),
        func.max(s.distance_meters).filter(working).label("best_distance_meters"),
        func.array_agg(aggregate_order_by(s.weight_kg, s.weight_kg)).filter(weighted).label("load_kgs"),
        func.array_agg(aggregate_order_by(s.reps, s.weight_kg, s.reps)).filter(weighted).label("load_reps"),
    ]


def exercise_totals(
    sums: FromClause, share: ColumnElement[float | None], assisted: ColumnElement[bool]
) -> list[ColumnElement[Any]]:
    """Return the totals of an exercise of a workout, labelled like the columns of `WorkoutExercise`: see `TOTALS`.

    Args:
        sums: the columns of `set_totals` and `rep_quality.set_sums` of its sets, null for an exercise without sets.
        share: the share of the body mass that a rep moves. With one, most reps are those at body weight.
        assisted: whether the weight reduces the load. Then it is assistance and never a best.

    """
    columns: dict[str, ColumnElement[Any]] = {name: sums.c[name] for name in SUMS}
    for name in _NEVER_NULL:
        columns[name] = func.coalesce(columns[name], literal_column("0"))
    for name in _WEIGHT_BESTS:
        columns[name] = case((~assisted, columns[name]))
    s, moved = sums.c, func.coalesce(share, literal_column("0"))
    columns["best_reps"] = case((assisted, s.most_reps), (moved > _ZERO, s.unloaded_reps), else_=s.best_reps)
    columns["assisted_reps"] += case((assisted, func.coalesce(s.weighted_reps, _ZERO)), else_=_ZERO)
    columns["least_assistance_kg"] = case(
        (assisted, func.least(s.least_assistance_kg, s.least_weight_kg)), else_=s.least_assistance_kg
    )
    for prefix in ("", "warm_up_"):
        volume = columns[f"{prefix}volume_kg"]
        assistance = func.coalesce(s[f"{prefix}assistance_volume_kg"], _ZERO)
        columns[f"{prefix}bodyweight_reps"] = rounded(columns[f"{prefix}rep_count"] * moved)
        columns[f"{prefix}assisted_volume_kg"] = rounded(assistance + case((assisted, volume), else_=_ZERO))
        columns[f"{prefix}volume_kg"] = case((~assisted, volume), else_=_ZERO)
    return [columns[name].label(name) for name in TOTALS]


_KILOGRAMS = ("volume_kg", "bodyweight_reps", "assisted_volume_kg")
WARM_UP_TOTALS = (*_WARM_UP_SUMS, "warm_up_bodyweight_reps", "warm_up_assisted_volume_kg")
WORKOUT_TOTALS = ("exercise_count", "set_count", "rep_count", *_KILOGRAMS, *WARM_UP_TOTALS)
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
        *(_exact_sum(e[name]).label(name) for name in _KILOGRAMS),
        func.sum(e.warm_up_set_count).label("warm_up_set_count"),
        func.sum(e.warm_up_rep_count).label("warm_up_rep_count"),
        *(_exact_sum(e[f"warm_up_{name}"]).label(f"warm_up_{name}") for name in _KILOGRAMS),
        (cast(func.sum(e.set_count * cast(e.met, Numeric)), Double) / func.nullif(rated_sets, 0)).label("met"),
    ]


def met_minutes(met: ColumnElement[float | None], seconds: ColumnElement[float | None]) -> ColumnElement[float]:
    """Return the MET minutes of a workout of this duration; null if the MET or the duration is null."""
    return rounded(met * seconds / _SECONDS_PER_MINUTE)
