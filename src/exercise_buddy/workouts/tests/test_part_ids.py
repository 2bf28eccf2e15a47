"""Ids of exercises within workouts and of sets: chosen by a client or generated, and each one's own."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.factories import BENCH, CHOSEN_ID, OTHER_ID, SQUAT, error_pointers, exercise, read_problem, workout
from tests.support import Connection, Person, read_revision

ENTRY = "019a0000-0000-7000-8000-0000000000e1"
SET = "019a0000-0000-7000-8000-0000000000a1"
SECOND_SET = "019a0000-0000-7000-8000-0000000000a2"
RESULT = {"reps": 5, "weight_kg": 100}


def with_ids(entry_id: str | None = ENTRY, set_id: str | None = SET, **changes: Any) -> dict[str, Any]:
    return workout(exercise(BENCH, RESULT | {"id": set_id}, id=entry_id), **changes)


def list_ids(found: dict[str, Any]) -> list[str]:
    return [part["id"] for entry in found["exercises"] for part in (entry, *entry["sets"])]


def conflicts(response: Any) -> list[str]:
    assert read_problem(response) == (409, "/problems/part-id-taken"), response.text
    return [error["pointer"] for error in response.json()["errors"]]


async def test_the_database_generates_ids_that_are_left_out(ann: Person) -> None:
    logged = await ann.log(**workout(exercise(BENCH, RESULT, RESULT), exercise(SQUAT)))

    ids = list_ids(logged)
    assert len(set(ids)) == 4
    assert {UUID(part_id).version for part_id in ids} == {7}


async def test_chosen_ids_are_in_every_response(ann: Person) -> None:
    logged = await ann.log(**with_ids(id=CHOSEN_ID))

    listed = (await ann.get("/workouts", params={"include": "sets"})).json()["items"][0]
    _profile, change = (await ann.get("/sync/changes")).json()["items"]
    without_sets = (await ann.get("/workouts")).json()["items"][0]
    for found in (logged, (await ann.get(f"/workouts/{CHOSEN_ID}")).json(), listed, change["resource"]):
        assert list_ids(found) == [ENTRY, SET]
    assert without_sets["exercises"][0]["id"] == ENTRY


async def test_an_exercise_may_have_the_id_of_a_set(ann: Person) -> None:
    await ann.log(**with_ids())

    logged = await ann.log(**with_ids(SET, ENTRY))
    put = await ann.put(f"/workouts/{logged['id']}", json=with_ids(SECOND_SET, SECOND_SET))
    sets = await ann.post(f"/workouts/{logged['id']}/sets", json={"entry_id": SECOND_SET, "sets": [RESULT]})

    assert list_ids(logged) == [SET, ENTRY]
    assert list_ids(sets.json())[:2] == list_ids(put.json()) == [SECOND_SET, SECOND_SET]


async def test_ids_stay_when_a_workout_is_edited(ann: Person) -> None:
    logged = await ann.log(**workout(exercise(BENCH, RESULT, RESULT), exercise(SQUAT, RESULT)))
    url = f"/workouts/{logged['id']}"

    await ann.patch(url, json={"title": "Pull", "started_at": "2026-03-28T18:31:00+01:00"})
    await ann.patch(f"{url}/sets/{logged['exercises'][0]['sets'][0]['id']}", json={"reps": 6})
    finished = (await ann.get(url)).json()

    assert list_ids(finished) == list_ids(logged)


async def test_repeating_a_create_with_ids_writes_nothing(ann: Person, connection: Connection) -> None:
    first = await ann.post("/workouts", json=with_ids(id=CHOSEN_ID))
    again = await ann.post("/workouts", json=with_ids(id=CHOSEN_ID))
    without_workout_id = await ann.post("/workouts", json=with_ids())
    other_ids = await ann.post("/workouts", json=with_ids(set_id=SECOND_SET, id=CHOSEN_ID))

    assert (first.status_code, again.status_code) == (201, 200)
    assert again.content == first.content
    assert conflicts(without_workout_id) == ["/exercises/0/id", "/exercises/0/sets/0/id"]
    assert read_problem(other_ids) == (409, "/problems/workout-id-taken")
    assert await read_revision(connection, ann) == 1


async def test_an_id_of_another_workout_is_a_conflict(ann: Person) -> None:
    await ann.log(**with_ids(id=CHOSEN_ID))
    other = await ann.log(**workout(exercise(SQUAT, RESULT)))
    url = f"/workouts/{other['id']}"

    for body, pointers in (
        (with_ids(entry_id=None), ["/exercises/0/sets/0/id"]),
        (with_ids(set_id=None), ["/exercises/0/id"]),
        (with_ids(), ["/exercises/0/id", "/exercises/0/sets/0/id"]),
    ):
        assert conflicts(await ann.post("/workouts", json=body)) == pointers
        assert conflicts(await ann.put(url, json=body)) == pointers
    taken = RESULT | {"id": SET}
    assert conflicts(await ann.post(f"{url}/exercises", json=exercise(BENCH, taken))) == ["/sets/0/id"]
    assert conflicts(await ann.post(f"{url}/exercises", json=exercise(BENCH, id=ENTRY))) == ["/id"]
    appended = {"exercise_id": SQUAT, "sets": [RESULT, taken]}
    assert conflicts(await ann.post(f"{url}/sets", json=appended)) == ["/sets/1/id"]
    assert (await ann.get(url)).json() == other


async def test_an_id_of_another_user_is_free(ann: Person, bob: Person) -> None:
    await ann.log(**with_ids(id=CHOSEN_ID))
    his = await bob.log(**workout())

    logged = await bob.post("/workouts", json=with_ids(id=CHOSEN_ID))

    assert (logged.status_code, list_ids(logged.json())) == (201, [ENTRY, SET])
    assert list_ids((await ann.get(f"/workouts/{CHOSEN_ID}")).json()) == [ENTRY, SET]
    for path in (f"/exercises/{ENTRY}", f"/sets/{SET}"):
        assert (await bob.delete(f"/workouts/{his['id']}{path}")).status_code == 404
    assert (await bob.delete(f"/workouts/{CHOSEN_ID}/sets/{SET}")).status_code == 200
    assert list_ids((await ann.get(f"/workouts/{CHOSEN_ID}")).json()) == [ENTRY, SET]


@pytest.mark.parametrize(
    ("exercises", "pointers"),
    [
        ([exercise(BENCH, RESULT | {"id": SET}, RESULT | {"id": SET})], ["/exercises/0/sets/1/id"]),
        ([exercise(BENCH, id=ENTRY), exercise(SQUAT, id=ENTRY)], ["/exercises/1/id"]),
        ([exercise(BENCH, RESULT | {"id": "1"}, id=5)], ["/exercises/0/id", "/exercises/0/sets/0/id"]),
    ],
)
async def test_an_id_twice_in_a_body_is_refused(ann: Person, exercises: list[Any], pointers: list[str]) -> None:
    stored = await ann.log(**workout())

    for response in (
        await ann.post("/workouts", json=workout(*exercises)),
        await ann.put(f"/workouts/{stored['id']}", json=workout(*exercises)),
    ):
        assert error_pointers(response) == pointers
    (item,) = await ann.log_all([workout(*exercises)])
    assert [error["pointer"] for error in item["errors"]] == [f"/data{pointer}" for pointer in pointers]


async def test_an_id_twice_in_appended_parts_is_refused(ann: Person) -> None:
    stored = await ann.log(**workout())
    twice: list[dict[str, Any]] = [RESULT, RESULT | {"id": SET}, RESULT | {"id": SET}]
    url = f"/workouts/{stored['id']}"

    for path in ("/exercises", "/sets"):
        assert error_pointers(await ann.post(url + path, json=exercise(BENCH, *twice))) == ["/sets/2/id"]


async def test_a_replacement_keeps_the_parts_whose_ids_it_has(ann: Person, connection: Connection) -> None:
    logged = await ann.log(
        **workout(exercise(BENCH, RESULT | {"id": SET}, RESULT | {"id": SECOND_SET}, id=ENTRY), exercise(SQUAT))
    )
    url = f"/workouts/{logged['id']}"
    moved = workout(exercise(SQUAT, RESULT | {"id": SECOND_SET}), exercise(BENCH, RESULT, id=ENTRY))

    replaced = (await ann.put(url, json=moved)).json()

    squat, second, bench, new = list_ids(replaced)
    assert (second, bench) == (SECOND_SET, ENTRY)
    assert not {squat, new} & set(list_ids(logged))
    # The same content again, with and without ids, changes nothing.
    written = await read_revision(connection, ann)
    for body in (moved, workout(exercise(SQUAT, RESULT), exercise(BENCH, RESULT))):
        assert (await ann.put(url, json=body)).json() == replaced
    assert await read_revision(connection, ann) == written
    # The set that the workout no longer has is free again.
    assert (await ann.post("/workouts", json=with_ids(entry_id=None))).status_code == 201


async def test_repeated_appends_write_nothing(ann: Person, connection: Connection) -> None:
    live = await ann.log(**workout(exercise(BENCH, RESULT), ended_at=None))
    url = f"/workouts/{live['id']}"
    sets: dict[str, Any] = {
        "exercise_id": BENCH,
        "sets": [RESULT | {"id": SET, "rpe": 8.5}, RESULT | {"id": SECOND_SET}],
    }
    entry = exercise(SQUAT, RESULT, id=ENTRY, superset=1)
    first = [await ann.post(f"{url}/sets", json=sets), await ann.post(f"{url}/exercises", json=entry)]
    written = await read_revision(connection, ann)

    again = [await ann.post(f"{url}/sets", json=sets), await ann.post(f"{url}/exercises", json=entry)]

    assert [response.status_code for response in (*first, *again)] == [201, 201, 200, 200]
    assert {response.content for response in again} == {first[1].content}
    assert await read_revision(connection, ann) == written
    # One set of a repeated request may be new.
    third = {"exercise_id": BENCH, "sets": [*sets["sets"], RESULT | {"id": OTHER_ID}]}
    appended = await ann.post(f"{url}/sets", json=third)
    assert appended.status_code == 201
    assert list_ids(appended.json())[-4:-2] == [SECOND_SET, OTHER_ID]


async def test_an_appended_id_with_other_content_is_a_conflict(ann: Person) -> None:
    live = await ann.log(**workout(exercise(BENCH, RESULT | {"id": SET}, id=ENTRY), exercise(SQUAT), ended_at=None))
    url = f"/workouts/{live['id']}"
    other_set = {"sets": [RESULT | {"id": SECOND_SET}, RESULT | {"id": SET, "reps": 6}]}

    for body in (
        other_set | {"exercise_id": BENCH},
        {"exercise_id": SQUAT, "sets": [RESULT, RESULT | {"id": SET}]},
    ):
        assert conflicts(await ann.post(f"{url}/sets", json=body)) == ["/sets/1/id"]
    for body, pointer in (
        (exercise(SQUAT, id=ENTRY), "/id"),
        (exercise(BENCH, RESULT | {"id": SET}), "/sets/0/id"),
    ):
        assert conflicts(await ann.post(f"{url}/exercises", json=body)) == [pointer]
    assert (await ann.get(url)).json() == live


async def test_each_workout_of_a_batch_has_ids_of_its_own(ann: Person) -> None:
    await ann.log(**with_ids(id=CHOSEN_ID))
    free = str(uuid4())
    batch = [
        with_ids(id=CHOSEN_ID),
        with_ids(entry_id=None, id=OTHER_ID),
        with_ids(free, SECOND_SET, id=OTHER_ID),
        with_ids(None, SECOND_SET, id=str(uuid4())),
    ]

    items = await ann.log_all(batch)

    assert [item["outcome"] for item in items] == ["unchanged", "conflict", "created", "conflict"]
    assert [item["problem"] for item in items] == [None, "/problems/part-id-taken", None, "/problems/part-id-taken"]
    assert [[error["pointer"] for error in item["errors"]] for item in items[1::2]] == [
        ["/data/exercises/0/sets/0/id"]
    ] * 2
    assert list_ids((await ann.get(f"/workouts/{OTHER_ID}")).json()) == [free, SECOND_SET]


async def test_a_quick_workout_has_the_chosen_ids(ann: Person) -> None:
    quick = {"exercise": "pushups", "reps": 20, "entry_id": ENTRY, "set_id": SET}

    first = await ann.post("/workouts/quick", json=quick)
    again = await ann.post("/workouts/quick", json=quick)

    assert (first.status_code, list_ids(first.json())) == (201, [ENTRY, SET])
    assert conflicts(again) == ["/entry_id", "/set_id"]


async def test_concurrent_requests_with_one_set_id_store_one_set(ann: Person, connection: Connection) -> None:
    lives = [await ann.log(**workout(exercise(BENCH), ended_at=None)) for _ in range(4)]
    sets = {"exercise_id": BENCH, "sets": [RESULT | {"id": SET}]}

    responses = await asyncio.gather(
        *(ann.post(f"/workouts/{live['id']}/sets", json=sets) for live in lives for _ in range(3)),
        *(ann.post("/workouts", json=with_ids(entry_id=None)) for _ in range(4)),
    )

    statuses = sorted(response.status_code for response in responses)
    assert statuses.count(201) == 1
    assert set(statuses) <= {200, 201, 409}
    assert await connection.fetchval("SELECT count(*) FROM workout_set WHERE id = $1", UUID(SET)) == 1
