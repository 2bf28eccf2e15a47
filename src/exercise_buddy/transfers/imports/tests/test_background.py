"""Imports in the background: a large file is stored, and imported while its user continues to log."""

import asyncio
import io
import zipfile
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from exercise_buddy.core.db.jobs import Jobs
from exercise_buddy.transfers.imports.background import BackgroundImports
from exercise_buddy.transfers.imports.tests.test_batches import FAIL, build_row, locked
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.support import count_rows, send_file, wait_for_import
from tests.factories import workout
from tests.support import Connection, Person, RunningApp, StartApp, read_revision, wait_until

NOTE = "x" * 1200
# Three batches in 330 kB.
ROWS = [build_row(days, exercise_notes=f"{NOTE} {days}") for days in range(250)]
LARGE = files.hevy(*ROWS)


async def queue(person: Person, content: str = LARGE, **fields: Any) -> dict[str, Any]:
    """Send a large file; return the import."""
    response = await send_file(person, content, **fields)
    assert response.status_code == 202, response.text
    found: dict[str, Any] = response.json()
    assert response.headers["location"] == f"/api/v1/imports/{found['id']}"
    return found


async def wait_for_batch(connection: Connection) -> None:
    """Wait until an import has written a batch."""

    async def has_written() -> bool:
        return bool(await connection.fetchval("SELECT count(*) FROM workout WHERE import_id IS NOT NULL"))

    await wait_until(has_written, seconds=60)


async def test_a_large_file_is_imported_in_the_background(ann: Person, bob: Person, connection: Connection) -> None:
    queued = await queue(ann)
    assert (queued["state"], queued["report"], queued["dry_run"]) in [("queued", None, False), ("running", None, False)]

    done = await wait_for_import(ann, queued["id"])

    assert (done["workouts"], done["sets"], done["progress"]) == (250, 250, 1)
    assert (done["report"]["id"], done["report"]["workouts"]) == (queued["id"], 250)
    assert [exercise["name"] for exercise in done["report"]["created_exercises"]] == ["My Press"]
    assert await connection.fetchval("SELECT count(*) FROM import_file_part") == 0
    again = await wait_for_import(ann, (await queue(ann))["id"])
    assert (again["workouts"], again["report"]["duplicates"]) == (0, 250)
    assert (await bob.get(f"/imports/{queued['id']}")).status_code == 404
    assert (await bob.post(f"/imports/{queued['id']}/cancel")).status_code == 404


async def test_a_large_file_in_a_small_archive_is_large(ann: Person) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("hevy.csv", LARGE)
    assert len(content.getvalue()) < 20_000

    response = await send_file(ann, content.getvalue())

    assert response.status_code == 202, response.text
    assert (await wait_for_import(ann, response.json()["id"]))["workouts"] == 250


async def test_the_user_goes_on_while_a_file_is_imported(ann: Person) -> None:
    large = files.hevy(*(build_row(days, exercise_notes=NOTE[:100]) for days in range(1500)))
    queued = await queue(ann, large)
    statuses = []
    state = "queued"
    while state in {"queued", "running"}:
        writes = [
            ann.post("/workouts/quick", json={"exercise": "pushups", "reps": 5}),
            ann.post("/workouts", json=workout(id=str(uuid4()))),
            ann.post("/users/me/body-measurements", json={"measured_on": "2026-03-01", "mass_kg": 80}),
            ann.patch("/users/me", json={"display_name": "Ann"}),
        ]
        statuses += [response.status_code for response in await asyncio.gather(*writes)]
        state = (await ann.get(f"/imports/{queued['id']}")).json()["state"]

    assert set(statuses) == {200, 201}
    assert (await wait_for_import(ann, queued["id"]))["workouts"] == 1500


async def test_a_cancelled_import_leaves_nothing(ann: Person, database_url: str, connection: Connection) -> None:
    before = await count_rows(connection)
    queued = await queue(ann)
    await wait_for_batch(connection)
    async with locked(database_url, ann):
        undone = await ann.delete(f"/imports/{queued['id']}")
        cancelled = await ann.post(f"/imports/{queued['id']}/cancel")

    assert (undone.status_code, undone.json()["type"]) == (409, "/problems/import-unfinished")
    assert (cancelled.status_code, cancelled.json()["state"]) == (202, "cancelling")
    done = await wait_for_import(ann, queued["id"], "cancelled")
    assert (done["workouts"], done["report"], done["problem"]) == (0, None, None)
    assert await count_rows(connection) == before | {"workout_import": 1}
    assert (await ann.post(f"/imports/{queued['id']}/cancel")).json()["type"] == "/problems/import-finished"
    assert (await ann.delete(f"/imports/{queued['id']}")).status_code == 204


async def test_a_failed_import_leaves_nothing_and_says_why(ann: Person, connection: Connection) -> None:
    before = await count_rows(connection)
    await connection.execute(FAIL.replace("query_canceled", "check_violation"))
    queued = await queue(ann, files.hevy(build_row(0, title="Bad"), *ROWS[1:]))

    done = await wait_for_import(ann, queued["id"], "failed")

    assert (done["workouts"], done["report"]) == (0, None)
    assert done["problem"]["status"] < 600
    assert await count_rows(connection) == before | {"workout_import": 1}
    assert await connection.fetchval("SELECT count(*) FROM import_file_part") == 0


async def test_what_is_wrong_with_a_large_file_is_said_at_once(ann: Person) -> None:
    for content, time_zone in ((LARGE, ""), ("a,b\n" + "1,2\n" * 100_000, "UTC")):
        refused = await send_file(ann, content, time_zone=time_zone)
        assert refused.status_code == 422, refused.text
    unknown = await send_file(ann, LARGE, mapping=f'{{"My Press": "{uuid4()}"}}')
    assert [error["pointer"] for error in unknown.json()["errors"]] == ["/mapping/My Press"]
    assert (await ann.get("/imports")).json()["items"] == []


@pytest.mark.parametrize("how", ["stopped", "crashed"])
async def test_an_import_survives_the_end_of_its_process(
    app: RunningApp, start_app: StartApp, ann: Person, bob: Person, connection: Connection, how: str
) -> None:
    whole = await wait_for_import(bob, (await queue(bob))["id"])
    queued = await queue(ann)

    async def has_begun() -> bool:
        return bool(await connection.fetchval("SELECT count(*) > 250 FROM workout"))

    await wait_until(has_begun, seconds=60)
    background = app.state["background_imports"]
    if how == "stopped":
        background.jobs.stop()
        background.wake()
    else:
        background.task.cancel()
    await wait_until(background.task.done)
    if how == "crashed":
        await connection.execute("UPDATE workout_import SET updated_at = now() - interval '1 minute'")
    second = await start_app()
    client = second.client(authorization=ann.client.headers["authorization"])

    done = await wait_for_import(replace(ann, client=client), queued["id"])

    await client.aclose()
    names = ("workouts", "sets", "reps", "volume_kg", "duplicates", "warning_count", "problem_count")
    assert {name: done["report"][name] for name in names} == {name: whole["report"][name] for name in names}
    created = [report["report"]["created_exercises"][0]["name"] for report in (done, whole)]
    assert created == ["My Press", "My Press"]
    assert await connection.fetchval("SELECT count(*) FROM workout") == 500


async def test_imports_wait_for_each_other_and_are_few(app: RunningApp, ann: Person, connection: Connection) -> None:
    background = app.state["background_imports"]
    background.task.cancel()
    await wait_until(background.task.done)
    first = await queue(ann)
    # A small file follows the ones before it.
    await queue(ann, files.hevy(build_row(400)))
    cancelled = await queue(ann, files.hevy(*ROWS[1:]))

    assert (await send_file(ann, LARGE)).status_code == 429
    assert (await ann.post(f"/imports/{cancelled['id']}/cancel")).status_code == 202
    for _ in range(3):
        assert await background.continue_one()
    assert not await background.continue_one()

    states = [item["state"] for item in (await ann.get("/imports")).json()["items"]]
    assert states == ["cancelled", "completed", "completed"]
    assert (await ann.get(f"/imports/{first['id']}")).json()["workouts"] == 250
    assert await connection.fetchval("SELECT count(*) FROM workout") == 251


async def test_to_wait_for_another_job_of_the_user_is_no_attempt(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    background = app.state["background_imports"]
    background.task.cancel()
    await wait_until(background.task.done)
    queued = await queue(ann)
    other = BackgroundImports(app.state["database"], Jobs(app.state["database"]))

    async with app.state["jobs"].run(UUID(ann.id)):
        assert not await other.continue_one()

    assert await connection.fetchval("SELECT attempts FROM workout_import") == 0
    await connection.execute("UPDATE workout_import SET updated_at = now() - interval '1 minute'")
    assert await other.continue_one()
    assert await connection.fetchval("SELECT attempts FROM workout_import") == 1
    await wait_for_import(ann, queued["id"])


async def test_a_large_dry_run_stores_only_its_result_for_a_day(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    before = await count_rows(connection)
    revision = await read_revision(connection, ann)
    queued = await queue(ann, dry_run=True)

    done = await wait_for_import(ann, queued["id"])

    assert (done["dry_run"], done["workouts"], done["report"]["workouts"]) == (True, 0, 250)
    assert done["report"]["id"] is None
    assert await count_rows(connection) == before | {"workout_import": 1}
    assert await read_revision(connection, ann) == revision
    await connection.execute("UPDATE workout_import SET updated_at = now() - interval '25 hours'")
    await app.state["background_imports"].continue_one()
    assert (await ann.get(f"/imports/{queued['id']}")).status_code == 404


async def test_the_end_of_an_account_ends_its_import(
    app: RunningApp, ann: Person, bob: Person, connection: Connection
) -> None:
    await queue(ann)
    await wait_for_batch(connection)
    await connection.execute("DELETE FROM user_account WHERE email = $1", ann.email)

    await wait_for_import(bob, (await queue(bob))["id"])

    assert not app.state["background_imports"].task.done()
    assert await connection.fetchval("SELECT count(*) FROM workout") == 250
