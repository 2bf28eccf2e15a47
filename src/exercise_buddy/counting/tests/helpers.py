"""Traces of a person who squats, seen from the side."""

import gzip
import json
import math
from collections.abc import Sequence
from typing import Any

from exercise_buddy.counting.engine.joints import JOINTS
from exercise_buddy.exercises.public import catalogue_id

SQUAT = str(catalogue_id("bodyweight-squat"))
PLANK = str(catalogue_id("plank"))
SWIMMING = str(catalogue_id("swimming"))

_THIGH = 0.8
RATE_HZ = 20
REP_SECONDS = 2.0


def pose(depth: float) -> dict[str, tuple[float, float]]:
    """Return the joints in torso lengths, y down, of a squat between 0 (standing) and 1."""
    hip = 2 * _THIGH - 0.8 * depth
    knee = (math.sqrt(max(0.0, _THIGH**2 - (hip / 2) ** 2)), hip / 2)
    shoulder = (0.3 * depth, hip + math.sqrt(1 - (0.3 * depth) ** 2))
    elbow, wrist = (shoulder[0] + 0.3, shoulder[1] - 0.3), (shoulder[0] + 0.7, shoulder[1] - 0.3)
    body = {
        "shoulder": shoulder,
        "elbow": elbow,
        "wrist": wrist,
        "hip": (0.0, hip),
        "knee": knee,
        "ankle": (0.0, 0.0),
    }
    sides = {f"{side}_{name}": place for side in ("left", "right") for name, place in body.items()}
    return {name: (x, -y) for name, (x, y) in {"nose": (shoulder[0], shoulder[1] + 0.4), **sides}.items()}


def squat_depths(reps: int, full: float = 1.0) -> list[float]:
    """Return the depths of some seconds of standing, reps, and standing again."""
    samples = int(REP_SECONDS * RATE_HZ)
    rep = [full * (1 - math.cos(2 * math.pi * index / samples)) / 2 for index in range(samples)]
    return [0.0] * RATE_HZ + rep * reps + [0.0] * RATE_HZ


def build_trace(depths: Sequence[float]) -> dict[str, Any]:
    """Return the trace of a request body."""
    poses = [pose(depth) for depth in depths]
    return {
        "times_ms": [index * 1000 / RATE_HZ for index in range(len(depths))],
        "landmarks": {
            name: {
                "x": [round(at[name][0], 4) for at in poses],
                "y": [round(at[name][1], 4) for at in poses],
            }
            for name in JOINTS
        },
    }


def squats(reps: int) -> dict[str, Any]:
    """Return the trace of a set of squats."""
    return build_trace(squat_depths(reps))


def packed(body: dict[str, Any]) -> bytes:
    """Return a body compressed with gzip."""
    return gzip.compress(json.dumps(body).encode())
