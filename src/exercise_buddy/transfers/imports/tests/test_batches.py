"""An import commits batch by batch, so that others can write meanwhile, and keeps what it has committed."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from exercise_buddy.core.db.jobs import Jobs
from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.transfers.errors import ImportInterrupted
from exercise_buddy.transfers.imports.handlers import Checkpoint, import_small_file
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.requests import ImportRequest
from exercise_buddy.transfers.imports.schemas import ImportReport
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.files import hevy_row
from exercise_buddy.transfers.tests.support import count_rows, list_codes, send_file
from exercise_buddy.workouts.public import recompute_all_records
from tests.factories import workout
from tests.serving import Serve
from tests.support import Connection, Join, Person, RunningApp, StartApp, wait_until

NEWEST = datetime(2025, 6, 1, 18, tzinfo=UTC)
FAIL = """
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'test' USING ERRCODE = 'query_canceled'; END $$;
CREATE TRIGGER fail BEFORE INSERT ON workout FOR EACH ROW WHEN (NEW.title = 'Bad') EXECUTE FUNCTION fail()
"""


def build_row(days: int, **cells: object) -> str:
    """Return a row of a workout some days before the newest one. Its weight is a record."""
    start = NEWEST - timedelta(days=days)
    times = [f"{time.day} {time:%b %Y, %H:%M}" for time in (start, start + timedelta(hours=1))]
    return hevy_row(**{"start_time": times[0], "end_time": times[1], "weight_kg": 1000 - days} | cells)


# Three batches, the newest workout first, as Hevy writes them.
ROWS = [build_row(days) for days in range(250)]
FILE = files.hevy(*ROWS)


async def run_import(
    app: RunningApp, person: Person, checkpoint: Checkpoint, content: str = FILE, *, dry_run: bool = False
) -> ImportReport:
    """Import a file with a checkpoint of the test."""
    jobs: Jobs = app.state["jobs"]
    async with jobs.run(UUID(person.id)) as job:
        request = ImportRequest(ImportOptions("kg", "km", "UTC"), "export.csv", dry_run=dry_run)
        return await import_small_file(
            job, UUID(person.id), io.BytesIO(content.encode()), request, checkpoint=checkpoint
        )


@asynccontextmanager
async def locked(url: str, *people: Person) -> AsyncIterator[None]:
    """Lock the rows that every write of these people locks."""
    holder = await asyncpg.connect(url)
    try:
        async with holder.transaction():
            ids = [UUID(person.id) for person in people]
            await holder.execute("SELECT 1 FROM user_revision WHERE user_id = ANY($1) FOR UPDATE", ids)
            yield
    finally:
        await holder.close()


async def count_waiting(connection: Connection) -> int:
    count: int = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return count


async def test_imports_leave_the_connections_of_others_alone(
    start_app: StartApp, join: Join, database_url: str, connection: Connection
) -> None:
    app = await start_app(database_pool_size=2)
    people = [await join(f"importer{number}") for number in range(6)]
    other = await join("other")
    clients = [app.client(authorization=person.client.headers["authorization"]) for person in (*people, other)]
    form = {"weight_unit": "kg", "time_zone": "UTC"}

    async with locked(database_url, *people):
        imports = [
            asyncio.create_task(client.post("/api/v1/imports", files={"file": ("a.csv", FILE)}, data=form))
            for client in clients[:-1]
        ]

        async def two_wait() -> bool:
            return await count_waiting(connection) == 2

        await wait_until(two_wait)
        logged = await clients[-1].post("/api/v1/workouts", json=workout())
        assert logged.status_code == 201, logged.text
        assert not any(task.done() for task in imports)
    responses = await asyncio.gather(*imports)
    for client in clients:
        await client.aclose()

    assert [response.status_code for response in responses] == [201] * 6


async def test_each_batch_is_committed_with_its_records_and_counts(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    seen: list[tuple[Any, ...]] = []

    async def look(_: float) -> None:
        row = await connection.fetchrow("SELECT state, workouts, sets FROM workout_import")
        seen.append((await connection.fetchval("SELECT count(*) FROM workout"), *(row or ())))
        async with app.state["database"].transaction() as session:
            assert await recompute_all_records(session, UUID(ann.id)) == []

    report = await run_import(app, ann, look)

    # Three calls while the file is parsed, and one before each batch.
    assert seen[-3:] == [(0,), (50, "running", 50, 50), (150, "running", 150, 150)]
    assert (report.workouts, report.sets) == (250, 250)
    assert (await ann.get(f"/imports/{report.id}")).json()["state"] == "completed"
    # The oldest first: each batch adds its records to the end.
    assert await connection.fetchval("SELECT count(*) FROM exercise_record WHERE kind = 'load'") == 250


async def test_a_failure_removes_the_batches_before_it(ann: Person, connection: Connection) -> None:
    await connection.execute(FAIL)
    content = files.hevy(build_row(0, title="Bad"), *ROWS[1:])
    before = await count_rows(connection)

    failed = await send_file(ann, content)

    assert (failed.status_code, failed.json()["type"]) == (503, "/problems/unavailable")
    assert (await ann.get("/imports")).json()["items"] == []
    after = await count_rows(connection)
    # Tombstones tell devices that have seen the workouts.
    assert {name for name in after if after[name] != before.get(name)} <= {"deleted_workout", "resource_revision"}
    await connection.execute("DROP FUNCTION fail CASCADE")
    again = (await send_file(ann, content)).json()
    assert (again["workouts"], again["duplicates"]) == (250, 0)


async def test_an_import_ends_when_its_client_disconnects(
    serve: Serve, ann: Person, database_url: str, connection: Connection
) -> None:
    server = await serve()
    boundary = "----test"
    parts = {'name="file"; filename="a.csv"': FILE, 'name="time_zone"': "UTC", 'name="weight_unit"': "kg"}
    body = "".join(
        f"--{boundary}\r\nContent-Disposition: form-data; {name}\r\n\r\n{text}\r\n" for name, text in parts.items()
    )
    body += f"--{boundary}--\r\n"
    head = (
        f"POST /api/v1/imports HTTP/1.1\r\nHost: test\r\n"
        f"Authorization: {ann.client.headers['authorization']}\r\nContent-Length: {len(body)}\r\n"
        f"Content-Type: multipart/form-data; boundary={boundary}\r\n\r\n"
    )
    async with locked(database_url, ann):
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write((head + body).encode())

        async def waits() -> bool:
            return await count_waiting(connection) == 1

        await wait_until(waits)
        writer.close()
        await wait_until(lambda: server.connections == 0)

    async def is_undone() -> bool:
        return bool(await connection.fetchval("SELECT count(*) = 0 FROM workout_import"))

    await wait_until(is_undone)
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0


async def test_an_import_ends_when_the_server_stops(app: RunningApp, ann: Person) -> None:
    app.state["jobs"].stop()

    response = await send_file(ann, FILE)

    assert (response.status_code, response.json()["type"]) == (503, "/problems/import-interrupted")


async def test_an_import_whose_request_has_crashed_is_undone(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    await run_import(app, ann, pass_through)
    await connection.execute("UPDATE workout_import SET state = 'running', updated_at = now() - interval '1 minute'")

    assert await app.state["background_imports"].continue_one()

    assert (await ann.get("/imports")).json()["items"] == []
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0


async def test_a_dry_run_neither_writes_nor_waits_for_a_lock(
    ann: Person, database_url: str, connection: Connection
) -> None:
    before = await count_rows(connection)

    async with locked(database_url, ann):
        response = await send_file(ann, FILE, dry_run=True)

    report = response.json()
    assert (response.status_code, report["workouts"], report["duplicates"]) == (201, 250, 0)
    # Later batches find the exercise that the first one would have created.
    assert [exercise["name"] for exercise in report["created_exercises"]] == ["My Press"]
    assert await count_rows(connection) == before


async def test_workouts_that_are_logged_meanwhile_are_duplicates(app: RunningApp, ann: Person) -> None:
    logged = False

    async def log(done: float) -> None:
        nonlocal logged
        if done > 0 and not logged:
            logged = True
            (press,) = (await ann.get("/exercises", params={"search": "My Press"})).json()["items"][:1]
            await ann.log(
                title="Push",
                started_at=NEWEST.isoformat(),
                ended_at=(NEWEST + timedelta(hours=1)).isoformat(),
                exercises=[{"exercise_id": press["id"], "sets": [{"reps": 8, "weight_kg": 1000}]}],
            )

    report = await run_import(app, ann, log)

    assert (report.workouts, report.duplicates) == (249, 1)


async def test_an_exercise_that_disappears_meanwhile_is_a_problem(app: RunningApp, ann: Person) -> None:
    deleted = False

    async def delete(done: float) -> None:
        nonlocal deleted
        if done > 0 and not deleted:
            deleted = True
            (press,) = (await ann.get("/exercises", params={"search": "My Press"})).json()["items"][:1]
            target = str(catalogue_id("barbell-squat"))
            response = await ann.delete(f"/exercises/{press['id']}", params={"move_to": target})
            assert response.status_code == 204, response.text

    report = await run_import(app, ann, delete)

    assert (report.workouts, report.problem_count) == (50, 200)
    assert {code for _, code in list_codes([problem.model_dump() for problem in report.problems])} == {
        "exercise_deleted"
    }
    assert len(await ann.list_all("/workouts")) == 50


async def test_an_undo_commits_batch_by_batch(app: RunningApp, ann: Person, connection: Connection) -> None:
    report = await run_import(app, ann, pass_through)

    assert (await ann.delete(f"/imports/{report.id}")).status_code == 204

    deleted = await connection.fetch("SELECT count(*) FROM deleted_workout GROUP BY revision")
    assert [row["count"] for row in deleted] == [50] * 5
    assert await connection.fetchval("SELECT count(*) FROM exercise_record") == 0


async def pass_through(_: float) -> None:
    """Go on."""


async def test_a_checkpoint_ends_an_import_between_batches(
    app: RunningApp, ann: Person, connection: Connection
) -> None:
    async def stop(done: float) -> None:
        if done > 0:
            raise ImportInterrupted

    with pytest.raises(ImportInterrupted) as caught:
        await run_import(app, ann, stop)

    assert caught.value.status == 503
    assert await connection.fetchval("SELECT count(*) FROM workout") == 0
