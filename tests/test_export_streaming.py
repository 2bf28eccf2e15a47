"""The response of an export: headers, limits, streaming, failures."""

import asyncio
import io
import json
import os
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, nullcontext
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zipfile import BadZipFile, ZipFile

import httpx2
import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.exports import Chunks, ExportFile
from exercise_buddy.core.http.http_protocol import BoundedHttpProtocol
from exercise_buddy.main import EXPORTS
from tests.exports import MANY_WORKOUTS, export, unzip
from tests.factories import read_problem
from tests.support import Connection, Person, RunningApp, sign_up

URL = "/api/v1/users/me/export"


async def test_response_headers_name_the_file_and_forbid_caching(ann: Person) -> None:
    response = await ann.get("/users/me/export", headers={"Origin": "http://localhost:5173"})

    assert response.headers["content-type"] == "application/zip"
    name = f"exercise-buddy-export-{datetime.now(UTC).date()}.zip"
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert response.headers["cache-control"] == "no-store"
    assert "Content-Disposition" in response.headers["access-control-expose-headers"]
    with ZipFile(io.BytesIO(response.content)) as archive:
        written = {datetime(*entry.date_time, tzinfo=UTC) for entry in archive.infolist()}
    assert (datetime.now(UTC) - written.pop()).total_seconds() < 60


async def test_five_exports_per_hour_and_user(ann: Person, bob: Person) -> None:
    statuses = [(await ann.get("/users/me/export")).status_code for _ in range(6)]

    assert statuses == [200] * 5 + [429]
    refused = await ann.get("/users/me/export")
    assert "exports_user" in refused.json()["detail"]
    assert int(refused.headers["retry-after"]) > 3000
    assert (await bob.get("/users/me/export")).status_code == 200


async def test_a_deleted_account_is_refused(ann: Person, connection: Connection) -> None:
    # This process has seen the session, and does not hear of its end, which would end the request earlier.
    await ann.get("/users/me")
    await connection.execute("ALTER TABLE auth_session DISABLE TRIGGER note_deleted")
    await connection.execute("DELETE FROM user_account")

    response = await ann.get("/users/me/export")

    assert read_problem(response) == (401, "/problems/account-gone")


Take = Callable[[bytes], Awaitable[None]]


async def download(app: RunningApp, person: Person, take: Take, *more: ExportFile) -> None:
    """Call the app as a server does, and await `take` for each chunk of the body."""
    authorization = person.client.headers["Authorization"].encode()
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": URL,
        "raw_path": URL.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver"), (b"authorization", authorization)],
        "client": ("203.0.113.7", 50_000),
        "server": ("testserver", 80),
        "state": dict(app.state) | {"exports": (*EXPORTS, *more)},
    }
    requests = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        return next(requests, None) or await asyncio.get_running_loop().create_future()

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            assert message["status"] == 200
        elif message.get("body"):
            await take(message["body"])

    await app.app(scope, receive, send)


async def test_a_slow_client_does_not_hold_a_database_connection(start_app: Any, connection: Connection) -> None:
    app = await start_app(database_pool_size=1)
    ann = await sign_up(app, "ann")
    await connection.execute(MANY_WORKOUTS, UUID(ann.id), 60)
    reads = app.state["database"].reads
    chunks: list[bytes] = []

    async def take(chunk: bytes) -> None:
        chunks.append(chunk)
        assert reads.get_idle_size() == reads.get_size() == 1
        assert (await ann.get("/workouts")).status_code == 200

    await download(app, ann, take)

    assert len(chunks) > 5
    assert len(json.loads(unzip(b"".join(chunks))["workouts.json"])) == 60
    await ann.client.aclose()


async def test_concurrent_writes_do_not_corrupt_a_file(app: RunningApp, ann: Person, connection: Connection) -> None:
    await connection.execute(MANY_WORKOUTS, UUID(ann.id), 60)
    chunks: list[bytes] = []

    async def take(chunk: bytes) -> None:
        if not chunks:
            # The first page of the workouts has been read, the others have not.
            await connection.execute("DELETE FROM workout WHERE local_date < '2016-02-20'")
            await ann.log(started_at="2026-04-03T10:00:00Z")
        chunks.append(chunk)

    await download(app, ann, take)

    found = json.loads(unzip(b"".join(chunks))["workouts.json"])
    assert 11 <= len(found) <= 20
    assert found[0]["title"] == "Workout 60"


async def test_memory_does_not_grow_with_the_account(app: RunningApp, ann: Person, connection: Connection) -> None:
    # The first export of a process also compiles the statements, which stay.
    await export(ann)
    await connection.execute(MANY_WORKOUTS, UUID(ann.id), 1500)
    largest = size = 0

    async def take(chunk: bytes) -> None:
        nonlocal largest, size
        largest, size = max(largest, len(chunk)), size + len(chunk)

    tracemalloc.start()
    try:
        await download(app, ann, take)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert size > 10_000_000
    assert largest < 500_000
    assert peak < 5_000_000


async def test_a_failure_before_the_first_chunk_is_a_problem(ann: Person, connection: Connection) -> None:
    await connection.execute("ALTER TABLE goal RENAME TO lost")

    response = await ann.get("/users/me/export")

    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert "content-disposition" not in response.headers


async def _fail_midway(_database: Database, _user_id: UUID) -> Chunks:
    yield os.urandom(300_000)
    raise ConnectionError("in the middle")


BROKEN = ExportFile("broken.bin", [], _fail_midway)


@asynccontextmanager
async def serve(app: RunningApp, *more: ExportFile) -> AsyncIterator[str]:
    """Serve the app on a port, with additional files in the export; yield its URL."""

    async def with_state(scope: Scope, receive: Receive, send: Send) -> None:
        scope["state"] = dict(app.state) | {"exports": (*EXPORTS, *more)}
        await app.app(scope, receive, send)

    config = uvicorn.Config(
        with_state, port=0, http=BoundedHttpProtocol, ws="none", lifespan="off", log_config=None, access_log=False
    )
    server = uvicorn.Server(config)
    server.capture_signals = nullcontext  # type: ignore[method-assign,assignment]
    running = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110  (uvicorn has no event for it)
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    await running


async def test_a_socket_receives_the_whole_archive(app: RunningApp, ann: Person, connection: Connection) -> None:
    await connection.execute(MANY_WORKOUTS, UUID(ann.id), 100)

    async with serve(app) as url, httpx2.AsyncClient(headers=ann.client.headers) as client:
        response = await client.get(f"{url}{URL}")

    assert response.headers["transfer-encoding"] == "chunked"
    assert len(json.loads(unzip(response.content)["workouts.json"])) == 100


async def test_a_failure_midway_leaves_an_incomplete_archive(app: RunningApp, ann: Person) -> None:
    received = bytearray()

    async def receive(response: httpx2.Response) -> None:
        assert response.status_code == 200
        async for chunk in response.aiter_raw():
            received.extend(chunk)

    async with (
        serve(app, BROKEN) as url,
        httpx2.AsyncClient(headers=ann.client.headers) as client,
        client.stream("GET", f"{url}{URL}") as response,
    ):
        with pytest.raises(httpx2.RemoteProtocolError, match="incomplete"):
            await receive(response)

    assert received.startswith(b"PK")
    with pytest.raises(BadZipFile):
        ZipFile(io.BytesIO(received))


async def test_a_disconnect_ends_the_export(app: RunningApp, ann: Person) -> None:
    ended = asyncio.Event()

    async def produce_endlessly(_database: Database, _user_id: UUID) -> Chunks:
        try:
            while True:
                yield os.urandom(300_000)
        finally:
            ended.set()

    file = ExportFile("endless.bin", [], produce_endlessly)
    async with serve(app, file) as url, httpx2.AsyncClient(headers=ann.client.headers) as client:
        async with client.stream("GET", f"{url}{URL}") as response:
            await anext(response.aiter_raw())

        await asyncio.wait_for(ended.wait(), 20)

    reads = app.state["database"].reads
    assert reads.get_idle_size() == reads.get_size()
