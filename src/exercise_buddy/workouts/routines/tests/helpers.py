"""Starting and finishing workouts of a routine."""

from typing import Any

from tests.factories import create_routine
from tests.support import Person


async def create(person: Person, *exercises: dict[str, Any], **changes: Any) -> str:
    """Create a routine and return its id."""
    return str((await create_routine(person, *exercises, **changes))["id"])


async def start(person: Person, routine_id: str, **given: Any) -> dict[str, Any]:
    response = await person.post(f"/routines/{routine_id}/start", json=given)
    assert response.status_code == 201, response.text
    started: dict[str, Any] = response.json()
    return started


async def do(person: Person, routine_id: str, *exercises: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
    """Start a routine, do sets of its exercises in their order, and finish it."""
    started = await start(person, routine_id, **given)
    for entry, sets in zip(started["exercises"], exercises, strict=False):
        if sets:
            done = await person.post(f"/workouts/{started['id']}/sets", json={"entry_id": entry["id"], "sets": sets})
            assert done.status_code == 201, done.text
    finished = await person.post(f"/workouts/{started['id']}/finish", json={})
    assert finished.status_code == 200, finished.text
    whole: dict[str, Any] = finished.json()
    return whole


async def following(person: Person, routine_id: str) -> list[dict[str, Any]]:
    response = await person.get(f"/routines/{routine_id}/next")
    assert response.status_code == 200, response.text
    exercises: list[dict[str, Any]] = response.json()["exercises"]
    return exercises


def weights(exercise: dict[str, Any]) -> list[float | None]:
    return [target["weight_kg"] for target in exercise["targets"]]
