"""The two-threshold rule that profiles described before the engine existed: what the engine is compared with.

A rep is the way of one joint angle below the lower threshold and back above the upper one, or the other way round. The
angles of both sides are averaged; if each side does its own reps, each is counted.
"""

import numpy as np

from benchmarks.counting.body import Floats
from exercise_buddy.counting.engine.joints import JOINTS
from exercise_buddy.counting.engine.trace import Trace

_ELBOW, _KNEE, _HIP = ("shoulder", "elbow", "wrist"), ("hip", "knee", "ankle"), ("shoulder", "hip", "knee")

# The joints, the lower and the upper threshold in degrees, the shortest rep in milliseconds, each side on its own.
RULES: dict[str, tuple[tuple[str, str, str], float, float, float, bool]] = {
    "barbell-curl": (_ELBOW, 60, 150, 700, False),
    "barbell-deadlift": (_HIP, 110, 165, 900, False),
    "barbell-squat": (_KNEE, 100, 160, 800, False),
    "bodyweight-lunge": (_KNEE, 105, 160, 700, True),
    "bodyweight-squat": (_KNEE, 100, 160, 600, False),
    "dips-triceps-version": (_ELBOW, 95, 160, 600, False),
    "hanging-leg-raise": (_HIP, 100, 160, 700, False),
    "jumping-jack": (("hip", "shoulder", "wrist"), 40, 140, 400, False),
    "lying-leg-raise": (_HIP, 100, 160, 700, False),
    "pullups": (_ELBOW, 80, 155, 700, False),
    "pushups": (_ELBOW, 90, 160, 500, False),
    "side-lateral-raise": (("hip", "shoulder", "elbow"), 30, 75, 600, False),
    "sit-up": (_HIP, 65, 115, 700, False),
    "standing-military-press": (_ELBOW, 90, 160, 700, False),
}


def count_with_thresholds(trace: Trace, exercise: str) -> int | None:
    """Return the count of the rule; None if no thresholds were ever defined for the exercise."""
    if exercise not in RULES:
        return None
    joints, lower, upper, shortest_ms, each = RULES[exercise]
    sides = np.stack([_angle(trace, joints, side) for side in ("left", "right")])
    if each:
        return sum(_count_crossings(trace.times_ms, side, lower, upper, shortest_ms) for side in sides)
    seen = np.isfinite(sides)
    both = np.where(seen.any(0), np.where(seen, sides, 0).sum(0) / np.maximum(seen.sum(0), 1), np.nan)
    return _count_crossings(trace.times_ms, both, lower, upper, shortest_ms)


def _angle(trace: Trace, joints: tuple[str, str, str], side: str) -> Floats:
    first, middle, last = (trace.points[:, JOINTS.index(f"{side}_{joint}")] for joint in joints)
    one, other = first - middle, last - middle
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    cosine = (one * other).sum(1) / np.where(lengths > 0, lengths, np.nan)
    angle: Floats = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    return angle


def _count_crossings(times_ms: Floats, angle: Floats, lower: float, upper: float, shortest_ms: float) -> int:
    beyond = [
        (float(time), "low" if value < lower else "high")
        for time, value in zip(times_ms, angle, strict=True)
        if value < lower or value > upper
    ]
    count, start, away = 0, beyond[0][0] if beyond else 0.0, False
    for time, state in beyond:
        if state == beyond[0][1]:
            if away and time - start >= shortest_ms:
                count += 1
            if away:
                start, away = time, False
        else:
            away = True
    return count
