"""Imports can be listed, read and undone."""

from uuid import uuid4

import pytest

from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.files import hevy_row
from exercise_buddy.transfers.tests.support import count_rows, import_file, list_workouts
from tests.support import Connection, Person

TWO = files.hevy(
    *(
        hevy_row(start_time=f"{day} Mar 2025, 17:29", end_time=f"{day} Mar 2025, 18:00", exercise_title=name)
        for day, name in ((1, "My Press"), (2, "My Row"))
    )
)


async def test_list_and_get(ann: Person, bob: Person) -> None:
    first = await import_file(ann, TWO)
    second = await import_file(ann, TWO.replace("Mar", "Apr"))

    page = (await ann.get("/imports", params={"limit": 1})).json()
    rest = (await ann.get("/imports", params={"cursor": page["next_cursor"]})).json()
    found = (await ann.get(f"/imports/{first['id']}")).json()

    assert [item["id"] for item in page["items"] + rest["items"]] == [second["id"], first["id"]]
    assert rest["next_cursor"] is None
    assert {name: found[name] for name in rest["items"][0]} == rest["items"][0]
    assert (found["source"], found["file_name"], found["workouts"], found["sets"]) == ("hevy", "export.csv", 2, 2)
    assert (await bob.get("/imports")).json()["items"] == []


async def test_the_name_of_a_file_has_no_invisible_characters(ann: Person) -> None:
    name = "inv\u202evsc.exe\u200b\U000e0041.csv"
    options = {"weight_unit": "kg", "time_zone": "Europe/Athens"}
    response = await ann.post("/imports", files={"file": (name, TWO)}, data=options)

    assert response.status_code == 201
    assert (await ann.get("/imports")).json()["items"][0]["file_name"] == "invvsc.exe.csv"


async def test_imports_of_other_users_do_not_exist(ann: Person, bob: Person, connection: Connection) -> None:
    first = await import_file(ann, TWO)

    answers = [
        await call(f"/imports/{import_id}") for call in (bob.get, bob.delete) for import_id in (first["id"], uuid4())
    ]

    assert [answer.status_code for answer in answers] == [404] * 4
    assert (await count_rows(connection))["workout"] == 2


async def test_an_undo_deletes_exactly_what_the_import_added(ann: Person, connection: Connection) -> None:
    await import_file(ann, TWO)
    before = await count_rows(connection)
    revision = await connection.fetchval("SELECT max(revision) FROM user_revision")
    second = await import_file(ann, TWO.replace("Mar", "Apr").replace("My Row", "My Dip"))
    written = await connection.fetchval("SELECT max(revision) FROM user_revision")

    undone = await ann.delete(f"/imports/{second['id']}")

    assert undone.status_code == 204
    assert await count_rows(connection) == before
    tombstones = await connection.fetch("SELECT revision FROM deleted_workout")
    assert [row["revision"] for row in tombstones] == [written + 1] * 2
    assert await connection.fetchval("SELECT max(revision) FROM user_revision") > written > revision
    assert (await ann.delete(f"/imports/{second['id']}")).status_code == 404


async def test_exercises_in_use_stay(ann: Person, connection: Connection) -> None:
    first = await import_file(ann, TWO)
    press = next(exercise["exercise_id"] for exercise in first["exercises"] if exercise["name"] == "My Press")
    await ann.log(started_at="2025-05-01T10:00:00Z", exercises=[{"exercise_id": press, "sets": [{"reps": 5}]}])

    assert (await ann.delete(f"/imports/{first['id']}")).status_code == 204

    rows = await connection.fetch("SELECT name, import_id FROM custom_exercise")
    assert [(row["name"], row["import_id"]) for row in rows] == [("My Press", None)]
    assert [workout["totals"]["reps"] for workout in await list_workouts(ann)] == [5]


async def test_edited_workouts_are_deleted_only_on_request(ann: Person, connection: Connection) -> None:
    first = await import_file(ann, TWO)
    edited = (await list_workouts(ann))[0]
    changed = await ann.patch(f"/workouts/{edited['id']}", json={"notes": "Shoulder hurt"})
    assert changed.status_code == 200, changed.text
    before = await count_rows(connection)

    refused = await ann.delete(f"/imports/{first['id']}")

    assert refused.status_code == 409
    assert (refused.json()["type"], refused.json()["edited"]) == ("/problems/import-edited", 1)
    assert await count_rows(connection) == before
    agreed = await ann.delete(f"/imports/{first['id']}", params={"include_edited": "true"})
    assert agreed.status_code == 204
    assert (await count_rows(connection))["workout"] == 0


async def test_an_undone_import_can_be_imported_again(ann: Person, connection: Connection) -> None:
    first = await import_file(ann, TWO)
    after_one = await count_rows(connection)
    await ann.delete(f"/imports/{first['id']}")

    again = await import_file(ann, TWO)

    assert (again["workouts"], again["duplicates"]) == (2, 0)
    assert await count_rows(connection) == after_one


def squat_and(name: str, weight: float) -> str:
    row = {"start_time": "1 Mar 2025, 17:29", "end_time": "1 Mar 2025, 18:00"}
    squat = hevy_row(exercise_title="Squat (Barbell)", weight_kg=100, **row)
    return files.hevy(squat, hevy_row(exercise_title=name, weight_kg=weight, **row))


@pytest.mark.parametrize("how", ["deleted", "created again", "merged"])
async def test_an_undo_brings_back_an_exercise_that_was_deleted(ann: Person, how: str) -> None:
    first = await import_file(ann, squat_and("My Press", 50))
    press = first["created_exercises"][0]["id"]
    changed = {"primary_muscles": ["shoulders"], "equipment": "barbell"}
    assert (await ann.patch(f"/exercises/{press}", json=changed)).status_code == 200
    before = await list_workouts(ann)
    second = await import_file(ann, squat_and("Bench Press (Barbell)", 60), on_conflict="replace")
    expected = {"name": "My Press"} | changed
    if how == "merged":
        other = (await ann.post("/exercises", json={"name": "Other press"})).json()
        merged = await ann.post(f"/exercises/{press}/merge", json={"into": other["id"]})
        assert merged.status_code == 200, merged.text
        expected = {"id": other["id"]}
    else:
        assert (await ann.delete(f"/exercises/{press}")).status_code == 204
    if how == "created again":
        expected = {"id": (await ann.post("/exercises", json={"name": "MY press"})).json()["id"]}

    undone = await ann.delete(f"/imports/{second['id']}", params={"include_edited": "true"})

    assert undone.status_code == 204, undone.text
    (workout,) = await list_workouts(ann)
    assert [exercise["sets"] for exercise in workout["exercises"]] == [one["sets"] for one in before[0]["exercises"]]
    restored = (await ann.get(f"/exercises/{workout['exercises'][1]['exercise']['id']}")).json()
    assert {name: restored[name] for name in expected} == expected


@pytest.mark.parametrize("is_logged", [False, True])
async def test_an_exercise_that_two_imports_use_goes_with_the_second(
    ann: Person, connection: Connection, *, is_logged: bool
) -> None:
    if is_logged:
        bench = [{"exercise_id": str(catalogue_id("barbell-squat")), "sets": [{"reps": 8, "weight_kg": 50}]}]
        await ann.log(started_at="2025-04-01T14:29:00Z", exercises=bench, title="Push")
    before = await count_rows(connection)
    first = await import_file(ann, TWO)
    second = await import_file(ann, TWO.replace("Mar", "Apr"), on_conflict="replace")
    assert second["created_exercises"] == []

    assert (await ann.delete(f"/imports/{first['id']}")).status_code == 204
    assert len(await list_workouts(ann)) == 2
    assert (await ann.delete(f"/imports/{second['id']}")).status_code == 204

    assert await count_rows(connection) == before
