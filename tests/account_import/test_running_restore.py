"""Other requests of a user while a whole account is being imported, or that is being undone."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg
from httpx2 import Response

from exercise_buddy.transfers.imports.tests.test_batches import count_waiting
from exercise_buddy.transfers.tests.support import send_file, wait_for_import
from tests.account_import.support import comparable, fill, pack
from tests.exports import BENCH, export
from tests.support import Connection, Person, RunningApp, wait_until

AT = "2026-05-04T10:00:00Z"
CREATE: dict[str, Any] = {
    "operation": "create_workout",
    "id": str(uuid4()),
    "data": {"started_at": AT, "exercises": []},
}
WRITES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/workouts", {"started_at": AT, "exercises": [{"exercise_id": BENCH, "sets": [{"reps": 5}]}]}),
    ("POST", "/workouts/quick", {"exercise": "bodyweight-squat", "reps": 10, "duration_seconds": 30}),
    ("POST", "/routines", {"name": "Push", "exercises": []}),
    ("POST", "/exercises", {"name": "My press"}),
    ("POST", "/users/me/body-measurements", {"measured_on": "2026-05-04", "mass_kg": 80}),
    ("PUT", "/statistics/goal", {"metric": "workouts", "target": 3}),
    ("PATCH", "/users/me", {"display_name": "Bob"}),
]
READS = ("/users/me", "/workouts", "/statistics/dashboard", "/sync/changes", "/imports", "/users/me/usage")
_MARKED = "SELECT count(*) FROM user_revision WHERE restore_id IS NOT NULL"


@asynccontextmanager
async def paused(database_url: str, connection: Connection, running: Any) -> AsyncIterator[None]:
    """Hold a lock that a restore waits for when it writes calibrations, and nobody else."""
    holder = await asyncpg.connect(database_url)

    async def is_writing() -> bool:
        return await count_waiting(connection) == 1

    try:
        async with holder.transaction():
            await holder.execute("LOCK TABLE counting_calibration IN EXCLUSIVE MODE")
            await running()
            await wait_until(is_writing)
            yield
    finally:
        await holder.close()


async def send(person: Person, method: str, path: str, **content: Any) -> Response:
    return await person.client.request(method, f"/api/v1{path}", **content)


async def refuse(person: Person, method: str, path: str, **content: Any) -> Response:
    # A write that waits for a lock gets a 503 instead.
    response = await send(person, method, path, **content)
    assert (response.status_code, response.json()["type"]) == (409, "/problems/restore-running"), path
    assert int(response.headers["Retry-After"]) > 0
    return response


async def test_writes_are_refused_at_once_while_an_account_is_imported(
    app: RunningApp, ann: Person, bob: Person, connection: Connection, database_url: str
) -> None:
    await fill(ann, connection)
    exported = await export(ann)
    queued: dict[str, Any] = {}

    async def start() -> None:
        queued.update((await send_file(bob, pack(exported))).json())

    # It waits after workouts are written, and before goals are.
    async with paused(database_url, connection, start):
        for method, path, body in WRITES:
            refused = await refuse(bob, method, path, json=body)
            assert refused.json()["import_id"] == queued["id"]
        await refuse(bob, "POST", "/sync/batch", json={"operations": [CREATE]})
        await refuse(bob, "POST", "/imports", files={"file": ("a.csv", pack(exported))})
        for path in READS:
            assert (await bob.get(path)).status_code == 200, path
        credentials = {"username": bob.email, "password": bob.password}
        assert (await app.client().post("/api/v1/auth/login", data=credentials)).status_code == 200
        goal = {"metric": "workouts", "target": 3}
        assert (await ann.put("/statistics/goal", json=goal)).status_code == 200

    await wait_for_import(bob, queued["id"])
    assert comparable(await export(bob)) == comparable(exported)
    for method, path, body in WRITES:
        assert (await send(bob, method, path, json=body)).status_code in {200, 201}, path


async def test_edits_are_refused_at_once_while_the_import_of_an_account_is_undone(
    ann: Person, bob: Person, connection: Connection, database_url: str
) -> None:
    await fill(ann, connection)
    done = (await send_file(bob, pack(await export(ann)))).json()
    await wait_for_import(bob, done["id"])
    workout = (await bob.get("/workouts")).json()["items"][0]["id"]
    undo: list[asyncio.Task[Response]] = []

    async def start() -> None:
        undo.append(asyncio.create_task(bob.delete(f"/imports/{done['id']}")))

    async with paused(database_url, connection, start):
        await refuse(bob, "PATCH", f"/workouts/{workout}", json={"title": "Changed"})
        await refuse(bob, "DELETE", f"/workouts/{workout}")
        assert (await bob.get(f"/workouts/{workout}")).status_code == 200

    assert (await undo[0]).status_code == 204
    assert (await bob.get("/workouts")).json()["items"] == []


async def test_a_concurrent_writer_hears_of_the_restore_and_never_waits(
    ann: Person, bob: Person, connection: Connection
) -> None:
    await fill(ann, connection)
    for number in range(150):
        sets = [{"reps": 5, "weight_kg": 50}] * 10
        await ann.log(started_at=AT, title=f"W {number}", exercises=[{"exercise_id": BENCH, "sets": sets}])
    exported = await export(ann)
    statuses: list[int] = []
    ended = asyncio.Event()

    async def write() -> None:
        while not ended.is_set():
            # It leaves the account empty, so the restore can begin at any time.
            response = await bob.patch("/users/me", json={"display_name": "Bob"})
            statuses.append(response.status_code)

    writer = asyncio.create_task(write())
    done = await wait_for_import(bob, (await send_file(bob, pack(exported))).json()["id"])
    ended.set()
    await writer
    after = await bob.patch("/users/me", json={"display_name": "Bob"})

    assert set(statuses) == {200, 409}
    assert after.status_code == 200
    restored = comparable(await export(bob))
    assert restored["workouts.json"] == exported["workouts.json"]
    assert done["workouts"] == len(json.loads(restored["workouts.json"]))


async def test_a_failed_restore_lets_writes_pass(ann: Person, bob: Person, connection: Connection) -> None:
    await fill(ann, connection)
    exported = await export(ann)
    failed = (await send_file(bob, pack(exported | {"goals.json": b"[1]"}))).json()

    await wait_for_import(bob, failed["id"], "failed")

    assert await connection.fetchval(_MARKED) == 0
    for method, path, body in WRITES:
        assert (await send(bob, method, path, json=body)).status_code in {200, 201}, path


async def test_the_mark_of_a_process_that_was_killed_refuses_nothing(bob: Person, connection: Connection) -> None:
    marked = "UPDATE user_revision SET restore_id = $1 WHERE user_id = $2"
    for method, path, body in WRITES:
        await connection.execute(marked, uuid4(), UUID(bob.id))

        assert (await send(bob, method, path, json=body)).status_code in {200, 201}, path

        assert await connection.fetchval(_MARKED) == 0
