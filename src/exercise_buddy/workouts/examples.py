"""The examples of workouts in OpenAPI. Paths and other examples name the ids of the workout that is logged first."""

from typing import Any

from exercise_buddy.exercises.public import catalogue_id

BENCH_PRESS_ID = str(catalogue_id("barbell-bench-press-medium-grip"))
PUSHUPS_ID = str(catalogue_id("pushups"))

WORKOUT_ID = "019c8e1a-5a3c-7c61-9d5e-0b7f3c7f4a10"
ENTRY_ID = "019c8e1a-5a3d-7b0e-8c52-6d1f9a3e7b21"
SET_ID = "019c8e1a-5a3e-7d94-a1f3-2b8c4e6d9f32"
_SECOND_SET_ID = "019c8e1a-5a3f-72c8-b4e6-9a1d3f5c7e43"
_SECOND_ENTRY_ID = "019c8e1a-5a40-7e51-9f27-4c6b8d0a2e54"
_THIRD_SET_ID = "019c8e1a-5a41-7a3d-8b69-1e5f7c9d3a65"
NEW_ENTRY_ID = "019c8e43-8d10-7f62-a9c4-5b7d1e3f8a76"
NEW_SET_ID = "019c8e43-8d11-7c05-9e81-3d6f8b2a4c87"

STARTED_AT = "2026-03-02T18:00:00+01:00"
ENDED_AT = "2026-03-02T18:45:00+01:00"

WORKOUT_INPUT: dict[str, Any] = {
    "id": WORKOUT_ID,
    "started_at": STARTED_AT,
    "ended_at": ENDED_AT,
    "time_zone": "Europe/Berlin",
    "energy_kcal": 310,
    "average_heart_rate_bpm": 118,
    "max_heart_rate_bpm": 156,
    "exercises": [
        {
            "id": ENTRY_ID,
            "exercise_id": BENCH_PRESS_ID,
            "sets": [
                {"id": SET_ID, "reps": 8, "weight_kg": 60.0, "rpe": 8, "rest_seconds": 120},
                {"id": _SECOND_SET_ID, "reps": 7, "weight_kg": 60.0},
            ],
        },
        {"id": _SECOND_ENTRY_ID, "exercise_id": PUSHUPS_ID, "sets": [{"id": _THIRD_SET_ID, "reps": 20}]},
    ],
}
EXERCISE_INPUT: dict[str, Any] = {
    "id": NEW_ENTRY_ID,
    "exercise_id": PUSHUPS_ID,
    "sets": [{"id": NEW_SET_ID, "reps": 18}],
}


def build_set(**result: float | None) -> dict[str, Any]:
    """Return a set of a response: its kind and what was measured."""
    nothing = dict.fromkeys(
        ("reps", "weight_kg", "assistance_kg", "duration_seconds", "distance_meters", "rpe", "rest_seconds")
    )
    return {"kind": "normal", **nothing, **result}


BENCH_PRESS = {"id": BENCH_PRESS_ID, "name": "Barbell Bench Press - Medium Grip", "custom": False}
_NO_WARM_UPS = {"sets": 0, "reps": 0, "volume_kg": 0.0, "assisted_volume_kg": 0.0}
_BENCH_PRESS_TOTALS = {
    "sets": 2,
    "reps": 15,
    "volume_kg": 900.0,
    "bodyweight_volume_kg": None,
    "assisted_volume_kg": 0.0,
    "warm_up": _NO_WARM_UPS,
    "duration_seconds": None,
    "distance_meters": None,
    "best_set": {"weight_kg": 60.0, "reps": 8},
    "best_e1rm_kg": 76.0,
}
_PUSHUPS_TOTALS = {
    "sets": 1,
    "reps": 20,
    "volume_kg": 0.0,
    "bodyweight_volume_kg": 960.0,
    "assisted_volume_kg": 0.0,
    "warm_up": _NO_WARM_UPS,
    "duration_seconds": None,
    "distance_meters": None,
    "best_set": {"weight_kg": None, "reps": 20},
    "best_e1rm_kg": None,
}
_EXERCISES: list[dict[str, Any]] = [
    {
        "id": ENTRY_ID,
        "exercise": BENCH_PRESS,
        "superset": None,
        "notes": None,
        "targets": [],
        "totals": _BENCH_PRESS_TOTALS,
        "sets": [
            {"id": SET_ID, **build_set(reps=8, weight_kg=60.0, rpe=8.0, rest_seconds=120), "evidence": None},
            {"id": _SECOND_SET_ID, **build_set(reps=7, weight_kg=60.0), "evidence": None},
        ],
    },
    {
        "id": _SECOND_ENTRY_ID,
        "exercise": {"id": PUSHUPS_ID, "name": "Pushups", "custom": False},
        "superset": None,
        "notes": None,
        "targets": [],
        "totals": _PUSHUPS_TOTALS,
        "sets": [{"id": _THIRD_SET_ID, **build_set(reps=20), "evidence": None}],
    },
]
WORKOUT: dict[str, Any] = {
    "id": WORKOUT_ID,
    "title": "Evening workout: chest",
    "started_at": "2026-03-02T17:00:00+00:00",
    "ended_at": "2026-03-02T17:45:00+00:00",
    "time_zone": "Europe/Berlin",
    "local_date": "2026-03-02",
    "notes": None,
    "source": "manual",
    "import_id": None,
    "routine_id": None,
    "energy_kcal": 310.0,
    "average_heart_rate_bpm": 118.0,
    "max_heart_rate_bpm": 156.0,
    "totals": {
        "exercises": 2,
        "sets": 3,
        "reps": 35,
        "volume_kg": 900.0,
        "bodyweight_volume_kg": 960.0,
        "assisted_volume_kg": 0.0,
        "warm_up": _NO_WARM_UPS,
        "duration_seconds": 2700.0,
        "met_minutes": 162.0,
        "estimated_energy_kcal": 212.625,
    },
    "exercises": _EXERCISES,
    "created_at": "2026-03-02T17:46:09.297090+00:00",
    "updated_at": "2026-03-02T17:46:09.297090+00:00",
}
WORKOUT_PAGE: dict[str, Any] = {
    "items": [WORKOUT | {"exercises": [exercise | {"sets": None} for exercise in _EXERCISES]}],
    "totals": {
        "workouts": 1,
        "exercises": 2,
        "sets": 3,
        "reps": 35,
        "volume_kg": 900.0,
        "duration_seconds": 2700.0,
    },
    "next_cursor": None,
}
