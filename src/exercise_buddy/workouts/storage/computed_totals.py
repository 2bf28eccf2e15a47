"""The totals of exercises and workouts, computed in Python by the writing path.

They equal what PostgreSQL recomputes from the stored sets (`totals`, `rep_quality`, `sizes`); a property test compares
both. Weights have at most 4 decimals, so sums of integers of 1e-4 kg are exact. A sum of other fractions adds decimals
of 15 digits, which PostgreSQL makes of a double, because the sum of doubles would depend on their order.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Protocol
from uuid import UUID

from exercise_buddy.core import types
from exercise_buddy.workouts.schemas import ExerciseInput
from exercise_buddy.workouts.storage import sizes
from exercise_buddy.workouts.storage.computed_quality import SCHEMA_READER, SetReader, sum_evidence
from exercise_buddy.workouts.storage.computed_sizes import exercise_bytes, text_bytes
from exercise_buddy.workouts.storage.totals import MAX_E1RM_REPS, WARM_UP_TOTALS, WORKOUT_TOTALS
from exercise_buddy.workouts.tables import REP_QUALITY, SetKind

_UNITS = 10_000
"""Units of 1e-4 kg in a kilogram."""

_FOUR_DECIMALS = Decimal("0.0001")
# The sum of the largest and the smallest double has that many digits.
_EXACT = Context(prec=700, rounding=ROUND_HALF_UP)
_REPS, _WEIGHT, _SECONDS, _METERS, _KIND, _ASSISTANCE = range(6)
_COUNTS = ("set_count", "rep_count", "warm_up_set_count", "warm_up_rep_count")
_NO_WARM_UPS = {name: 0 if name in _COUNTS else 0.0 for name in WARM_UP_TOTALS}
_NO_EVIDENCE = dict.fromkeys(REP_QUALITY)
_TIMES_OF_DAY = ((5, "Night"), (11, "Morning"), (14, "Midday"), (17, "Afternoon"), (22, "Evening"), (24, "Night"))
_MAX_MUSCLES_IN_TITLE = 2


@dataclass(frozen=True, slots=True)
class ExerciseFacts:
    """What the totals and the JSON of a workout need to know of an exercise.

    Attributes:
        name: its name.
        met: its metabolic equivalent, or None.
        primary_muscles: its muscles.
        bodyweight_share: the share of the body mass that a rep moves, or None.
        assisted: whether the weight reduces the load.
        is_custom: whether it is a custom exercise, not one of the catalogue.

    """

    name: str
    met: float | None
    primary_muscles: Sequence[str]
    bodyweight_share: float | None
    assisted: bool
    is_custom: bool


class SummedExercise(Protocol):
    """An exercise of a workout whose totals are known."""

    @property
    def facts(self) -> ExerciseFacts:
        """What the catalogue or the user says about it."""

    @property
    def totals(self) -> Mapping[str, Any]:
        """Its totals, at least those that have the name of a total of the workout."""

    @property
    def stored_bytes(self) -> int:
        """The space that it takes with its sets."""


@dataclass(frozen=True, slots=True)
class ComputedExercise:
    """An exercise of a workout with its totals.

    Attributes:
        exercise: the exercise.
        facts: what the catalogue or the user says about it.
        totals: the columns `TOTALS`.
        stored_bytes: the space that it takes with its sets.

    """

    exercise: ExerciseInput
    facts: ExerciseFacts
    totals: dict[str, Any]
    stored_bytes: int


def compute_exercises(
    exercises: Iterable[ExerciseInput], facts_by_id: dict[UUID, ExerciseFacts]
) -> list[ComputedExercise]:
    """Return exercises with their totals."""
    computed = []
    for exercise in exercises:
        facts = facts_by_id[exercise.exercise_id]
        totals = exercise_totals(exercise.sets, facts)
        computed.append(ComputedExercise(exercise, facts, totals, exercise_bytes(exercise)))
    return computed


def exercise_totals(sets: Sequence[Any], facts: ExerciseFacts, read: SetReader = SCHEMA_READER) -> dict[str, Any]:
    """Return the columns `TOTALS` of an exercise with these sets, in the order of the table.

    A set of 0 reps (a failed lift) counts as a set and is never a best. Nor is a warm-up or an assisting weight.
    """
    results = list(map(read.results, sets))
    warm_ups = [result for result in results if result[_KIND] == SetKind.WARM_UP]
    working = [result for result in results if result[_KIND] != SetKind.WARM_UP] if warm_ups else results
    loads = sorted([(result[_WEIGHT], result[_REPS]) for result in working if result[_WEIGHT] and result[_REPS]])
    seconds = [result[_SECONDS] for result in results if result[_SECONDS] is not None]
    meters = [result[_METERS] for result in results if result[_METERS] is not None]
    sums = _sum_results(results, facts)
    assisted_reps, least_assistance_kg = _find_assistance(working, loads, facts)
    return (
        {
            **sums,
            "assisted_reps": assisted_reps,
            "least_assistance_kg": least_assistance_kg,
            **(_prefix(_sum_results(warm_ups, facts)) if warm_ups else _NO_WARM_UPS),
            "duration_seconds": _sum_exactly(seconds) if seconds else None,
            "distance_meters": _sum_exactly(meters) if meters else None,
            "best_set_weight_kg": None,
            "best_set_reps": None,
            "best_e1rm_kg": None,
            "best_reps": _find_most_reps(working, facts),
            "best_set_volume_kg": None,
            "best_duration_seconds": _find_largest(working if warm_ups else None, _SECONDS, seconds),
            "best_distance_meters": _find_largest(working if warm_ups else None, _METERS, meters),
            "load_kgs": None,
            "load_reps": None,
        }
        | ({} if facts.assisted else _find_weight_bests(working, loads))
        | (sum_evidence(sets, read) or _NO_EVIDENCE)
    )


def _sum_results(results: Sequence[tuple[Any, ...]], facts: ExerciseFacts) -> dict[str, Any]:
    reps = volume = assistance = 0
    for count, weight_kg, _, _, _, assistance_kg in results:
        if count:
            reps += count
            if weight_kg:
                volume += count * round(weight_kg * _UNITS)
            elif assistance_kg:
                assistance += count * round(assistance_kg * _UNITS)
    if facts.assisted:
        volume, assistance = 0, assistance + volume
    return {
        "set_count": len(results),
        "rep_count": reps,
        "volume_kg": volume / _UNITS,
        "bodyweight_reps": _round(reps * facts.bodyweight_share) if facts.bodyweight_share else 0.0,
        "assisted_volume_kg": assistance / _UNITS,
    }


def _prefix(sums: Mapping[str, Any]) -> dict[str, Any]:
    return {f"warm_up_{name}": value for name, value in sums.items()}


def _find_largest(working: Iterable[tuple[Any, ...]] | None, quantity: int, of_all: Sequence[float]) -> float | None:
    if working is None or not of_all:
        return max(of_all, default=None)
    return max((result[quantity] for result in working if result[quantity] is not None), default=None)


def _find_assistance(
    working: Iterable[tuple[Any, ...]], loads: Sequence[tuple[float, int]], facts: ExerciseFacts
) -> tuple[int, float | None]:
    """Return the reps with assistance, and the least assistance."""
    assisted = [(result[_ASSISTANCE], result[_REPS]) for result in working if result[_ASSISTANCE] and result[_REPS]]
    if facts.assisted:
        assisted += loads
    return sum(reps for _, reps in assisted), min((kilograms for kilograms, _ in assisted), default=None)


def _find_most_reps(working: Iterable[tuple[Any, ...]], facts: ExerciseFacts) -> int | None:
    """Return the most reps of a set: with an exercise that moves the body, of those without load and assistance."""
    if facts.assisted:
        reps = [result[_REPS] for result in working if result[_REPS]]
    elif facts.bodyweight_share:
        reps = [result[_REPS] for result in working if result[_REPS] and not (result[_WEIGHT] or result[_ASSISTANCE])]
    else:
        reps = [result[_REPS] for result in working if result[_REPS] and not result[_ASSISTANCE]]
    return max(reps, default=None)


def _find_weight_bests(working: Iterable[tuple[Any, ...]], loads: Sequence[tuple[float, int]]) -> dict[str, Any]:
    # The heaviest set, then the one with the most reps. An unknown value is below any other.
    weight_kg, reps = max(
        [
            (-1 if result[_WEIGHT] is None else result[_WEIGHT], -1 if result[_REPS] is None else result[_REPS])
            for result in working
            if result[_REPS] != 0
        ],
        default=(-1, -1),
    )
    has_volume = any(result[_REPS] is not None and result[_WEIGHT] is not None for result in working)
    volumes = [count * round(weight_kg * _UNITS) for weight_kg, count in loads]
    return {
        "best_set_weight_kg": None if weight_kg < 0 else weight_kg,
        "best_set_reps": None if reps < 0 else reps,
        "best_e1rm_kg": max([_estimate_1rm(*load) for load in loads if load[1] <= MAX_E1RM_REPS], default=None),
        "best_set_volume_kg": max(volumes, default=0) / _UNITS if has_volume else None,
        "load_kgs": [weight_kg for weight_kg, _ in loads] or None,
        "load_reps": [reps for _, reps in loads] or None,
    }


def _estimate_1rm(weight_kg: float, reps: int) -> float:
    return weight_kg if reps == 1 else weight_kg * (1 + reps / 30)


def summarize_exercise(totals: Mapping[str, Any], facts: ExerciseFacts) -> dict[str, Any]:
    """Return the columns `TOTALS` that a workout sums up, of an exercise whose `ExerciseTotals` are given."""
    share, warm_up = facts.bodyweight_share, totals["warm_up"]
    return {
        f"{prefix}{name}": value
        for prefix, part in (("", totals), ("warm_up_", warm_up))
        for name, value in (
            ("set_count", part["sets"]),
            ("rep_count", part["reps"]),
            ("volume_kg", part["volume_kg"]),
            ("bodyweight_reps", _round(part["reps"] * share) if share else 0.0),
            ("assisted_volume_kg", part["assisted_volume_kg"]),
        )
    }


def workout_totals(
    exercises: Collection[SummedExercise], duration_seconds: float | None, notes: str | None
) -> dict[str, Any]:
    """Return the columns `recompute.WORKOUT_TOTALS` of a workout with these exercises."""
    totals = [exercise.totals for exercise in exercises]
    return {
        "exercise_count": len(totals),
        **{
            name: (sum if name in _COUNTS else _sum_units)(total[name] for total in totals)
            for name in WORKOUT_TOTALS[1:]
        },
        "met_minutes": _compute_met_minutes(exercises, duration_seconds),
        "stored_bytes": sizes.WORKOUT + text_bytes(notes) + sum(exercise.stored_bytes for exercise in exercises),
    }


def compute_duration(started_at: datetime, ended_at: datetime | None) -> float | None:
    """Return the column `duration_seconds` of a workout; None while it is in progress."""
    return None if ended_at is None else (ended_at - started_at).total_seconds()


def propose_title(started_at: datetime, time_zone: str, exercises: Iterable[SummedExercise]) -> str:
    """Return a title from the time of day of the start and the muscles with the most sets."""
    hour = started_at.astimezone(types.zone(time_zone)).hour
    time_of_day = next(name for end, name in _TIMES_OF_DAY if hour < end)
    set_counts: dict[str, int] = {}
    first: dict[str, int] = {}
    for position, exercise in enumerate(exercises):
        for muscle in exercise.facts.primary_muscles:
            set_counts[muscle] = set_counts.get(muscle, 0) + exercise.totals["set_count"]
            first.setdefault(muscle, position)
    ranked = sorted(set_counts, key=lambda muscle: (-set_counts[muscle], first[muscle], muscle))
    names = ", ".join(muscle.replace("_", " ") for muscle in ranked[:_MAX_MUSCLES_IN_TITLE])
    return f"{time_of_day} workout: {names}" if names else f"{time_of_day} workout"


def _compute_met_minutes(exercises: Iterable[SummedExercise], seconds: float | None) -> float | None:
    rated = [
        (exercise.totals["set_count"], exercise.facts.met) for exercise in exercises if exercise.facts.met is not None
    ]
    rated_sets = sum(count for count, _ in rated)
    if not rated_sets or seconds is None:
        return None
    total = Decimal(0)
    for count, met in rated:
        total = _EXACT.fma(_as_decimal(met), count, total)
    return _round(float(total) / rated_sets * seconds / 60)


# --- numbers as PostgreSQL computes them -------------------------------------------------------------------------


def _as_decimal(value: float) -> Decimal:
    return Decimal(f"{value:.15g}")


def _round(value: float) -> float:
    return float(_as_decimal(value).quantize(_FOUR_DECIMALS, context=_EXACT))


def _sum_exactly(values: Sequence[float]) -> float:
    if not any(value % 1 for value in values):
        return float(sum(values))
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, _as_decimal(value))
    return float(total)


def _sum_units(values: Iterator[float]) -> float:
    return sum(round(value * _UNITS) for value in values) / _UNITS
