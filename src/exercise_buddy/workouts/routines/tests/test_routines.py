"""Creating, reading, updating and deleting routines."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from tests.factories import BENCH, PUSHUP, SQUAT, create_routine, planned, routine
from tests.support import Connection, Person, count_writes

PATH = "/routines"


async def patch(person: Person, routine_id: str, body: Any, **headers: str) -> httpx2.Response:
    return await person.patch(f"{PATH}/{routine_id}", json=body, headers=headers)


WHOLE = routine(
    exercises=[
        {
            "exercise_id": BENCH,
            "superset": 1,
            "notes": "Feet on the floor.",
            "targets": [
                {"kind": "warm_up", "reps": 10, "weight_kg": 20.4117, "rest_seconds": 60},
                {"kind": "normal", "reps": 8, "reps_to": 12, "weight_kg": 60, "rpe": 8.5, "rest_seconds": 120},
                {"kind": "drop", "reps": 15, "weight_kg": 40},
            ],
            "progression": {"kind": "double", "increment_kg": 2.268},
        },
        {
            "exercise_id": PUSHUP,
            "superset": 1,
            "targets": [{"kind": "failure", "reps": 10}],
            "progression": {"kind": "reps"},
        },
        {"exercise_id": SQUAT},
        {"exercise_id": SQUAT, "targets": [{"duration_seconds": 60.5, "distance_meters": 20}]},
    ]
)


async def test_all_fields_are_stored_and_returned(ann: Person) -> None:
    response = await ann.post(PATH, json=WHOLE)

    assert response.status_code == 201
    made = response.json()
    assert response.headers["location"] == f"/api/v1{PATH}/{made['id']}"
    read = await ann.client.get(response.headers["location"])
    assert read.content == response.content
    assert read.headers["etag"] == response.headers["etag"]
    assert (made["name"], made["notes"]) == ("Push", "On Mondays.")
    assert made["created_at"] == made["updated_at"]
    bench, pushup, squat, again = made["exercises"]
    assert bench["exercise"] == {"id": BENCH, "name": "Barbell Bench Press - Medium Grip", "custom": False}
    assert (bench["superset"], bench["notes"]) == (1, "Feet on the floor.")
    nothing = dict.fromkeys(
        ("reps", "reps_to", "weight_kg", "assistance_kg", "duration_seconds", "distance_meters", "rpe", "rest_seconds")
    )
    assert bench["targets"] == [nothing | target for target in WHOLE["exercises"][0]["targets"]]
    assert bench["progression"] == {"kind": "double", "increment_kg": 2.268, "deload_after": None, "step": None}
    assert bench["progress_since"] == made["created_at"]
    assert pushup["progression"] == {"kind": "reps", "increment_kg": None, "deload_after": None, "step": 1}
    assert (squat["targets"], squat["progression"], squat["progress_since"]) == ([], None, None)
    assert again["targets"] == [nothing | {"kind": "normal", "duration_seconds": 60.5, "distance_meters": 20}]


async def test_a_routine_needs_only_a_name(ann: Person) -> None:
    response = await ann.post(PATH, json={"name": "Later"})

    assert response.status_code == 201
    assert (response.json()["notes"], response.json()["exercises"]) == (None, [])


async def test_a_returned_exercise_is_valid_input(ann: Person) -> None:
    made = (await ann.post(PATH, json=WHOLE)).json()
    content = {name: made[name] for name in ("name", "notes")} | {
        "exercises": [
            {name: one[name] for name in ("superset", "notes", "targets", "progression")}
            | {"exercise_id": one["exercise"]["id"]}
            for one in made["exercises"]
        ]
    }

    replaced = await ann.put(f"{PATH}/{made['id']}", json=content)

    assert replaced.status_code == 200
    assert replaced.json() == made | {"updated_at": replaced.json()["updated_at"]}


async def test_an_update_changes_only_the_sent_fields(ann: Person, connection: Connection) -> None:
    there = await create_routine(ann)

    renamed = await patch(ann, there["id"], {"name": "Pull", "notes": None})
    emptied = await patch(ann, there["id"], {"exercises": []})

    expected = there | {"name": "Pull", "notes": None, "updated_at": renamed.json()["updated_at"]}
    assert renamed.json() == expected
    assert renamed.json()["updated_at"] > there["updated_at"]
    assert emptied.json() == expected | {"exercises": [], "updated_at": emptied.json()["updated_at"]}
    assert emptied.json()["updated_at"] > renamed.json()["updated_at"]
    assert (await ann.get(f"{PATH}/{there['id']}")).content == emptied.content
    assert await count_writes(connection, ann) == 3


async def test_replacing_changes_all_fields(ann: Person) -> None:
    there = await create_routine(ann)

    response = await ann.put(f"{PATH}/{there['id']}", json={"name": "Legs", "exercises": [planned(SQUAT), planned()]})

    shown = response.json()
    assert (shown["id"], shown["name"], shown["notes"]) == (there["id"], "Legs", None)
    assert [one["exercise"]["id"] for one in shown["exercises"]] == [SQUAT, BENCH]
    assert shown["created_at"] == there["created_at"]
    assert (await ann.get(f"{PATH}/{there['id']}")).headers["etag"] == response.headers["etag"]


async def test_if_match_refuses_a_write_to_another_version(ann: Person, connection: Connection) -> None:
    first = await ann.post(PATH, json=routine())
    routine_id, stale = first.json()["id"], {"If-Match": first.headers["etag"]}
    current = await patch(ann, routine_id, {"exercises": [planned(SQUAT)]}, **stale)
    assert current.status_code == 200

    assert (await patch(ann, routine_id, {"name": "x"}, **stale)).status_code == 412
    assert (await ann.put(f"{PATH}/{routine_id}", json=routine(), headers=stale)).status_code == 412
    assert (await ann.delete(f"{PATH}/{routine_id}", headers=stale)).status_code == 412
    assert (await ann.get(f"{PATH}/{routine_id}")).content == current.content
    assert await count_writes(connection, ann) == 2
    fresh = {"If-Match": current.headers["etag"]}
    assert (await ann.get(f"{PATH}/{routine_id}", headers={"If-None-Match": fresh["If-Match"]})).status_code == 304
    assert (await ann.delete(f"{PATH}/{routine_id}", headers=fresh)).status_code == 204


async def test_one_of_several_writers_with_the_same_version_succeeds(ann: Person) -> None:
    first = await ann.post(PATH, json=routine())
    version = {"If-Match": first.headers["etag"]}
    path = first.json()["id"]

    answers = await asyncio.gather(
        *(patch(ann, path, {"exercises": [planned(superset=n)]}, **version) for n in range(8))
    )

    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 7
    (won,) = [answer for answer in answers if answer.status_code == 200]
    assert (await ann.get(f"{PATH}/{path}")).content == won.content


async def test_a_deleted_routine_is_not_found(ann: Person, connection: Connection) -> None:
    there, other = await create_routine(ann), await create_routine(ann)

    response = await ann.delete(f"{PATH}/{there['id']}")

    assert (response.status_code, response.content) == (204, b"")
    assert (await ann.get(f"{PATH}/{there['id']}")).status_code == 404
    assert (await ann.get(PATH)).json()["items"] == [other]
    assert await connection.fetchval("SELECT count(*) FROM routine_exercise") == 1


@pytest.mark.parametrize("headers", [{}, {"If-Match": "*"}])
async def test_a_missing_routine_is_not_found(
    ann: Person, bob: Person, connection: Connection, headers: dict[str, str]
) -> None:
    bobs = await create_routine(bob)

    for missing in (str(uuid4()), bobs["id"]):
        path = f"{PATH}/{missing}"
        for response in (
            await ann.get(path),
            await ann.get(f"{path}/next"),
            await ann.post(f"{path}/start"),
            await patch(ann, missing, {"name": "x"}, **headers),
            await ann.put(path, json=routine(), headers=headers),
            await ann.delete(path, headers=headers),
        ):
            assert response.status_code == 404

    assert (await bob.get(PATH)).json()["items"] == [bobs]
    assert await count_writes(connection, ann) == 0


async def test_a_token_of_a_deleted_account_writes_nothing(ann: Person, connection: Connection) -> None:
    there = await create_routine(ann)
    await connection.execute("DELETE FROM user_account")

    assert (await ann.post(PATH, json=routine())).status_code == 401
    assert (await patch(ann, there["id"], {"name": "x"})).status_code == 401
    assert (await ann.delete(f"{PATH}/{there['id']}")).status_code == 401
    assert (await ann.post(f"{PATH}/{there['id']}/start")).status_code == 401
    assert await connection.fetchval("SELECT count(*) FROM routine") == 0
