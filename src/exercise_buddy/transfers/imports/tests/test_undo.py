"""Imports can be listed, read and undone."""

from uuid import uuid4

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
