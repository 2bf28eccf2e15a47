"""Signals: what the body does over time, measured from its joints on an even time base.

Lengths are in torso lengths, so that they depend neither on the camera's distance nor on the size of the image.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import atan2, degrees, hypot

import numpy as np
from numpy.typing import NDArray

from exercise_buddy.counting.engine.joints import JOINTS, PAIRED
from exercise_buddy.counting.engine.profiles import Measured
from exercise_buddy.counting.engine.results import Side
from exercise_buddy.counting.engine.trace import Floats, SignalTrace, Trace

Bools = NDArray[np.bool_]
Points = Sequence[Sequence[float]]
"""The x and y of joints in one sample."""

RATE_HZ = 20.0
"""The rate of the time base. The fastest reps of people take 0.35 s: seven samples."""
BRIDGED_SECONDS = 0.6
"""The longest gap in which a joint counts as seen. The position in between is interpolated."""
LEAST_VISIBILITY = 0.2
SHORTEST_SMOOTHING = 0.05
NOISE_OF_PERIOD = 0.09
TREND_OF_PERIOD = 0.45
"""The widths of the Gaussians, as shares of a period, that remove noise and the trend."""
SIDES: tuple[Side, Side] = ("left", "right")

_INDEX = {name: index for index, name in enumerate(JOINTS)}


@dataclass(frozen=True, slots=True)
class Motion:
    """A trace on the even time base.

    Args:
        times_ms: from the first sample of the trace, shape (n,).
        points: in torso lengths, y up, interpolated over gaps; NaN if a joint was never seen. Shape (n, 13, 2).
        seen: whether a joint was seen, shape (n, 13).

    """

    times_ms: Floats
    points: Floats
    seen: Bools


@dataclass(frozen=True, slots=True)
class Measurement:
    """One quantity over time: interpolated values, and whether each was seen."""

    name: str
    values: Floats
    seen: Bools


def resample(trace: Trace) -> Motion:
    """Return a trace with at least one sample on the even time base."""
    begin = trace.times_ms[0]
    seconds = (trace.times_ms - begin) / 1000
    count = max(2, int(seconds[-1] * RATE_HZ) + 1)
    grid = np.arange(count) / RATE_HZ
    points = np.full((count, len(JOINTS), 2), np.nan)
    seen = np.zeros((count, len(JOINTS)), dtype=bool)
    usable = np.isfinite(trace.points).all(axis=2) & (trace.visibility >= LEAST_VISIBILITY)
    for joint in range(len(JOINTS)):
        known = np.flatnonzero(usable[:, joint])
        if len(known) == 0:
            continue
        at = seconds[known]
        for axis, sign in ((0, 1.0), (1, -1.0)):
            points[:, joint, axis] = np.interp(grid, at, sign * trace.points[known, joint, axis])
        seen[:, joint] = _find_seen(grid, at)
    return Motion(grid * 1000, points / _measure_torso(points, seen), seen)


def resample_signal(trace: SignalTrace) -> tuple[Floats, Measurement]:
    """Return the times and the values of a signal that the client measured, on the even time base."""
    seconds = (trace.times_ms - trace.times_ms[0]) / 1000
    count = max(2, int(seconds[-1] * RATE_HZ) + 1)
    grid = np.arange(count) / RATE_HZ
    known = np.flatnonzero(np.isfinite(trace.values))
    if len(known) == 0:
        return grid * 1000, Measurement(trace.quantity, np.zeros(count), np.zeros(count, dtype=bool))
    at = seconds[known]
    values = np.interp(grid, at, trace.values[known])
    return grid * 1000, Measurement(trace.quantity, values, _find_seen(grid, at))


def _find_seen(grid: Floats, at: Floats) -> Bools:
    after = np.searchsorted(at, grid)
    earlier, later = at[np.maximum(after - 1, 0)], at[np.minimum(after, len(at) - 1)]
    tolerance = 2 / RATE_HZ
    near = (np.abs(grid - earlier) <= tolerance) | (np.abs(grid - later) <= tolerance)
    inside = (after > 0) & (after < len(at)) & (later - earlier <= BRIDGED_SECONDS)
    seen: Bools = near | inside
    return seen


def _measure_torso(points: Floats, seen: Bools) -> float:
    """Return the median length of the torso, or a stand-in from whatever was seen."""
    whole = seen[:, [_INDEX[f"{side}_{joint}"] for side in SIDES for joint in ("shoulder", "hip")]].all(axis=1)
    if whole.any():
        middle = points[whole]
        shoulders = (middle[:, _INDEX["left_shoulder"]] + middle[:, _INDEX["right_shoulder"]]) / 2
        hips = (middle[:, _INDEX["left_hip"]] + middle[:, _INDEX["right_hip"]]) / 2
        length = float(np.median(np.hypot(*(shoulders - hips).T)))
    else:
        # A body is 3.4 torso lengths high.
        finite = points[np.isfinite(points).all(axis=2)]
        length = float(np.ptp(finite, axis=0).max()) / 3.4 if len(finite) else 0.0
    return length if length > 0 else 1.0


def measure(motion: Motion, quantity: Measured, joints: tuple[str, ...], side: Side) -> Measurement | None:
    """Return a quantity of one side of the body. None if one of its joints was never seen."""
    index = [_INDEX[f"{side}_{joint}" if joint in PAIRED else joint] for joint in joints]
    seen: Bools = np.asarray(motion.seen[:, index].all(axis=1))
    at = [motion.points[:, joint] for joint in index]
    if not seen.any():
        return None
    name = f"{quantity} {' '.join(joints)}"
    if quantity == "angle":
        values = _measure_angle(*at)
    elif quantity == "height":
        values = at[0][:, 1] - (at[1][:, 1] if len(at) > 1 else 0.0)
    elif quantity == "distance":
        values = np.hypot(*(at[0] - at[1]).T)
    else:
        along = at[0] - at[1]
        values = np.degrees(np.arctan2(np.abs(along[:, 0]), along[:, 1]))
    return Measurement(name, values, seen)


def _measure_angle(first: Floats, corner: Floats, second: Floats) -> Floats:
    one, other = first - corner, second - corner
    cross = one[:, 0] * other[:, 1] - one[:, 1] * other[:, 0]
    angle: Floats = np.degrees(np.abs(np.arctan2(cross, (one * other).sum(axis=1))))
    return angle


def measure_sample(quantity: Measured, at: Points, unit: float) -> float:
    """Return a quantity in one sample, as `measure` does. Here y points down, and a torso has the length `unit`."""
    (x, y), *others = at
    if quantity == "angle":
        (corner_x, corner_y), (other_x, other_y) = others
        x, y, other_x, other_y = x - corner_x, y - corner_y, other_x - corner_x, other_y - corner_y
        return degrees(abs(atan2(x * other_y - y * other_x, x * other_x + y * other_y)))
    if others:
        x, y = x - others[0][0], y - others[0][1]
    if quantity == "height":
        return -y / unit
    return hypot(x, y) / unit if quantity == "distance" else degrees(atan2(abs(x), -y))


@cache
def find_joints(joints: tuple[str, ...]) -> tuple[tuple[int, ...], ...]:
    """Return the indices of the joints of a quantity, for each side or once if it has none."""
    sides = SIDES if any(joint in PAIRED for joint in joints) else SIDES[:1]
    return tuple(tuple(_INDEX[f"{side}_{joint}" if joint in PAIRED else joint] for joint in joints) for side in sides)


def measure_sides(motion: Motion, quantity: Measured, joints: tuple[str, ...]) -> list[Measurement]:
    """Return a quantity of the left and the right side, as far as their joints were seen; one if it has no side."""
    sides = SIDES if any(joint in PAIRED for joint in joints) else SIDES[:1]
    return [found for side in sides if (found := measure(motion, quantity, joints, side)) is not None]


def combine(sides: list[Measurement]) -> Measurement:
    """Return the mean of the sides; where only one is seen, that one."""
    if len(sides) == 1:
        return sides[0]
    left, right = sides
    both = left.seen == right.seen
    values = np.where(both, (left.values + right.values) / 2, np.where(left.seen, left.values, right.values))
    seen: Bools = np.asarray(left.seen | right.seen)
    return Measurement(left.name, values, seen)


def smooth(values: Floats, seconds: float) -> Floats:
    """Return values after a median over three samples, which removes single errors, and a Gaussian."""
    return convolve(take_median(values), _build_gaussian(seconds))


def follow_period(values: Floats, seconds: float) -> Floats:
    """Return the part of values that repeats with a period: without what is much faster or much slower."""
    median = take_median(values)
    fast = _build_gaussian(max(SHORTEST_SMOOTHING, NOISE_OF_PERIOD * seconds))
    return convolve(median, fast) - convolve(median, _build_gaussian(TREND_OF_PERIOD * seconds))


def _build_gaussian(seconds: float) -> Floats:
    width = seconds * RATE_HZ
    reach = max(1, round(3 * width))
    kernel: Floats = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    kernel /= kernel.sum()
    return kernel


def convolve(values: Floats, kernel: Floats) -> Floats:
    """Return values of shape (n,) or (n, k) filtered along the first axis. The kernel has an odd length."""
    if values.ndim > 1:
        return np.stack([convolve(column, kernel) for column in values.T], axis=1)
    result: Floats = np.convolve(np.pad(values, len(kernel) // 2, mode="edge"), kernel, mode="valid")
    return result


def take_median(values: Floats) -> Floats:
    """Return the median of each value and its two neighbours along the first axis."""
    padded = np.concatenate((values[:1], values, values[-1:]))
    before, here, after = padded[:-2], padded[1:-1], padded[2:]
    median: Floats = np.maximum(np.minimum(before, here), np.minimum(np.maximum(before, here), after))
    return median
