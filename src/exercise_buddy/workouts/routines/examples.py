"""The examples of routines in OpenAPI."""

from typing import Any

from exercise_buddy.workouts.examples import BENCH_PRESS, BENCH_PRESS_ID, WORKOUT_ID, build_set

ROUTINE_ID = "019c9866-08a0-7b3e-9c15-7e2d4f6a8b19"

ROUTINE_CONTENT: dict[str, Any] = {
    "name": "Push day",
    "exercises": [
        {
            "exercise_id": BENCH_PRESS_ID,
            "targets": [{"reps": 8, "weight_kg": 60.0}],
            "progression": {"kind": "linear", "increment_kg": 2.5},
        }
    ],
}
ROUTINE_INPUT = {"id": ROUTINE_ID} | ROUTINE_CONTENT

_TARGETS = [build_set(reps=8, weight_kg=60.0) | {"reps_to": None}]
_CREATED_AT = "2026-03-04T17:12:10.128929+00:00"

ROUTINE: dict[str, Any] = {
    "id": ROUTINE_ID,
    "name": "Push day",
    "notes": None,
    "exercises": [
        {
            "exercise": BENCH_PRESS,
            "superset": None,
            "notes": None,
            "targets": _TARGETS,
            "progression": {"kind": "linear", "increment_kg": 2.5, "deload_after": 3, "step": None},
            "progress_since": _CREATED_AT,
        }
    ],
    "created_at": _CREATED_AT,
    "updated_at": _CREATED_AT,
}
NEXT_WORKOUT: dict[str, Any] = {
    "routine_id": ROUTINE_ID,
    "title": "Push day",
    "exercises": [
        {
            "exercise": BENCH_PRESS,
            "superset": None,
            "notes": None,
            "targets": _TARGETS,
            "reason": "first_time",
            "misses": 0,
            "last": {
                "workout_id": WORKOUT_ID,
                "started_at": "2026-03-02T17:00:00+00:00",
                "sets": [
                    build_set(reps=8, weight_kg=60.0, rpe=8.0, rest_seconds=120),
                    build_set(reps=7, weight_kg=60.0),
                ],
            },
        }
    ],
}
