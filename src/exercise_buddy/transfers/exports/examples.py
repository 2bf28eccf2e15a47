"""The example of an export in OpenAPI. Fields of parts that are null are left out."""

from typing import Any

from exercise_buddy.exercises.public import catalogue_id

EXPORT: dict[str, Any] = {
    "format": "exercise-buddy",
    "version": 1,
    "exported_at": "2026-03-03T18:30:00+00:00",
    "custom_exercises": [],
    "workouts": [
        {
            "id": "019c9340-b1e8-7d17-8a94-6f2e4c1b9d98",
            "title": "Evening workout: chest",
            "started_at": "2026-03-03T17:00:00+00:00",
            "ended_at": "2026-03-03T17:20:00+00:00",
            "time_zone": "Europe/Berlin",
            "local_date": "2026-03-03",
            "notes": None,
            "source": "manual",
            "import_id": None,
            "routine_id": None,
            "totals": {
                "exercises": 1,
                "sets": 1,
                "reps": 25,
                "volume_kg": 0.0,
                "bodyweight_volume_kg": 1200.0,
                "duration_seconds": 1200.0,
                "met_minutes": 76.0,
            },
            "exercises": [
                {
                    "id": "019c9340-b1e9-7c42-9b18-5e3a7d1f4c06",
                    "exercise": {"id": str(catalogue_id("pushups")), "name": "Pushups", "custom": False},
                    "targets": [],
                    "totals": {"sets": 1, "reps": 25, "volume_kg": 0.0, "best_set": {"reps": 25}},
                    "sets": [{"id": "019c9340-b1ea-7a95-8d27-2c6b4e8f9a13", "kind": "normal", "reps": 25}],
                }
            ],
            "created_at": "2026-03-03T17:20:05.018200+00:00",
            "updated_at": "2026-03-03T17:20:05.018200+00:00",
        }
    ],
}
