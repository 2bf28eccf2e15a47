"""Segmentation: the turning points of a signal whose range and tempo may change during the set."""

from collections.abc import Callable

import numpy as np

from exercise_buddy.counting.engine.phases import Ints
from exercise_buddy.counting.engine.trace import Floats

SMALLEST_SWING = 0.12
"""Swings below this share of the signal's range are noise."""
NEIGHBOURS = 5
"""The range of a rep is compared with those of this many swings on each side."""
LOCAL_BOUNDS = (0.3, 2.0)
"""Bounds of the local range, as shares of that of the whole set."""


def find_turns(values: Floats, relative: float, least: float = 0.0) -> Ints:
    """Return the indices of alternating minima and maxima.

    Each swing between two of them is larger than `relative` of the swings around it, and than `least`.
    """
    turns = find_extrema(values)
    spread = float(np.subtract(*np.percentile(values, (97, 3))))
    turns = cancel_small(values, turns, max(SMALLEST_SWING * spread, least))
    if len(turns) < 3:  # noqa: PLR2004  (a start, a turn and an end)
        return turns
    swings = np.abs(np.diff(values[turns]))
    local = roll_quantile(swings, NEIGHBOURS, 0.75)
    whole = float(np.quantile(swings, 0.75))
    local = np.clip(local, LOCAL_BOUNDS[0] * whole, LOCAL_BOUNDS[1] * whole)
    middles = (turns[1:] + turns[:-1]) / 2
    return cancel_small(values, turns, lambda at: np.maximum(relative * np.interp(at, middles, local), least))


def find_extrema(values: Floats) -> Ints:
    """Return the indices of the local extrema and of both ends."""
    signs = np.sign(np.diff(values))
    moving = np.flatnonzero(signs)
    if len(moving) == 0:
        return np.array([0], dtype=np.intp)
    changes = np.flatnonzero(signs[moving[1:]] != signs[moving[:-1]])
    return np.concatenate(([0], moving[changes + 1], [len(values) - 1])).astype(np.intp)


def cancel_small(values: Floats, turns: Ints, threshold: float | Callable[[Floats], Floats]) -> Ints:
    """Return the extrema that remain when the swings below a threshold are removed, the smallest first."""
    while len(turns) > 1:
        swings = np.abs(np.diff(values[turns]))
        limit = threshold((turns[1:] + turns[:-1]) / 2) if callable(threshold) else threshold
        small = swings < limit
        if not small.any():
            break
        # A swing that is not larger than both of its neighbours goes, together with both of its ends.
        padded = np.concatenate(([np.inf], swings, [np.inf]))
        # of two equal neighbours the earlier one
        lowest = small & (swings < padded[:-2]) & (swings <= padded[2:])
        drop = np.zeros(len(turns), dtype=bool)
        at = np.flatnonzero(lowest)
        inner = at[(at > 0) & (at < len(swings) - 1)]
        drop[inner] = drop[inner + 1] = True
        if len(swings) >= 1:
            # At an end of the signal only the end itself goes.
            if lowest[0]:
                drop[0] = True
            if lowest[-1]:
                drop[-1] = True
        if not drop.any():
            break
        turns = turns[~drop]
    return turns


def roll_quantile(swings: Floats, reach: int, quantile: float) -> Floats:
    """Return a quantile of each value and of up to `reach` values on each side."""
    padded = np.pad(swings, reach, mode="constant", constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1)
    ordered = np.sort(windows, axis=1)  # NaN comes last
    known = np.isfinite(ordered).sum(axis=1)
    at = np.rint((known - 1) * quantile).astype(int)
    result: Floats = ordered[np.arange(len(swings)), at]
    return result
