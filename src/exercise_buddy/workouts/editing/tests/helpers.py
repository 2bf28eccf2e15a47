"""A workout to edit, and the totals of its sets."""

from typing import Any

import pytest

from tests.factories import BENCH, CHOSEN_ID, PUSHUP

EVIDENCE = {
    "counter": {"name": "pose", "version": "1"},
    "detected_reps": 3,
    "reps": [
        {"offset_ms": 0, "duration_ms": 900, "range_degrees": 80.1, "flags": ["fast"]},
        {"offset_ms": 2000, "rejected": True, "confidence": 0.3},
    ],
}


WORKOUT = {
    "title": "Push",
    "started_at": "2026-03-28T23:30:00+01:00",
    "ended_at": "2026-03-29T00:30:00+01:00",
    "time_zone": "Europe/Berlin",
    "notes": "Fine",
    "exercises": [
        {
            "exercise_id": BENCH,
            "superset": 1,
            "notes": "Slow",
            "targets": [{"reps": 5, "reps_to": 8, "weight_kg": 100}],
            "sets": [{"reps": 5, "weight_kg": 100, "rpe": 8.5}, {"kind": "failure", "reps": 3, "weight_kg": 102.0583}],
        },
        {"exercise_id": PUSHUP, "superset": 1, "sets": [{"reps": 2, "evidence": EVIDENCE, "rest_seconds": 60}]},
    ],
}


def part_path(workout: dict[str, Any], exercise: int, workout_set: int | None = None) -> str:
    """Return the path of the exercise at a position, or of one of its sets. A missing one gets an unused id."""
    parts = workout["exercises"]
    if workout_set is not None:
        parts = parts[exercise]["sets"] if exercise < len(parts) else []
    position = exercise if workout_set is None else workout_set
    part_id = parts[position]["id"] if position < len(parts) else CHOSEN_ID
    return f"/exercises/{part_id}" if workout_set is None else f"/sets/{part_id}"


def recounted(workout: dict[str, Any]) -> dict[str, Any]:
    sets = [one for exercise in workout["exercises"] for one in exercise["sets"]]
    return {
        "exercises": len(workout["exercises"]),
        "sets": len(sets),
        "reps": sum(one["reps"] or 0 for one in sets),
        "volume_kg": pytest.approx(sum((one["reps"] or 0) * (one["weight_kg"] or 0) for one in sets), abs=1e-6),
    }


def counted(workout: dict[str, Any]) -> dict[str, Any]:
    return {name: workout["totals"][name] for name in ("exercises", "sets", "reps", "volume_kg")}
