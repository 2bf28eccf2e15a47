"""The sums of camera evidence, computed in Python: the definitions of `rep_quality`."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from operator import attrgetter, itemgetter
from typing import Any, NamedTuple

from exercise_buddy.rep_definitions import (
    RANGE_FADING,
    SLOWING,
    SMALLEST_SET,
    compute_range_loss_percent,
    compute_slowdown_percent,
    compute_tempo_variation_percent,
)
from exercise_buddy.workouts.storage.rep_quality import FRACTIONAL, PAUSE_MS
from exercise_buddy.workouts.tables import REP_QUALITY, SetKind

_SIX_DECIMALS = Decimal("0.000001")
_EXACT = Context(prec=700, rounding=ROUND_HALF_UP)

_QUANTITIES = (
    "offset_ms",
    "duration_ms",
    "eccentric_ms",
    "concentric_ms",
    "range_degrees",
    "range_mm",
    "range_share",
    "full_range_share",
    "mean_velocity_mps",
    "side",
    "rejected",
)
(
    _OFFSET_MS,
    _DURATION_MS,
    _ECCENTRIC_MS,
    _CONCENTRIC_MS,
    _RANGE_DEGREES,
    _RANGE_MM,
    _RANGE_SHARE,
    _FULL_RANGE_SHARE,
    _VELOCITY,
    _SIDE,
    _REJECTED,
) = range(len(_QUANTITIES))

_SUMMED = (
    "tracked_reps",
    "timed_reps",
    "time_ms",
    "eccentric_reps",
    "eccentric_ms",
    "concentric_reps",
    "concentric_ms",
    "range_reps",
    "range_degrees",
    "slowdown_percent",
    "velocity_loss_percent",
    "range_loss_percent",
    "full_range_reps",
    "full_range_share",
    "left_reps",
    "right_reps",
    "tempo_variation_percent",
    "cadence_reps",
    "cadence_ms",
)

Rep = tuple[Any, ...]


class SetReader(NamedTuple):
    """How the values of a set are read, which is an object of a schema or a JSON object."""

    results: Callable[[Any], tuple[Any, ...]]
    """Of a set: reps, weight, duration, distance, kind, assistance."""
    reps_and_evidence: Callable[[Any], tuple[Any, ...]]
    counts: Callable[[Any], tuple[Any, ...]]
    """Of its evidence: the count of the counter, and the reps."""
    quantities: Callable[[Any], tuple[Any, ...]]
    """Of a rep."""


def _build_reader(get: Callable[..., Callable[[Any], tuple[Any, ...]]]) -> SetReader:
    results = get("reps", "weight_kg", "duration_seconds", "distance_meters", "kind", "assistance_kg")
    return SetReader(results, get("reps", "evidence", "kind"), get("detected_reps", "reps"), get(*_QUANTITIES))


SCHEMA_READER = _build_reader(attrgetter)
"""Reads `SetInput`."""

JSON_READER = _build_reader(itemgetter)
"""Reads a set of the JSON of a workout, which is complete."""


def sum_evidence(sets: Iterable[Any], read: SetReader) -> dict[str, Any] | None:
    """Return the columns `REP_QUALITY` of sets; None if no set has evidence."""
    tracked = [
        (reps, *read.counts(evidence), kind)
        for reps, evidence, kind in map(read.reps_and_evidence, sets)
        if evidence is not None
    ]
    if not tracked:
        return None
    corrected = [(reps, detected) for reps, detected, _, _ in tracked if reps is not None]
    sums = [_sum_reps(map(read.quantities, reps)) | {"kind": kind} for _, _, reps, kind in tracked if reps]
    columns = {
        "tracked_sets": len(tracked),
        "detected_reps": sum(detected for _, detected, _, _ in tracked),
        "corrected_reps": sum(reps for reps, _ in corrected) if corrected else None,
        "corrected_sets": sum(reps != detected for reps, detected in corrected),
        "slowdown_sets": sum(of_set["slowdown_percent"] is not None for of_set in sums),
        "slowed_sets": sum(of_set["slowed"] for of_set in sums),
        "velocity_loss_sets": sum(of_set["velocity_loss_percent"] is not None for of_set in sums),
        "range_loss_sets": sum(of_set["range_loss_percent"] is not None for of_set in sums),
        "faded_sets": sum(of_set["faded"] for of_set in sums),
        "tempo_variation_sets": sum(of_set["tempo_variation_percent"] is not None for of_set in sums),
        "best_unbroken_reps": max(
            (of_set["best_unbroken_reps"] for of_set in sums if of_set["kind"] != SetKind.WARM_UP), default=None
        ),
        **{
            name: _sum_measured(name, [of_set[name] for of_set in sums if of_set[name] is not None]) for name in _SUMMED
        },
    }
    return {name: columns[name] for name in REP_QUALITY}


def _sum_measured(name: str, values: Sequence[Any]) -> Any:  # noqa: ANN401
    if not values:
        return None
    if name not in FRACTIONAL:
        return sum(values)
    total = Decimal(0)
    for value in values:
        total = _EXACT.add(total, Decimal(f"{value:.15g}"))
    return float(total.quantize(_SIX_DECIMALS, context=_EXACT))


def _sum_reps(reps: Iterable[Rep]) -> dict[str, Any]:
    """Return the sums of the reps of one set: see `rep_quality.rep_sums`."""
    # In the order of time, whatever the order of the request.
    in_order = sorted(reps, key=itemgetter(_OFFSET_MS))
    counted = [rep for rep in in_order if not rep[_REJECTED]]
    last_side = (counted or in_order)[-1][_SIDE]
    of_side = [rep for rep in counted if rep[_SIDE] == last_side]
    durations, eccentrics, concentrics = (
        _list_measured(counted, quantity) for quantity in (_DURATION_MS, _ECCENTRIC_MS, _CONCENTRIC_MS)
    )
    degrees = _list_single(counted, _RANGE_DEGREES)
    full_shares = _list_single(counted, _FULL_RANGE_SHARE)
    velocities = _list_single(of_side, _VELOCITY)
    slowdown = compute_slowdown_percent(velocities, _list_measured(of_side, _CONCENTRIC_MS))
    losses = (
        compute_range_loss_percent(_list_single(of_side, quantity))
        for quantity in (_RANGE_SHARE, _RANGE_DEGREES, _RANGE_MM)
    )
    range_loss = next((loss for loss in losses if loss is not None), None)
    span = counted[-1][_OFFSET_MS] - counted[0][_OFFSET_MS] if counted else 0
    is_judged = len(counted) >= SMALLEST_SET
    sides = [rep[_SIDE] for rep in counted]
    return {
        "tracked_reps": len(counted),
        "timed_reps": len(durations),
        "time_ms": sum(durations) if durations else None,
        "eccentric_reps": len(eccentrics),
        "eccentric_ms": sum(eccentrics) if eccentrics else None,
        "concentric_reps": len(concentrics),
        "concentric_ms": sum(concentrics) if concentrics else None,
        "range_reps": len(degrees),
        "range_degrees": sum(degrees) if degrees else None,
        "full_range_reps": len(full_shares),
        "full_range_share": sum(full_shares) if full_shares else None,
        "left_reps": sides.count("left"),
        "right_reps": sides.count("right"),
        "slowdown_percent": slowdown,
        "velocity_loss_percent": compute_slowdown_percent(velocities, ()) if velocities else None,
        "range_loss_percent": range_loss,
        "tempo_variation_percent": compute_tempo_variation_percent(durations),
        "cadence_reps": len(counted) - 1 if span else None,
        "cadence_ms": span or None,
        "best_unbroken_reps": _find_longest_run(in_order),
        "slowed": is_judged and slowdown is not None and slowdown > SLOWING.threshold,
        "faded": is_judged and range_loss is not None and 1 - range_loss / 100 < RANGE_FADING.threshold,
    }


def _list_measured(reps: Iterable[Rep], quantity: int) -> list[Any]:
    return [value for rep in reps if (value := rep[quantity]) is not None]


def _list_single(reps: Iterable[Rep], quantity: int) -> list[float]:
    """Return the measured values of a quantity in single precision, as they are stored."""
    return array("f", _list_measured(reps, quantity)).tolist()


def _find_longest_run(reps: Iterable[Rep]) -> int:
    """Return the number of counted reps of the longest run without a rejected rep or a pause over `PAUSE_MS`."""
    longest = run = 0
    end: int | None = None
    for rep in reps:
        if rep[_REJECTED] or (end is not None and rep[_OFFSET_MS] - end > PAUSE_MS):
            run = 0
        if not rep[_REJECTED]:
            run += 1
            longest = max(longest, run)
        end = rep[_OFFSET_MS] + (rep[_DURATION_MS] or 0)
    return longest
