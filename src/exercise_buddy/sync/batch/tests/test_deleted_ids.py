"""The ids of deleted resources: the same answers everywhere."""

from typing import Any
from uuid import uuid4

import pytest

from tests.factories import BENCH, START, read_problem
from tests.support import Person

WORKOUT = {"started_at": START, "exercises": [{"exercise_id": BENCH, "sets": [{"reps": 5}]}]}
RESOURCES: dict[str, tuple[str, dict[str, Any], str]] = {
    "workout": ("/workouts", WORKOUT, "put"),
    "routine": ("/routines", {"name": "Push"}, "put"),
    "exercise": ("/exercises", {"name": "Log press"}, "patch"),
    "body_measurement": ("/users/me/body-measurements", {"measured_on": "2026-03-01", "mass_kg": 80}, "patch"),
}


@pytest.mark.parametrize("kind", RESOURCES)
async def test_a_deleted_id_is_answered_in_the_same_way_everywhere(ann: Person, bob: Person, kind: str) -> None:
    path, content, change = RESOURCES[kind]
    resource_id = str(uuid4())
    url = f"{path}/{resource_id}"
    created = await ann.post(path, json=content | {"id": resource_id})
    assert created.status_code == 201, created.text
    assert (await ann.delete(url)).status_code == 204

    again = await ann.post(path, json=content | {"id": resource_id})
    operations = [
        {"operation": f"create_{kind}", "id": resource_id, "data": content},
        {"operation": f"update_{kind}", "id": resource_id, "data": {}},
        {"operation": f"delete_{kind}", "id": resource_id},
    ]
    batch = (await ann.post("/sync/batch", json={"operations": operations})).json()["items"]

    assert read_problem(again) == (409, "/problems/resource-deleted")
    changed = content if change == "put" else {}
    for response in (await getattr(ann, change)(url, json=changed), await ann.delete(url), await ann.get(url)):
        assert read_problem(response) == (404, "/problems/not-found")
    assert [(item["outcome"], item["status"], item["problem"]) for item in batch] == [
        ("conflict", 409, "/problems/resource-deleted"),
        ("not_found", 404, "/problems/not-found"),
        ("unchanged", 204, None),
    ]
    # The ids of other users are their own.
    assert (await bob.post(path, json=content | {"id": resource_id})).status_code == 201
