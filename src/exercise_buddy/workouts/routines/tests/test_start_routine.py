"""Starting a workout from a routine."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from exercise_buddy.workouts.routines.tests.helpers import create, do, start
from tests.factories import BENCH, CHOSEN_ID, OTHER_ID, SQUAT, error_pointers, fives, planned, read_problem
from tests.support import Connection, Person, read_revision


async def test_a_start_creates_a_workout_with_the_planned_sets(ann: Person) -> None:
    exercises = [planned(superset=1, notes="Slowly."), planned(SQUAT, targets=[], progression=None)]
    routine_id = await create(ann, *exercises)
    before = datetime.now(UTC)

    response = await ann.post(f"/routines/{routine_id}/start")

    assert response.status_code == 201
    started = response.json()
    assert response.headers["location"] == f"/api/v1/workouts/{started['id']}"
    assert (await ann.get(f"/workouts/{started['id']}")).content == response.content
    assert (started["title"], started["routine_id"], started["ended_at"]) == ("Push", routine_id, None)
    assert before <= datetime.fromisoformat(started["started_at"]) <= datetime.now(UTC)
    assert started["time_zone"] == "Europe/Berlin"
    bench, squat = started["exercises"]
    assert (bench["exercise"]["id"], bench["superset"], bench["notes"]) == (BENCH, 1, "Slowly.")
    assert [(one["kind"], one["reps"], one["weight_kg"]) for one in bench["targets"]] == [("normal", 5, 60)] * 3
    assert (bench["sets"], squat["targets"], squat["sets"]) == ([], [], [])
    assert started["totals"]["sets"] == 0


async def test_the_start_and_the_time_zone_can_be_chosen(ann: Person) -> None:
    routine_id = await create(ann, planned())

    started = await start(ann, routine_id, started_at="2026-03-28T23:30:00Z", time_zone="Asia/Tokyo")

    assert started["started_at"] == "2026-03-28T23:30:00+00:00"
    assert (started["time_zone"], started["local_date"]) == ("Asia/Tokyo", "2026-03-29")


async def test_ids_of_the_exercises_can_be_chosen(ann: Person) -> None:
    routine_id = await create(ann, planned(), planned(SQUAT))
    path = f"/routines/{routine_id}/start"
    body = {"id": str(uuid4()), "entry_ids": [CHOSEN_ID, OTHER_ID]}

    first = await ann.post(path, json=body)
    again = await ann.post(path, json=body)
    other = await ann.post(path, json=body | {"entry_ids": [OTHER_ID, CHOSEN_ID]})
    taken = await ann.post(path, json={"entry_ids": [str(uuid4()), CHOSEN_ID]})
    finished = await ann.post(f"/workouts/{body['id']}/finish")
    repeated = await ann.post("/workouts/repeat", json={"entry_ids": [str(uuid4()), CHOSEN_ID]})

    assert [exercise["id"] for exercise in first.json()["exercises"]] == [CHOSEN_ID, OTHER_ID]
    assert (again.status_code, again.content) == (200, first.content)
    assert read_problem(other) == (409, "/problems/workout-id-taken")
    assert finished.status_code == 200
    for response in (taken, repeated):
        assert read_problem(response) == (409, "/problems/part-id-taken")
        assert [error["pointer"] for error in response.json()["errors"]] == ["/entry_ids/1"]


@pytest.mark.parametrize("entry_ids", [[CHOSEN_ID], [CHOSEN_ID] * 2, [str(uuid4()) for _ in range(3)], None])
async def test_a_start_needs_an_id_for_each_exercise(ann: Person, entry_ids: Any) -> None:
    routine_id = await create(ann, planned(), planned(SQUAT))

    response = await ann.post(f"/routines/{routine_id}/start", json={"entry_ids": entry_ids})

    assert error_pointers(response) == ["/entry_ids"]
    assert (await ann.get("/workouts")).json()["items"] == []


async def test_repeating_a_start_returns_the_same_workout(ann: Person, connection: Connection) -> None:
    routine_id = await create(ann, planned())
    path = f"/routines/{routine_id}/start"
    first = await ann.post(path, json={"id": CHOSEN_ID})
    again = await ann.post(path, json={"id": CHOSEN_ID})
    written = await read_revision(connection, ann)
    await ann.post(
        f"/workouts/{CHOSEN_ID}/sets", json={"entry_id": first.json()["exercises"][0]["id"], "sets": fives(60)}
    )
    await ann.post(f"/workouts/{CHOSEN_ID}/finish")
    await ann.delete(f"/routines/{routine_id}")

    later = await ann.post(path, json={"id": CHOSEN_ID})

    assert [one.status_code for one in (first, again, later)] == [201, 200, 200]
    assert again.content == first.content
    # Two of the routine, and one of the workout.
    assert written == 3
    assert later.content == (await ann.get(f"/workouts/{CHOSEN_ID}")).content
    assert later.json()["routine_id"] == routine_id


async def test_another_start_with_the_same_id_is_a_conflict(ann: Person) -> None:
    routine_id, other_id = await create(ann, planned()), await create(ann, planned())
    logged = await ann.log(id=OTHER_ID, started_at="2026-05-01T10:00:00Z")
    await start(ann, routine_id, id=CHOSEN_ID)

    answers = [
        await ann.post(f"/routines/{other_id}/start", json={"id": CHOSEN_ID}),
        await ann.post(f"/routines/{routine_id}/start", json={"id": CHOSEN_ID, "started_at": "2026-05-01T10:00:00Z"}),
        await ann.post(f"/routines/{routine_id}/start", json={"id": logged["id"]}),
        await ann.post("/workouts/repeat", json={"id": CHOSEN_ID, "workout_id": logged["id"]}),
    ]

    assert [answer.status_code for answer in answers] == [409] * 4
    assert {answer.json()["type"] for answer in answers} == {"/problems/workout-id-taken"}


async def test_a_deleted_workout_is_not_started_again(ann: Person, connection: Connection) -> None:
    routine_id = await create(ann, planned())
    await start(ann, routine_id, id=CHOSEN_ID)
    await ann.delete(f"/workouts/{CHOSEN_ID}")
    written = await read_revision(connection, ann)

    again = await ann.post(f"/routines/{routine_id}/start", json={"id": CHOSEN_ID})

    assert read_problem(again) == (409, "/problems/resource-deleted")
    assert await read_revision(connection, ann) == written


async def test_twenty_concurrent_starts_with_one_id_write_one(ann: Person, connection: Connection) -> None:
    path = f"/routines/{await create(ann, planned())}/start"

    answers = await asyncio.gather(*(ann.post(path, json={"id": CHOSEN_ID}) for _ in range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert await connection.fetchval("SELECT count(*) FROM workout") == 1


async def test_an_idempotency_key_creates_once(ann: Person) -> None:
    routine_id = await create(ann, planned())
    done = await do(ann, routine_id, fives(60))
    for path, body in (
        (f"/routines/{routine_id}/start", None),
        ("/workouts/repeat", {"workout_id": done["id"]}),
        ("/routines", {"name": "Legs", "exercises": [planned(SQUAT)]}),
        ("/routines/from-workout", {"workout_id": done["id"]}),
    ):
        options: dict[str, Any] = {"headers": {"Idempotency-Key": str(uuid4())}}

        answers = await asyncio.gather(*(ann.post(path, json=body, **options) for _ in range(4)))

        assert {answer.status_code for answer in answers} == {201}, path
        assert len({answer.json()["id"] for answer in answers}) == 1, path
        assert (await ann.post(path, json={"id": CHOSEN_ID}, **options)).status_code == 422, path


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"started_at": "yesterday"}, "/started_at"),
        ({"started_at": "2126-01-01T00:00:00Z"}, "/started_at"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"id": "x"}, "/id"),
        ({"ended_at": "2026-05-01T11:00:00Z"}, "/ended_at"),
    ],
)
async def test_invalid_input_is_refused_with_a_pointer(ann: Person, change: dict[str, Any], pointer: str) -> None:
    routine_id = await create(ann, planned())

    for path in (f"/routines/{routine_id}/start", "/workouts/repeat"):
        response = await ann.post(path, json=change)
        assert error_pointers(response) == [pointer]


async def test_a_finished_workout_has_planned_sets_and_results(ann: Person) -> None:
    routine_id = await create(ann, planned())

    (bench,) = (await do(ann, routine_id, fives(60, last=4)))["exercises"]

    assert [one["reps"] for one in bench["targets"]] == [5, 5, 5]
    assert [one["reps"] for one in bench["sets"]] == [5, 5, 4]
