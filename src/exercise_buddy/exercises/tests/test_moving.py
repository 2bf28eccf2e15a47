import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from exercise_buddy.core.db.tables import new_id
from exercise_buddy.exercises.tests.helpers import PULL_UP, make, names, read, workout
from tests.factories import BENCH, error_pointers, read_problem
from tests.support import Connection, Person


async def plan(connection: Connection, person: Person, exercise_id: str) -> UUID:
    """Write a routine with an exercise of a person's own."""
    routine_id = new_id()
    await connection.execute(
        "INSERT INTO routine (user_id, id, name, fingerprint) VALUES ($1, $2, 'Push', '')", person.id, routine_id
    )
    await connection.execute(
        "INSERT INTO routine_exercise (user_id, routine_id, position, custom_exercise_id, targets)"
        " VALUES ($1, $2, 0, $3, '[]')",
        person.id,
        routine_id,
        exercise_id,
    )
    return routine_id


async def planned(connection: Connection, routine_id: UUID) -> str:
    return str(await connection.fetchval("SELECT exercise_id FROM routine_exercise WHERE routine_id = $1", routine_id))


def exercise_ids(logged: dict[str, Any]) -> list[str]:
    return [one["exercise"]["id"] for one in logged["exercises"]]


async def test_an_unused_one_is_deleted(ann: Person) -> None:
    made = await make(ann, "Zorp")

    assert (await ann.delete(f"/exercises/{made['id']}")).status_code == 204

    assert (await ann.get(f"/exercises/{made['id']}")).status_code == 404
    assert (await ann.delete(f"/exercises/{made['id']}")).status_code == 404
    assert "Zorp" not in await names(ann)


async def test_what_is_in_use_stays(ann: Person, connection: Connection) -> None:
    made = await make(ann, "Zorp")
    logged = await workout(ann, made["id"], made["id"])
    await plan(connection, ann, made["id"])

    response = await ann.delete(f"/exercises/{made['id']}")

    assert read_problem(response) == (409, "/problems/exercise-in-use")
    assert "1 workouts and 1 routines" in response.json()["detail"]
    assert exercise_ids(await read(ann, logged)) == [made["id"]] * 2


@pytest.mark.parametrize("custom", [True, False])
async def test_its_sets_move_to_another_one(ann: Person, connection: Connection, *, custom: bool) -> None:
    await ann.weigh("2026-01-01", 100)
    made = await make(ann, "Zorp")
    other = (await make(ann, "Glorp", bodyweight_share=1.0))["id"] if custom else PULL_UP
    logged = await workout(ann, made["id"])
    routine_id = await plan(connection, ann, made["id"])

    response = await ann.delete(f"/exercises/{made['id']}", params={"move_to": other})

    assert response.status_code == 204
    moved = await read(ann, logged)
    assert exercise_ids(moved) == [other]
    assert moved["totals"]["bodyweight_volume_kg"] == 1800
    assert moved["title"] == logged["title"]
    assert moved["updated_at"] > logged["updated_at"]
    assert await planned(connection, routine_id) == other
    written = "SELECT updated_at > created_at FROM routine WHERE id = $1"
    assert await connection.fetchval(written, routine_id)
    # Unlike one that is merged, it leaves no name behind.
    assert "Zorp" not in (await ann.get(f"/exercises/{other}")).json()["aliases"]
    assert (await ann.get(f"/exercises/{made['id']}")).status_code == 404


@pytest.mark.parametrize("custom", [True, False])
async def test_one_becomes_part_of_another(ann: Person, connection: Connection, *, custom: bool) -> None:
    await ann.weigh("2026-01-01", 100)
    made = await make(ann, "Zorp")
    other = (await make(ann, "Glorp", bodyweight_share=1.0, met=3.8))["id"] if custom else PULL_UP
    logged = await workout(ann, made["id"], BENCH)
    routine_id = await plan(connection, ann, made["id"])

    response = await ann.post(f"/exercises/{made['id']}/merge", json={"into": other})

    assert response.status_code == 200
    assert (response.json()["workouts"], response.json()["routines"]) == (1, 1)
    assert response.json()["exercise"] == (await ann.get(f"/exercises/{other}")).json()
    assert "Zorp" in response.json()["exercise"]["aliases"]
    moved = await read(ann, logged)
    assert exercise_ids(moved) == [other, BENCH]
    assert moved["totals"]["bodyweight_volume_kg"] == 1800
    assert moved["totals"]["met_minutes"] == (3.8 + 3.5) / 2 * 60
    assert moved["updated_at"] > logged["updated_at"]
    assert await planned(connection, routine_id) == other
    assert (await names(ann, search="zorp"))[0] == response.json()["exercise"]["name"]
    assert (await ann.get(f"/exercises/{made['id']}")).status_code == 404


async def test_a_merge_can_be_sent_again(ann: Person) -> None:
    made, key = await make(ann, "Zorp"), {"Idempotency-Key": "k"}
    await workout(ann, made["id"])

    answers = [await ann.post(f"/exercises/{made['id']}/merge", json={"into": PULL_UP}, headers=key) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].content == answers[1].content


async def test_while_it_is_logged_nothing_is_lost(ann: Person) -> None:
    made = await make(ann, "Zorp")
    days = [f"2026-03-{day:02}T10:00:00Z" for day in range(1, 7)]
    logging = [
        ann.post(
            "/workouts", json={"started_at": day, "exercises": [{"exercise_id": made["id"], "sets": [{"reps": 1}]}]}
        )
        for day in days
    ]

    *logged, merged = await asyncio.gather(*logging, ann.post(f"/exercises/{made['id']}/merge", json={"into": PULL_UP}))

    # What came before the merge has moved, and what came after it was told that there is no such exercise.
    assert merged.status_code == 200
    assert {answer.status_code for answer in logged} <= {201, 422}
    listed = (await ann.get("/workouts")).json()["items"]
    assert len(listed) == sum(answer.status_code == 201 for answer in logged) == merged.json()["workouts"]
    assert all(exercise_ids(one) == [PULL_UP] for one in listed)


async def test_names_move_on_with_every_merge(ann: Person) -> None:
    first, second = await make(ann, "Zorp"), await make(ann, "Glorp")

    await ann.post(f"/exercises/{first['id']}/merge", json={"into": second["id"]})
    response = await ann.post(f"/exercises/{second['id']}/merge", json={"into": PULL_UP})

    assert {"Zorp", "Glorp"} <= set(response.json()["exercise"]["aliases"])


@pytest.mark.parametrize("which", ["itself", "nothing", "bobs"])
async def test_there_must_be_another_one(ann: Person, bob: Person, which: str) -> None:
    made = await make(ann, "Zorp")
    other = {"itself": made["id"], "nothing": str(uuid4()), "bobs": (await make(bob, "Glorp"))["id"]}[which]

    deleted = await ann.delete(f"/exercises/{made['id']}", params={"move_to": other})
    merged = await ann.post(f"/exercises/{made['id']}/merge", json={"into": other})

    for response, pointer in ((deleted, "/move_to"), (merged, "/into")):
        assert error_pointers(response) == [pointer]
    assert (await ann.get(f"/exercises/{made['id']}")).status_code == 200
