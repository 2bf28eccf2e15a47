"""The examples of counting in OpenAPI: two squats, seen from the side five times in a second."""

from typing import Any

EXERCISE_ID = "44177c9c-ba4e-5259-a361-e68f1fb05014"
"""Bodyweight Squat."""

_REP = {
    "shoulder_x": [0.4, 0.41, 0.43, 0.45, 0.47, 0.48, 0.47, 0.45, 0.43, 0.41],
    "shoulder_y": [0.25, 0.27, 0.32, 0.39, 0.44, 0.46, 0.44, 0.39, 0.32, 0.27],
    "hip_y": [0.5, 0.52, 0.57, 0.63, 0.68, 0.7, 0.68, 0.63, 0.57, 0.52],
}


def _stand_and_squat(rep: list[float]) -> list[float]:
    """Return a coordinate of somebody who stands, squats twice and stands again."""
    standing = rep[:1] * 2
    return standing + rep * 2 + standing


TRACE: dict[str, Any] = {
    "times_ms": [200 * sample for sample in range(24)],
    "landmarks": {
        "left_shoulder": {"x": _stand_and_squat(_REP["shoulder_x"]), "y": _stand_and_squat(_REP["shoulder_y"])},
        "left_hip": {"x": [0.4] * 24, "y": _stand_and_squat(_REP["hip_y"])},
        "left_ankle": {"x": [0.4] * 24, "y": [0.9] * 24},
    },
}

_VERSION = "3f9f028a050c"


def _build_rep(offset_ms: int) -> dict[str, Any]:
    return {
        "offset_ms": offset_ms,
        "turn_ms": 1050,
        "duration_ms": 2050,
        "eccentric_ms": 1050,
        "concentric_ms": 1000,
        "turn_pause_ms": 0,
        "end_pause_ms": 0,
        "range_degrees": None,
        "range_mm": None,
        "range_share": 1.0,
        "full_range_share": None,
        "mean_velocity_mps": None,
        "side": None,
        "confidence": 0.948,
        "flags": [],
        "rejected": False,
    }


COUNT_RESULT: dict[str, Any] = {
    "exercise": {"id": EXERCISE_ID, "name": "Bodyweight Squat", "custom": False},
    "profile_version": _VERSION,
    "count": 2,
    "confidence": 1.0,
    "evidence": {
        "counter": {"name": "exercise-buddy", "version": "1"},
        "profile_version": _VERSION,
        "detected_reps": 2,
        "reps": [_build_rep(350), _build_rep(2400)],
        "judgements": [],
    },
    "holds": [],
    "sides": None,
    "summary": {
        "tempo": {"eccentric_ms": 1025, "eccentric_pause_ms": 0, "concentric_ms": 1025, "concentric_pause_ms": 0},
        "cadence_per_minute": 29.3,
        "slowdown_percent": 4.8,
        "range_loss_percent": 0.0,
        "tracked_share": 1.0,
        "in_position_share": 1.0,
    },
    "judgements": [],
}

_RULES: dict[str, Any] = {
    "version": _VERSION,
    "kind": "rep",
    "signals": [
        {"measure": "height", "joints": ["hip", "ankle"], "begins": "falling"},
        {"measure": "angle", "joints": ["hip", "knee", "ankle"], "begins": "falling"},
    ],
    "sides": "both",
    "first_phase": "eccentric",
    "position": [
        {"measure": "lean", "joints": ["shoulder", "hip"], "low": None, "high": 80.0, "hint": "Stand up."},
    ],
    "shortest_rep_ms": 600,
    "longest_rep_ms": 12_000,
    "full_range": 0.75,
    "typical_range": 0.99,
    "ballistic": False,
    "camera": "any",
}
_EXERCISE: dict[str, Any] = {
    "exercise_id": EXERCISE_ID,
    "slug": "bodyweight-squat",
    "calibration": {
        "measure": "height",
        "joints": ["hip", "ankle"],
        "low": 1.09,
        "high": 2.08,
        "reps": 2,
        "profile_version": _VERSION,
        "calibrated_at": "2026-03-02T17:45:00.000000Z",
    },
}
PROFILE = _RULES | _EXERCISE
FAMILY = _RULES | {"exercises": [_EXERCISE]}
