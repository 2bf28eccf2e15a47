"""A trace: what pose detection saw, sample by sample."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from exercise_buddy.counting.engine.joints import JOINTS
from exercise_buddy.counting.engine.results import Quantity, Side

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trace:
    """The positions of 13 joints over time.

    Args:
        times_ms: ascending, from any origin, shape (samples,).
        points: x to the right and y down, in one unit, shape (samples, 13, 2) in the order of `JOINTS`; NaN if the
            joint was not seen.
        visibility: from 0 to 1, shape (samples, 13).

    """

    times_ms: Floats
    points: Floats
    visibility: Floats


@dataclass(frozen=True, slots=True)
class SignalTrace:
    """One measured quantity over time, of a client that computes it itself. NaN if it was not measured."""

    times_ms: Floats
    values: Floats
    quantity: Quantity
    side: Side | None


def build_trace(
    times_ms: Sequence[float],
    landmarks: dict[str, dict[str, Sequence[float | None] | None]],
    aspect_ratio: float | None = None,
) -> Trace:
    """Return the trace of the landmarks of the API: joint name → x, y and perhaps visibility.

    Args:
        times_ms: ascending times.
        landmarks: any subset of `JOINTS`; None stands for not seen.
        aspect_ratio: width / height, if x and y are shares of the image. x is multiplied by it.

    """
    samples = len(times_ms)
    points = np.full((samples, len(JOINTS), 2), np.nan)
    visibility = np.ones((samples, len(JOINTS)))
    for name, values in landmarks.items():
        joint = JOINTS.index(name)
        for axis, key in enumerate(("x", "y")):
            points[:, joint, axis] = np.array(values[key], dtype=np.float64)
        seen = values.get("visibility")
        if seen is not None:
            visibility[:, joint] = np.nan_to_num(np.array(seen, dtype=np.float64))
    # A joint with half a position was not seen.
    points[np.isnan(points).any(axis=2)] = np.nan
    if aspect_ratio is not None:
        points[:, :, 0] *= aspect_ratio
    return Trace(np.asarray(times_ms, dtype=np.float64), points, visibility)
