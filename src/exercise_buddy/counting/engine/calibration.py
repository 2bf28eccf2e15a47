"""The full range of a user, measured from a trace in which the user shows a few reps."""

from collections.abc import Sequence

import numpy as np

from exercise_buddy.counting.engine.profiles import Calibration, Profile, Signal
from exercise_buddy.counting.engine.results import Rep
from exercise_buddy.counting.engine.signals import SIDES, Measurement, Motion, combine, measure, resample, smooth
from exercise_buddy.counting.engine.trace import Trace

LEAST_REPS = 2
_SMOOTHING_SECONDS = 0.1
_LEAST_SEEN = 0.8


def measure_calibration(trace: Trace, profile: Profile, reps: Sequence[Rep]) -> Calibration | None:
    """Return the values at both ends of a full rep: the medians over the counted reps, so that one bad rep is harmless.

    The first signal of the profile that was seen in at least two reps decides. None if no signal was.

    Args:
        trace: with at least one sample.
        profile: of the exercise.
        reps: what the engine found in the trace.

    """
    motion = resample(trace)
    counted = [rep for rep in reps if not rep.rejected]
    for signal in profile.signals:
        ends = [found for rep in counted if (found := _find_ends(motion, signal, rep)) is not None]
        if len(ends) >= LEAST_REPS:
            low, high = np.median(ends, axis=0)
            if low < high:
                return Calibration(signal.measure, signal.joints, float(low), float(high))
    return None


def _find_ends(motion: Motion, signal: Signal, rep: Rep) -> tuple[float, float] | None:
    """Return the lowest and the highest value in a rep. None if the joints were not seen in most of it."""
    measured = _measure(motion, signal, rep)
    if measured is None:
        return None
    during = (motion.times_ms >= rep.offset_ms) & (motion.times_ms <= rep.offset_ms + rep.duration_ms)
    if not during.any() or measured.seen[during].mean() < _LEAST_SEEN:
        return None
    values = smooth(measured.values, _SMOOTHING_SECONDS)[during]
    return float(values.min()), float(values.max())


def _measure(motion: Motion, signal: Signal, rep: Rep) -> Measurement | None:
    sides = (rep.side,) if rep.side is not None else SIDES
    seen = [found for side in sides if (found := measure(motion, signal.measure, signal.joints, side)) is not None]
    return combine(seen) if len(seen) == len(SIDES) else next(iter(seen), None)
