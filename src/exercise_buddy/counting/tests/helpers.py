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


def plank(seconds: int) -> dict[str, Any]:
    """Return the trace of somebody who lies down and then holds a plank."""
    held = {
        "shoulder": (0.0, 0.45),
        "elbow": (0.0, 0.0),
        "wrist": (-0.4, 0.0),
        "hip": (1.0, 0.36),
        "knee": (1.8, 0.2),
        "ankle": (2.6, 0.05),
    }
    lying = {name: (x + 0.6 * (name == "elbow"), 0.05) for name, (x, _) in held.items()} | {"elbow": (0.0, 0.6)}
    poses = [
        {"nose": (-0.3, 0.3), **{f"{side}_{name}": place for side in ("left", "right") for name, place in body.items()}}
        for body, samples in ((lying, 2 * RATE_HZ), (held, seconds * RATE_HZ))
        for _ in range(samples)
    ]
    return _build_trace([{name: (x, -y) for name, (x, y) in pose.items()} for pose in poses])


def squat_depths(reps: int, full: float = 1.0) -> list[float]:
    """Return the depths of some seconds of standing, reps, and standing again."""
    samples = int(REP_SECONDS * RATE_HZ)
    rep = [full * (1 - math.cos(2 * math.pi * index / samples)) / 2 for index in range(samples)]
    return [0.0] * RATE_HZ + rep * reps + [0.0] * RATE_HZ


def build_trace(depths: Sequence[float]) -> dict[str, Any]:
    """Return the trace of squats of some depths."""
    return _build_trace([pose(depth) for depth in depths])


def _build_trace(poses: Sequence[dict[str, tuple[float, float]]]) -> dict[str, Any]:
    return {
        "times_ms": [index * 1000 / RATE_HZ for index in range(len(poses))],
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
    return gzip.compress(json.dumps(body).encode(), mtime=0)
