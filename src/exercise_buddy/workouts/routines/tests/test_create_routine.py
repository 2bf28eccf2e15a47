"""Creating routines: invalid input, repeated requests, and the limit."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from exercise_buddy.workouts.routines.handlers import MAX_ROUTINES
from tests.factories import (
    BENCH,
    CHOSEN_ID,
    LINEAR,
    create_routine,
    error_pointers,
    planned,
    read_problem,
    routine,
)
from tests.support import Connection, Person, count_writes

PATH = "/routines"


async def patch(person: Person, routine_id: str, body: Any, **headers: str) -> httpx2.Response:
    return await person.patch(f"{PATH}/{routine_id}", json=body, headers=headers)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"name": ""}, "/name"),
        ({"name": None}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "two\nlines"}, "/name"),
        ({"notes": "bell \u0007"}, "/notes"),
        ({"exercises": None}, "/exercises"),
        ({"exercises": [planned(str(uuid4()))]}, "/exercises/0/exercise_id"),
        ({"exercises": [planned(), planned(BENCH[:-1])]}, "/exercises/1/exercise_id"),
        ({"exercises": [planned()] * 101}, "/exercises"),
        ({"exercises": [planned(targets=[{"reps": 5}] * 100)] * 6}, "/exercises"),
        ({"exercises": [planned(targets=[{"reps": 5}] * 101)]}, "/exercises/0/targets"),
        ({"exercises": [planned(targets=[{"reps": -1}])]}, "/exercises/0/targets/0/reps"),
        ({"exercises": [planned(targets=[{"reps": 8, "reps_to": 6}])]}, "/exercises/0/targets/0"),
        ({"exercises": [planned(superset=101)]}, "/exercises/0/superset"),
        ({"exercises": [planned(progression={"kind": "linear"})]}, "/exercises/0/progression/increment_kg"),
        ({"exercises": [planned(progression=LINEAR | {"increment_kg": 0})]}, "/exercises/0/progression/increment_kg"),
        ({"exercises": [planned(progression=LINEAR | {"increment_kg": 101})]}, "/exercises/0/progression/increment_kg"),
        ({"exercises": [planned(progression=LINEAR | {"deload_after": 11})]}, "/exercises/0/progression/deload_after"),
        ({"exercises": [planned(progression=LINEAR | {"step": 1})]}, "/exercises/0/progression/step"),
        ({"exercises": [planned(progression={"kind": "wave"})]}, "/exercises/0/progression/kind"),
        ({"exercises": [planned(progression={"kind": "double", "increment_kg": 1})]}, "/exercises/0/progression"),
        (
            {"exercises": [planned(progression={"kind": "reps", "increment_kg": 1})]},
            "/exercises/0/progression/increment_kg",
        ),
        (
            {"exercises": [planned(targets=[{"weight_kg": 5}], progression={"kind": "reps"})]},
            "/exercises/0/progression",
        ),
        ({"exercises": [planned(targets=[{"kind": "warm_up", "reps": 5}])]}, "/exercises/0/progression"),
        ({"exercises": [planned(targets=[])]}, "/exercises/0/progression"),
        ({"color": "red"}, "/color"),
    ],
)
async def test_invalid_input_is_refused_with_a_pointer(ann: Person, change: dict[str, Any], pointer: str) -> None:
    there = await create_routine(ann)

    posted = await ann.post(PATH, json=routine(**change))
    put = await ann.put(f"{PATH}/{there['id']}", json=routine(**change))
    patched = await patch(ann, there["id"], change)

    for response in (posted, put, patched):
        assert error_pointers(response) == [pointer]
    assert (await ann.get(PATH)).json()["items"] == [there]


async def test_a_custom_exercise_of_another_user_is_unknown(ann: Person, bob: Person, connection: Connection) -> None:
    mine, theirs = uuid4(), uuid4()
    for person, exercise_id in ((ann, mine), (bob, theirs)):
        await connection.execute(
            "INSERT INTO custom_exercise (user_id, id, name, name_key, primary_muscles, secondary_muscles)"
            " VALUES ($1, $2, 'My Press', 'my press', '{}', '{}')",
            UUID(person.id),
            exercise_id,
        )

    made = await create_routine(ann, exercises=[planned(str(mine))])
    refused = await ann.post(PATH, json=routine(exercises=[planned(str(mine)), planned(str(theirs))]))

    assert made["exercises"][0]["exercise"] == {"id": str(mine), "name": "My Press", "custom": True}
    assert error_pointers(refused) == ["/exercises/1/exercise_id"]


async def test_repeating_a_create_returns_the_same_and_writes_nothing(ann: Person, connection: Connection) -> None:
    first = await ann.post(PATH, json=routine(id=CHOSEN_ID))
    again = await ann.post(PATH, json=routine(id=CHOSEN_ID))
    changed = await patch(ann, CHOSEN_ID, {"name": "Pull"})
    later = await ann.post(PATH, json=routine(id=CHOSEN_ID))

    assert [one.status_code for one in (first, again, later)] == [201, 200, 200]
    assert again.content == first.content
    assert later.content == changed.content
    assert await count_writes(connection, ann) == 2


async def test_other_content_with_the_same_id_is_a_conflict(ann: Person, bob: Person) -> None:
    there = await create_routine(ann, id=CHOSEN_ID)

    response = await ann.post(PATH, json=routine(id=CHOSEN_ID, exercises=[]))

    assert read_problem(response) == (409, "/problems/routine-id-taken")
    assert (await ann.get(PATH)).json()["items"] == [there]
    assert (await bob.post(PATH, json=routine(id=CHOSEN_ID, exercises=[]))).status_code == 201


async def test_twenty_concurrent_creates_with_one_id_write_one(ann: Person, connection: Connection) -> None:
    answers = await asyncio.gather(*(ann.post(PATH, json=routine(id=CHOSEN_ID)) for _ in range(20)))

    assert sorted(answer.status_code for answer in answers) == [200] * 19 + [201]
    assert len({answer.content for answer in answers}) == 1
    assert await connection.fetchval("SELECT count(*) FROM routine_exercise") == 1
    assert await count_writes(connection, ann) == 1


async def test_the_number_of_routines_is_limited(ann: Person, connection: Connection) -> None:
    await connection.execute(
        "INSERT INTO routine (user_id, id, name, fingerprint)"
        " SELECT $1, gen_random_uuid(), 'Plan ' || n, '' FROM generate_series(2, $2::int) n",
        UUID(ann.id),
        MAX_ROUTINES,
    )
    last = await create_routine(ann, id=CHOSEN_ID)
    workout = await ann.log(started_at="2026-05-01T10:00:00Z")

    refused = await ann.post(PATH, json=routine())
    from_workout = await ann.post(f"{PATH}/from-workout", json={"workout_id": workout["id"]})
    again = await ann.post(PATH, json=routine(id=CHOSEN_ID))

    assert (refused.status_code, from_workout.status_code, again.status_code) == (409, 409, 200)
    assert refused.json()["type"] == "/problems/too-many-routines"
    await ann.delete(f"{PATH}/{last['id']}")
    assert (await ann.post(PATH, json=routine())).status_code == 201
