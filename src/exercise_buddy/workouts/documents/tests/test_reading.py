"""Reads of stored documents, and of workouts that have none."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from exercise_buddy.workouts.documents.document import WorkoutDocument, document_version
from exercise_buddy.workouts.documents.storage import find_differing_documents
from tests.factories import BENCH, PUSHUP, evidence, exercise, workout
from tests.support import Connection, Person, RunCommand, RunningApp

NOT_CURRENT = "(document_version = $1 AND document_revision = revision) IS NOT TRUE"
READS = (
    "/workouts/{id}",
    "/workouts/current",
    "/workouts",
    "/workouts?include=sets",
    "/workouts?limit=1",
    "/sync/changes",
    "/workouts/export?format=json",
)


async def log_two(person: Person) -> list[dict[str, Any]]:
    """Log a workout that uses whatever a workout can have, and a later one in progress."""
    await person.weigh("2026-01-01", 81.37)
    custom = (await person.post("/exercises", json={"name": 'Über "Zug"', "bodyweight_share": 0.333})).json()["id"]
    rep = {"offset_ms": 10, "range_share": 0.1, "confidence": 0.123456789, "flags": ["a", "b"], "side": "left"}
    seen = evidence(rep, rep | {"rejected": True}, detected=2)
    sets: list[dict[str, Any]] = [
        {"reps": 2, "weight_kg": 62.5, "rpe": 8.5, "evidence": seen},
        {"duration_seconds": 30.5},
    ]
    return [
        await person.log(
            **workout(
                exercise(BENCH, *sets, superset=1, notes='A\n"b"', targets=[{"reps": 5, "weight_kg": 60}]),
                exercise(custom, {"reps": 7}, {"reps": 3, "weight_kg": 10}),
                exercise(PUSHUP),
                notes="💪",
            )
        ),
        await person.log(started_at="2026-11-26T10:00:00Z", exercises=[exercise(PUSHUP, {"reps": 3})]),
    ]


async def read_all(person: Person, logged: dict[str, Any]) -> list[tuple[str | None, bytes]]:
    """Return the tag and the content of each read."""
    found = []
    for path in READS:
        response = await person.get(path.format(id=logged["id"]))
        if response.status_code != 404:
            assert response.status_code == 200, (path, response.text)
            # An export begins with its time.
            found.append(
                (response.headers.get("etag"), response.content.partition(b'"workouts":')[2] or response.content)
            )
    return found


async def assert_documents(app: RunningApp, connection: Connection, person: Person) -> None:
    """Check that each workout has a current document that equals its rows."""
    missing = await connection.fetch(f"SELECT id FROM workout WHERE {NOT_CURRENT}", document_version())  # noqa: S608
    ids = [row["id"] for row in await connection.fetch("SELECT id FROM workout WHERE user_id = $1", person.id)]
    async with app.state["database"].transaction() as session:
        differing = list(await find_differing_documents(session, UUID(person.id), ids))

    assert [str(row["id"]) for row in missing] == []
    assert differing == []


@pytest.mark.parametrize(
    "stale",
    [
        "document = NULL, document_sets = NULL, document_size = NULL, document_version = NULL",
        "document = 'other', document_sets = 'other', document_version = document_version + 1",
        "document = 'other', document_sets = 'other', document_revision = revision - 1",
    ],
    ids=["missing", "of another release", "of another revision"],
)
async def test_a_workout_without_a_document_is_read_as_one_with_it(
    app: RunningApp, ann: Person, connection: Connection, stale: str
) -> None:
    first, _ = await log_two(ann)
    await assert_documents(app, connection, ann)
    before = await read_all(ann, first)

    await connection.execute(f"UPDATE workout SET {stale}")  # noqa: S608  (our own text)

    assert await read_all(ann, first) == before
    edited = await ann.patch(
        f"/workouts/{first['id']}", json={"title": "New"}, headers={"If-Match": before[0][0] or ""}
    )
    assert edited.status_code == 200


async def test_the_documents_are_what_is_read(ann: Person, connection: Connection) -> None:
    first, second = await log_two(ann)
    of_second = await connection.fetchrow("SELECT document, document_sets FROM workout WHERE id = $1", second["id"])
    await connection.execute(
        "UPDATE workout SET document = $1, document_sets = $2 WHERE id = $3", *of_second, first["id"]
    )

    read = (await ann.get(f"/workouts/{first['id']}")).json()
    listed = (await ann.get("/workouts", params={"include": "sets"})).json()["items"]
    changes = [
        item["resource"] for item in (await ann.get("/sync/changes")).json()["items"] if item["type"] == "workout"
    ]

    assert {item["id"] for item in (read, *listed, *changes)} == {second["id"]}


async def test_verify_finds_a_document_that_differs_and_repairs_it(
    app: RunningApp, ann: Person, connection: Connection, run_command: RunCommand
) -> None:
    first, second = await log_two(ann)
    row = await connection.fetchrow("SELECT document, document_sets FROM workout WHERE id = $1", first["id"])
    content = WorkoutDocument.decompress(*row).to_content()
    content["title"] = "Wrong"
    content["exercises"][1]["sets"][0]["reps"] = 8
    wrong = WorkoutDocument.from_content(content).compress()
    await connection.execute(
        "UPDATE workout SET document = $1, document_sets = $2 WHERE id = $3", wrong.document, wrong.sets, first["id"]
    )
    assert (await ann.get(f"/workouts/{first['id']}")).json()["title"] == "Wrong"
    read = await ann.get("/sync/changes")

    found = await run_command("statistics", "verify")
    repaired = await run_command("statistics", "verify", "--repair")
    changes = (await ann.get("/sync/changes", params={"since": read.json()["next_cursor"]})).json()["items"]

    assert found.exit_code == 1
    assert sorted(line.split("\t") for line in found.stdout.splitlines()) == [
        [ann.id, first["id"], "-", "document /exercises/1/sets/0/reps", "8", "7"],
        [ann.id, first["id"], "-", "document /title", '"Wrong"', '"Push"'],
    ]
    assert repaired.stderr.endswith("2 workouts recounted, 1 differ, 1 repaired\n")
    assert (await run_command("statistics", "verify")).exit_code == 0
    # Devices hear of it.
    assert [change["resource"] for change in changes] == [(await ann.get(f"/workouts/{first['id']}")).json()]
    assert changes[0]["resource"] | {"updated_at": None} == first | {"updated_at": None}
    assert (await ann.get(f"/workouts/{second['id']}")).json() == second
    await assert_documents(app, connection, ann)


async def test_bodyweight_volume_follows_the_body_mass(ann: Person) -> None:
    first, _ = await log_two(ann)
    paths = (f"/workouts/{first['id']}", "/workouts", "/workouts?include=sets", "/sync/changes")

    async def volumes() -> set[float | None]:
        found: list[dict[str, Any]] = []
        for path in paths:
            body = (await ann.get(path)).json()
            found += [item.get("resource") or item for item in body.get("items", [body])]
        first_ones = [item for item in found if item["id"] == first["id"]]
        assert len(first_ones) == len(paths)
        return {part["totals"]["bodyweight_volume_kg"] for item in first_ones for part in (item, item["exercises"][1])}

    assert await volumes() == {round(10 * 0.333 * 81.37, 4)}
    measured = await ann.weigh("2026-02-01", 50)
    assert await volumes() == {round(10 * 0.333 * 50, 4)}
    await ann.patch(f"/users/me/body-measurements/{measured}", json={"measured_on": "2026-10-01"})
    assert await volumes() == {round(10 * 0.333 * 81.37, 4)}


async def rename(person: Person, exercise_id: str) -> None:
    await person.patch(f"/exercises/{exercise_id}", json={"name": "Renamed"})


async def change_share(person: Person, exercise_id: str) -> None:
    await person.patch(f"/exercises/{exercise_id}", json={"bodyweight_share": 0.5, "met": 9.5})


async def merge_into_catalogue(person: Person, exercise_id: str) -> None:
    response = await person.post(f"/exercises/{exercise_id}/merge", json={"into": PUSHUP})
    assert response.status_code == 200, response.text


@pytest.mark.parametrize("change", [rename, change_share, merge_into_catalogue])
async def test_documents_follow_their_exercises(
    app: RunningApp, ann: Person, connection: Connection, change: Callable[[Person, str], Awaitable[None]]
) -> None:
    first, _ = await log_two(ann)
    custom = first["exercises"][1]["exercise"]

    await change(ann, custom["id"])

    assert (await ann.get(f"/workouts/{first['id']}")).json()["exercises"][1] != first["exercises"][1]
    await assert_documents(app, connection, ann)


async def test_every_edit_stores_a_document(app: RunningApp, ann: Person, connection: Connection) -> None:
    first, second = await log_two(ann)
    url = f"/workouts/{first['id']}"
    entry, *_ = first["exercises"]
    create = {"operation": "create_workout", "id": str(uuid4()), "data": workout()}
    edits = [
        ann.patch(url, json={"title": None, "notes": "Other"}),
        ann.post(f"{url}/exercises", json=exercise(PUSHUP, {"reps": 1})),
        ann.post(f"{url}/sets", json={"exercise_id": BENCH, "sets": [{"reps": 1}]}),
        ann.patch(f"{url}/sets/{entry['sets'][0]['id']}", json={"reps": 9}),
        ann.delete(f"{url}/sets/{entry['sets'][1]['id']}"),
        ann.delete(f"{url}/exercises/{first['exercises'][2]['id']}"),
        ann.post(f"/workouts/{second['id']}/finish", json={}),
        ann.post("/sync/batch", json={"operations": [create]}),
        ann.post("/workouts/repeat", json={"workout_id": first["id"]}),
    ]
    for edit in edits:
        response = await edit
        assert response.status_code in {200, 201}, response.text
        await assert_documents(app, connection, ann)
