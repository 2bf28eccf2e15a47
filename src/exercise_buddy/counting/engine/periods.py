"""The period of a movement, from its autocorrelation."""

import numpy as np

from exercise_buddy.counting.engine.signals import RATE_HZ, convolve
from exercise_buddy.counting.engine.trace import Floats

SHORTEST_SECONDS = 0.35
LONGEST_SECONDS = 6.0
TREND_SECONDS = 4.0
"""Slower changes, such as those of posture or of the camera, have no part in the period."""
STRONG = 0.75
"""The period is the first peak that is at least this share of the highest one: the others are its multiples."""
LEAST_OVERLAP = 0.3


def find_period(values: Floats) -> tuple[float | None, float]:
    """Return the period in seconds of values of shape (n,) or (n, k). None if nothing repeats."""
    count = len(values)
    columns = values.reshape(count, -1)
    width = int(TREND_SECONDS * RATE_HZ) | 1
    if count > width:
        columns = columns - convolve(columns, np.full(width, 1 / width))
    columns = columns - columns.mean(axis=0)
    size = 1 << (2 * count - 1).bit_length()
    spectrum = np.fft.rfft(columns, size, axis=0)
    power = np.fft.irfft((spectrum.real**2 + spectrum.imag**2).sum(axis=1))[:count]
    if power[0] <= 0:
        return None, 0.0
    # Long lags have few products: they are scaled up, but not without bound.
    overlap = np.maximum(1 - np.arange(count) / count, LEAST_OVERLAP)
    correlation = power / power[0] / overlap
    first = int(SHORTEST_SECONDS * RATE_HZ)
    last = min(int(LONGEST_SECONDS * RATE_HZ), int(0.6 * count))
    if last <= first:
        return None, 0.0
    here = correlation[first:last]
    peaks = np.flatnonzero((here >= correlation[first - 1 : last - 1]) & (here > correlation[first + 1 : last + 1]))
    if len(peaks) == 0 or here[peaks].max() <= 0:
        return None, 0.0
    strong = peaks[here[peaks] >= STRONG * here[peaks].max()]
    return float((first + strong[0]) / RATE_HZ), float(here[strong[0]])
