"""The examples of imports in OpenAPI: a file of Strong with one workout."""

from typing import Any

from exercise_buddy.exercises.public import catalogue_id

IMPORT_ID = "019ca1d2-6b40-7e8f-9a35-4d7c1e2b6f50"

FORM: dict[str, Any] = {
    "file": "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    "2026-03-01 18:00:00,Push day,45m,Bench Press (Barbell),1,60,8,0,0,,,8\n"
    "2026-03-01 18:00:00,Push day,45m,Bench Press (Barbell),2,60,7,0,0,,,\n",
    "weight_unit": "kg",
    "time_zone": "Europe/Berlin",
}
REPORT: dict[str, Any] = {
    "id": IMPORT_ID,
    "source": "strong",
    "dry_run": False,
    "weight_unit": "kg",
    "distance_unit": "km",
    "time_zone": "Europe/Berlin",
    "workouts": 1,
    "sets": 2,
    "reps": 15,
    "volume_kg": 900.0,
    "duplicates": 0,
    "changed": 0,
    "shifted": 0,
    "replaced": 0,
    "remapped": 0,
    "changes": [],
    "exercises": [
        {
            "name": "Bench Press (Barbell)",
            "match": "alias",
            "exercise_id": str(catalogue_id("barbell-bench-press-medium-grip")),
            "exercise_name": "Barbell Bench Press - Medium Grip",
            "sets": 2,
            "proposals": [],
        }
    ],
    "accepted_proposals": [],
    "created_exercises": [],
    "body_measurements": {
        "new": 0,
        "equal": 0,
        "changed": 0,
        "replaced": 0,
        "repeated": 0,
        "skipped": 0,
        "changes": [],
        "left_out": [],
    },
    "warning_count": 0,
    "warnings": [],
    "problem_count": 0,
    "problems": [],
}
IMPORT: dict[str, Any] = {
    "id": IMPORT_ID,
    "source": "strong",
    "file_name": "strong.csv",
    "workouts": 1,
    "sets": 2,
    "duplicates": 0,
    "replaced": 0,
    "remapped": 0,
    "body_measurements": 0,
    "replaced_body_measurements": 0,
    "created_at": "2026-03-06T09:14:10.826462+00:00",
    "state": "completed",
    "dry_run": False,
    "progress": 1.0,
}
IMPORT_DETAILS: dict[str, Any] = IMPORT | {"report": REPORT, "problem": None}
IMPORT_PAGE: dict[str, Any] = {"items": [IMPORT], "next_cursor": None}
