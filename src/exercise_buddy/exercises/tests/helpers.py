"""Helpers of the tests of exercises."""

from typing import Any

from exercise_buddy.exercises.catalogue import catalogue_id
from tests.support import Person

PULL_UP = str(catalogue_id("pullups"))
PUSH_UP = str(catalogue_id("pushups"))


async def make(person: Person, name: str, **facts: Any) -> dict[str, Any]:
    """Create a custom exercise and return it."""
    response = await person.post("/exercises", json={"name": name, **facts})
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


async def patch(person: Person, exercise_id: str, headers: dict[str, str] | None = None, **change: Any) -> Any:
    """Update a custom exercise and return the response."""
    return await person.patch(f"/exercises/{exercise_id}", json=change, headers=headers)


async def names(person: Person, **query: Any) -> list[str]:
    """Return the names of all exercises of a search, page by page."""
    return [item["name"] for item in await person.list_all("/exercises", **{"limit": 100} | query)]


async def workout(person: Person, *exercise_ids: str, **workout: Any) -> dict[str, Any]:
    """Log a workout of an hour with 2 sets of each exercise: 10 reps, and 8 reps with 20 kg."""
    sets = [{"reps": 10}, {"reps": 8, "weight_kg": 20}]
    content = {
        "started_at": "2026-03-02T10:00:00Z",
        "ended_at": "2026-03-02T11:00:00Z",
        "exercises": [{"exercise_id": exercise_id, "sets": sets} for exercise_id in exercise_ids],
    }
    return await person.log(**content | workout)


async def read(person: Person, logged: dict[str, Any]) -> dict[str, Any]:
    """Return a workout as it is stored now."""
    found: dict[str, Any] = (await person.get(f"/workouts/{logged['id']}")).json()
    return found
