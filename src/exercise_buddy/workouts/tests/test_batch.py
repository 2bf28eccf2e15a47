"""Batches of workouts, each with an outcome of its own."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.factories import BENCH, START
from tests.support import Person


def workout(**changes: Any) -> dict[str, Any]:
    sets = [{"reps": 5, "weight_kg": 60}]
    return {"id": str(uuid4()), "started_at": START, "exercises": [{"exercise_id": BENCH, "sets": sets}]} | changes


async def everything(person: Person) -> dict[str, Any]:
    items = (await person.get("/workouts", params={"limit": 100})).json()["items"]
    return {item["id"]: (await person.get(f"/workouts/{item['id']}")).json() for item in items}


async def test_a_deleted_workout_stays_deleted(ann: Person) -> None:
    given = workout()
    await ann.log(**given)
    await ann.delete(f"/workouts/{given['id']}")

    again = await ann.post("/workouts", json=given)

    assert (again.status_code, again.json()["type"]) == (409, "/problems/workout-deleted")
    assert (await ann.get("/workouts")).json()["items"] == []
    assert (await ann.delete(f"/workouts/{given['id']}")).status_code == 404


async def test_each_workout_of_a_batch_has_its_own_outcome(ann: Person) -> None:
    there, changed, gone, new = (workout() for _ in range(4))
    for one in (there, changed, gone):
        await ann.log(**one)
    await ann.delete(f"/workouts/{gone['id']}")
    unknown = workout(exercises=[{"exercise_id": BENCH}, {"exercise_id": str(uuid4())}])
    batch = [
        new,
        there,
        changed | {"title": "Other"},
        gone,
        {"id": "7"},
        unknown,
        new,
        new | {"notes": "Other"},
        workout(started_at="nonsense"),
        {"started_at": START},
    ]

    response = await ann.post("/workouts/batch", json={"workouts": batch})

    assert response.status_code == 200
    items = response.json()["items"]
    assert [(item["outcome"], item["status"]) for item in items] == [
        ("created", 201),
        ("unchanged", 200),
        ("conflict", 409),
        ("conflict", 409),
        ("invalid", 422),
        ("invalid", 422),
        ("unchanged", 200),
        ("conflict", 409),
        ("invalid", 422),
        ("created", 201),
    ]
    assert items[3]["problem"] == "/problems/workout-deleted"
    assert {error["pointer"] for error in items[4]["errors"]} == {"/id", "/started_at"}
    assert [error["pointer"] for error in items[5]["errors"]] == ["/exercises/1/exercise_id"]
    assert [item["id"] for item in items[:4]] == [one["id"] for one in (new, there, changed, gone)]
    assert (items[4]["id"], items[5]["id"]) == (None, unknown["id"])
    assert len(await everything(ann)) == 4
    assert items[9]["id"] in await everything(ann)


async def test_a_repeated_batch_writes_nothing(ann: Person) -> None:
    batch = {"workouts": [workout() for _ in range(100)]}
    first = (await ann.post("/workouts/batch", json=batch)).json()["items"]
    assert {item["outcome"] for item in first} == {"created"}
    page = {"has_more": True, "next_cursor": None}
    while page["has_more"]:
        since = {} if page["next_cursor"] is None else {"since": page["next_cursor"]}
        page = (await ann.get("/sync/changes", params={"limit": 100} | since)).json()

    again = (await ann.post("/workouts/batch", json=batch)).json()["items"]

    assert {item["outcome"] for item in again} == {"unchanged"}
    assert (await ann.get("/sync/changes", params={"since": page["next_cursor"]})).json()["items"] == []


@pytest.mark.parametrize("workouts", [[], [{}] * 101, [1], None, [[]]])
async def test_an_invalid_batch_is_refused(ann: Person, workouts: Any) -> None:
    assert (await ann.post("/workouts/batch", json={"workouts": workouts})).status_code == 422


async def test_concurrent_batches_write_each_workout_once(ann: Person) -> None:
    batch = {"workouts": [workout() for _ in range(20)]}
    answers = await asyncio.gather(*(ann.post("/workouts/batch", json=batch) for _ in range(3)))
    outcomes = sorted(item["outcome"] for answer in answers for item in answer.json()["items"])
    assert outcomes == ["created"] * 20 + ["unchanged"] * 40
