"""Holds: the times in which a position was kept."""

import numpy as np
from numpy.typing import NDArray

from exercise_buddy.counting.engine.results import Hold
from exercise_buddy.counting.engine.trace import Floats

LONGEST_GAP_MS = 1_000.0
"""A wobble, or tracking that was lost, for this long does not end a hold. The gap counts as held."""
SHORTEST_HOLD_MS = 2_000.0
"""A shorter time in position is a way through it."""


def find_holds(times_ms: Floats, in_position: NDArray[np.bool_]) -> tuple[Hold, ...]:
    """Return the holds: from the first to the last sample in position, without gaps of more than a second.

    Args:
        times_ms: from the first sample of the trace, ascending, shape (samples,). Times without a sample are gaps.
        in_position: whether the position was kept, shape (samples,). False where the body was not seen.

    """
    held = times_ms[in_position]
    if not held.size:
        return ()
    last = np.append(np.diff(held) > LONGEST_GAP_MS, True)
    first = np.roll(last, 1)
    return tuple(
        Hold(round(start), round(end) - round(start))
        for start, end in zip(held[first].tolist(), held[last].tolist(), strict=True)
        if end - start >= SHORTEST_HOLD_MS
    )
