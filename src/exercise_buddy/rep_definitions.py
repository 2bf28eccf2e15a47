"""The definitions of slowdown, range loss and variation of tempo within a set: formulas, thresholds and sources.

The counting engine judges a set by these functions while it counts. Statistics sum up the same quantities in SQL
(`workouts/storage/rep_quality.py`), from the same thresholds; a test compares both. This module imports nothing of the
program, so that every layer can import it.

Slowdown and range loss compare the last counted rep with the best one of the same side of the body: the weaker side is
not tired. In a set in which both sides move together, all reps have the side None.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

MAX_RANGE_SHARE = 10.0
"""The largest range of a movement in relation to another range. Beyond it, a range was not of the same movement."""

SMALLEST_SET = 3
"""Fewer counted reps show no trend: such a set has a slowdown and a range loss, but neither is judged."""


@dataclass(frozen=True, slots=True)
class Definition:
    """The definition of a judgement about a set.

    Args:
        code: the stable code of the judgement.
        unit: of the value and of the threshold.
        threshold: where the finding begins.
        formula: how the value is computed, for a reader.
        source: where formula and threshold come from.

    """

    code: str
    unit: str
    threshold: float
    formula: str
    source: str


SLOWING = Definition(
    code="slowing",
    unit="percent",
    threshold=20.0,
    formula="100 (best - last) / best of the mean concentric velocities; of durations 100 (last - shortest) / last",
    source="Sánchez-Medina & González-Badillo 2011, Med Sci Sports Exerc 43(9):1725-1734; threshold: "
    "Pareja-Blanco et al. 2017, Scand J Med Sci Sports 27(7):724-735",
)
"""A set slowed down by more than the threshold."""

RANGE_FADING = Definition(
    code="range_fading",
    unit="share of the best range of the set",
    threshold=0.8,
    formula="last / best of the ranges of motion",
    source="Convention of this project: a fifth of the best range. No study has set a threshold",
)
"""The last rep has less than the threshold of the best range."""


def compute_slowdown_percent(velocities: Sequence[float | None], concentric_ms: Sequence[float | None]) -> float | None:
    """Return the velocity loss of a set in percent, from the counted reps of one side in the order of time.

    It compares the last rep with the fastest one: (best - last) / best of the measured mean velocities. If fewer than
    two reps have a velocity, the concentric durations replace them. The mean velocity over the same distance is
    inversely proportional to the duration, so the same loss is (last - shortest) / last. A value of 0 was not measured.

    Returns:
        From 0 to below 100; None if fewer than two reps were measured.

    """
    measured = [velocity for velocity in velocities if velocity]
    if len(measured) > 1:
        return _compute_loss_percent(max(measured), measured[-1])
    durations = [duration for duration in concentric_ms if duration]
    if len(durations) > 1:
        return (durations[-1] - min(durations)) / durations[-1] * 100
    return None


def compute_range_loss_percent(ranges: Sequence[float | None]) -> float | None:
    """Return by how much the range of the last rep is below the best range, in percent of the best range.

    Args:
        ranges: of the counted reps of one side in the order of time, in any unit. A range of 0 was not measured.

    Returns:
        From 0 to below 100; None if fewer than two ranges were measured.

    """
    measured = [value for value in ranges if value]
    return _compute_loss_percent(max(measured), measured[-1]) if len(measured) > 1 else None


def compute_tempo_variation_percent(durations_ms: Sequence[float | None]) -> float | None:
    """Return the sample standard deviation of the durations of the counted reps, in percent of their mean.

    Returns:
        None if fewer than two reps were measured, or all of them took no time.

    """
    measured = [duration for duration in durations_ms if duration is not None]
    count, total = len(measured), sum(measured)
    if count < 2 or not total:  # noqa: PLR2004  (one value has no deviation)
        return None
    # Whole milliseconds make whole sums: as exact as `statistics.stdev`, which takes twenty times as long.
    squares = count * sum(duration * duration for duration in measured) - total * total
    return math.sqrt(max(squares, 0) / (count * (count - 1))) / (total / count) * 100


def _compute_loss_percent(best: float, last: float) -> float:
    return (best - last) / best * 100
