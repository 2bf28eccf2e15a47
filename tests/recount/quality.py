"""Recounts the quality of reps from the camera evidence of each."""

import statistics
from collections.abc import Callable, Sequence
from typing import Any

from tests.recount.model import Rep, Set, mean, total_or_none

PAUSE_MS = 5000


SMALLEST_SET = 3


def kept(one: Set) -> list[Rep]:
    """Return the reps that were not rejected, in their order."""
    if one.evidence is None:
        return []
    return sorted((rep for rep in one.evidence.reps if not rep.rejected), key=lambda rep: rep.offset_ms)


def longest_unbroken(one: Set) -> int | None:
    """Return the longest run without a rejected rep and without a pause of more than five seconds."""
    if one.evidence is None or not one.evidence.reps:
        return None
    longest = run = 0
    before: Rep | None = None
    for rep in sorted(one.evidence.reps, key=lambda rep: rep.offset_ms):
        if rep.rejected:
            run, before = 0, None
            continue
        paused = before is not None and rep.offset_ms - (before.offset_ms + (before.duration_ms or 0)) > PAUSE_MS
        run = 1 if paused else run + 1
        before = rep
        longest = max(longest, run)
    return longest


def slowdown(one: Set) -> float | None:
    """Return the loss of velocity in percent: measured, or of the same distance in the concentric durations."""
    reps = of_one_side(one)
    speeds = [rep.mean_velocity_mps for rep in reps if rep.mean_velocity_mps]
    if len(speeds) < 2:
        speeds = [1 / rep.concentric_ms for rep in reps if rep.concentric_ms]
    return loss(speeds)


def velocity_loss(one: Set) -> float | None:
    """Return the loss of velocity in percent, of measured velocities only."""
    return loss([rep.mean_velocity_mps for rep in of_one_side(one) if rep.mean_velocity_mps])


def range_loss(one: Set) -> float | None:
    """Return the loss of range in percent, by the first measure that two reps have."""
    for name in ("range_share", "range_degrees", "range_mm"):
        found = loss([value for rep in of_one_side(one) if (value := getattr(rep, name))])
        if found is not None:
            return found
    return None


def of_one_side(one: Set) -> list[Rep]:
    """Return the reps of the side that did the last one; all of them if none has a side."""
    reps = kept(one)
    return [rep for rep in reps if rep.side == reps[-1].side]


def loss(values: list[float]) -> float | None:
    """Return how far the last value is below the best one, in percent."""
    return (1 - values[-1] / max(values)) * 100 if len(values) > 1 else None


def share(sets: Sequence[Set], measure: Callable[[Set], float | None], bound: float) -> dict[str, Any]:
    """Return the mean of a loss, the number of sets that lost more than the bound, and their share."""
    measured = [(one, value) for one in sets if (value := measure(one)) is not None]
    # The values of the tests are far enough from the bound, or exactly on it.
    beyond = sum(round(value, 9) > bound and len(kept(one)) >= SMALLEST_SET for one, value in measured)
    return {
        "percent": mean([value for _, value in measured]),
        "sets": beyond,
        "share": beyond / len(measured) if measured else None,
    }


def variation(one: Set) -> float | None:
    """Return the standard deviation of the reps' durations in percent of their mean."""
    times = [rep.duration_ms for rep in kept(one) if rep.duration_ms is not None]
    if len(times) < 2 or not sum(times):
        return None
    return statistics.stdev(times) / statistics.fmean(times) * 100


def cadence(sets: Sequence[Set]) -> float | None:
    """Return the reps per minute between the first and the last rep, or None if both have the same time."""
    gaps = milliseconds = 0
    for one in sets:
        reps = kept(one)
        if len(reps) > 1 and (span := reps[-1].offset_ms - reps[0].offset_ms):
            gaps += len(reps) - 1
            milliseconds += span
    return gaps / (milliseconds / 60_000) if milliseconds else None


def over(sets: Sequence[Set]) -> dict[str, Any]:
    """Return the rep quality of sets; all of them have camera evidence."""
    seen = [(one, one.evidence) for one in sets if one.evidence is not None]
    reps = [rep for one, _ in seen for rep in kept(one)]
    losses = [value for one, _ in seen if (value := velocity_loss(one)) is not None]
    slowed = share([one for one, _ in seen], slowdown, 20)
    faded = share([one for one, _ in seen], range_loss, 20)
    sides = [rep.side for rep in reps if rep.side]
    tension = [None if rep.duration_ms is None else rep.duration_ms / 1000 for rep in reps]
    return {
        "sets": len(seen),
        "reps": len(reps),
        "detected_reps": sum(evidence.detected_reps for _, evidence in seen),
        "corrected_reps": sum(one.reps or 0 for one, _ in seen),
        "corrected_sets": sum(one.reps not in {None, evidence.detected_reps} for one, evidence in seen),
        "rep_seconds": mean([rep.duration_ms / 1000 for rep in reps if rep.duration_ms is not None]),
        "eccentric_seconds": mean([rep.eccentric_ms / 1000 for rep in reps if rep.eccentric_ms is not None]),
        "concentric_seconds": mean([rep.concentric_ms / 1000 for rep in reps if rep.concentric_ms is not None]),
        "range_degrees": mean([rep.range_degrees for rep in reps if rep.range_degrees is not None]),
        "time_under_tension_seconds": total_or_none(tension),
        "full_range_share": mean([rep.full_range_share for rep in reps if rep.full_range_share is not None]),
        "left_reps": sides.count("left") if sides else None,
        "right_reps": sides.count("right") if sides else None,
        "slowdown_percent": slowed["percent"],
        "slowdown_sets": sum(slowdown(one) is not None for one, _ in seen),
        "velocity_loss_percent": mean(losses),
        "velocity_loss_sets": len(losses),
        "slowed_sets": slowed["sets"],
        "slowed_share": slowed["share"],
        "range_loss_percent": faded["percent"],
        "faded_sets": faded["sets"],
        "faded_share": faded["share"],
        "variation_percent": mean([value for one, _ in seen if (value := variation(one)) is not None]),
        "cadence_per_minute": cadence([one for one, _ in seen]),
        "longest_unbroken_reps": max(
            (value for one, _ in seen if not one.warm_up and (value := longest_unbroken(one)) is not None), default=None
        ),
    }
