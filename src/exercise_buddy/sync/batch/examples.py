"""Examples of batches for the OpenAPI document."""

from typing import Any

from exercise_buddy.core.http.conditional_requests import etag
from exercise_buddy.exercises.public import catalogue_id

_WORKOUT_ID = "019c9340-b1e8-7d17-8a94-6f2e4c1b9d98"
_MEASUREMENT_ID = "019cb2e1-3f4a-7c55-9a1b-2d3c4e5f6a7b"
_ETAG = etag(b"a measurement")

BATCH: dict[str, Any] = {
    "operations": [
        {
            "operation": "create_workout",
            "id": _WORKOUT_ID,
            "data": {
                "started_at": "2026-03-03T18:00:00+01:00",
                "ended_at": "2026-03-03T18:20:00+01:00",
                "exercises": [{"exercise_id": str(catalogue_id("pushups")), "sets": [{"reps": 25}]}],
            },
        },
        {"operation": "delete_body_measurement", "id": _MEASUREMENT_ID, "if_match": _ETAG},
    ],
    "atomic": False,
}
BATCH_REPORT: dict[str, Any] = {
    "applied": True,
    "items": [
        {
            "id": _WORKOUT_ID,
            "outcome": "created",
            "status": 201,
            "etag": _ETAG,
            "problem": None,
            "detail": None,
            "errors": [],
        },
        {
            "id": _MEASUREMENT_ID,
            "outcome": "conflict",
            "status": 412,
            "etag": etag(b"a later version"),
            "problem": "/problems/precondition-failed",
            "detail": "The resource has changed since you read it",
            "errors": [],
        },
    ],
}
