"""What tests send: workouts, their exercises and sets, and routines. And what a refused request points to."""

from typing import Any

import httpx2

from exercise_buddy.exercises.public import catalogue_id
from tests.support import Person

BENCH = str(catalogue_id("barbell-bench-press-medium-grip"))
SQUAT = str(catalogue_id("barbell-squat"))
PUSHUP = str(catalogue_id("pushups"))
PLANK = str(catalogue_id("plank"))

CHOSEN_ID = "019a0000-0000-7000-8000-000000000001"
OTHER_ID = "019a0000-0000-7000-8000-000000000002"
START = "2026-03-28T18:30:00+01:00"
CUSTOM_EXERCISE = {
    "name": "Wall walk",
    "category": "strength",
    "equipment": "body_only",
    "mechanic": "compound",
    "force": "push",
    "level": "expert",
    "primary_muscles": ["shoulders"],
    "secondary_muscles": ["abdominals", "triceps"],
    "measures": "reps",
    "met": 7.5,
    "bodyweight_share": 0.9,
    "assisted": False,
}
LINEAR = {"kind": "linear", "increment_kg": 2.5}


def exercise(exercise_id: str = BENCH, *sets: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return an exercise of a workout."""
    return {"exercise_id": exercise_id, "sets": list(sets)} | changes


def workout(*exercises: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a workout of an hour: one set of bench press, or the given exercises."""
    return {
        "title": "Push",
        "started_at": START,
        "ended_at": "2026-03-28T19:30:00+01:00",
        "time_zone": "Europe/Berlin",
        "exercises": list(exercises) or [exercise(BENCH, {"reps": 5, "weight_kg": 100})],
    } | changes


def evidence(*reps: dict[str, Any], detected: int) -> dict[str, Any]:
    """Return camera evidence of a set."""
    return {"counter": {"name": "pose", "version": "1"}, "detected_reps": detected, "reps": list(reps)}


def fives(weight_kg: float = 60, *, last: int = 5) -> list[dict[str, Any]]:
    """Return three sets of five reps, or a last one of others."""
    return [{"reps": reps, "weight_kg": weight_kg} for reps in (5, 5, last)]


def planned(exercise_id: str = BENCH, **changes: Any) -> dict[str, Any]:
    """Return an exercise of a routine: three planned sets of five with a linear progression."""
    return {"exercise_id": exercise_id, "targets": fives(), "progression": LINEAR} | changes


def routine(*exercises: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Return a routine of one planned exercise, or of the given ones."""
    return {"name": "Push", "notes": "On Mondays.", "exercises": list(exercises) or [planned()]} | changes


async def create_routine(person: Person, *exercises: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Create a routine and return it."""
    response = await person.post("/routines", json=routine(*exercises, **changes))
    assert response.status_code == 201, response.text
    created: dict[str, Any] = response.json()
    return created


def error_pointers(response: httpx2.Response) -> list[str]:
    """Return the pointers of a response that refuses its input."""
    assert response.status_code == 422, response.text
    return [error["pointer"] for error in response.json()["errors"]]


def read_problem(response: httpx2.Response) -> tuple[int, str]:
    """Return the status and the type of a problem document."""
    return response.status_code, response.json()["type"]
