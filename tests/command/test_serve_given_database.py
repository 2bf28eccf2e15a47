"""`exercise-buddy serve` with a given database."""

import asyncio
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import jwt
import pytest

from tests.command.processes import ServerStarter, get_me, register, run, sign_in
from tests.factories import workout
from tests.support import SECRET, find_free_port

pytestmark = pytest.mark.usefixtures("anyio_backend")


def fetch_value(url: str, query: str) -> Any:
    async def fetch() -> Any:
        connection = await asyncpg.connect(url)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()

    return asyncio.run(fetch())


def get_key_id(headers: dict[str, str]) -> str:
    return str(jwt.get_unverified_header(headers["Authorization"].removeprefix("Bearer "))["kid"])


def test_serve_does_not_migrate_a_given_database(folder: Path, start: ServerStarter, empty_database_url: str) -> None:
    variables = {"DATABASE_URL": empty_database_url, "SECRET_KEY": SECRET}
    server, client = start(**variables)
    before = client.get("/health/ready").status_code, register(client)
    migrated = run(folder, "migrate", **variables)
    after = client.get("/health/ready").status_code, register(client)

    assert (before, after, server.stop()) == ((503, 503), (200, 201), 0)
    assert migrated.returncode == 0, migrated.stderr
    assert "up to date" in migrated.stdout
    assert fetch_value(empty_database_url, "SELECT count(*) FROM catalogue_exercise") >= 150
    # The folder may hold the mail of the registration, but no embedded database.
    assert not (folder / ".data" / "postgres").exists()


def test_all_processes_follow_key_rotation_and_revocation(
    folder: Path, start: ServerStarter, given_database: dict[str, str]
) -> None:
    # A relative path: the serving processes resolve it too.
    variables = given_database | {"ALGORITHM": "EdDSA", "DATA_DIR": "data"}

    def get_statuses(*tokens: dict[str, str]) -> set[tuple[int, ...]]:
        # A connection for each request, so that both workers respond.
        return {tuple(get_me(client, token | {"Connection": "close"}) for token in tokens) for _ in range(10)}

    refused = run(folder, "serve", "--port", str(find_free_port()), **variables)
    generated = run(folder, "keys", "generate", **variables)
    server, client = start("--workers", "2", **variables)
    register(client)
    old = sign_in(client)
    before = get_statuses(old)
    rotated = run(folder, "keys", "rotate", **variables)
    old_key, new_key = (key["kid"] for key in json.loads((folder / "data/signing_keys.json").read_text())["keys"])
    deadline = time.monotonic() + 30
    new = sign_in(client)
    while get_key_id(new) != new_key and time.monotonic() < deadline:
        time.sleep(0.1)
        new = sign_in(client)
    after_rotation = get_statuses(old, new)
    published = {key["kid"] for key in client.get("/.well-known/jwks.json").json()["keys"]}
    revoked = run(folder, "keys", "rotate", "--revoke", **variables)
    deadline = time.monotonic() + 30
    while (after_revocation := get_statuses(old, new)) != {(401, 401)} and time.monotonic() < deadline:
        time.sleep(0.1)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "SIGNING_KEYS_FILE: data/signing_keys.json does not exist. Create it with: exercise-buddy keys generate\n"
    )
    assert (generated.returncode, rotated.returncode, revoked.returncode) == (0, 0, 0)
    assert (get_key_id(old), get_key_id(new)) == (old_key, new_key)
    assert (before, after_rotation, after_revocation) == ({(200,)}, {(200, 200)}, {(401, 401)})
    assert published == {old_key, new_key}
    assert server.stop() == 0
    assert "Traceback" not in server.output


def test_accepted_requests_are_finished_at_shutdown(start: ServerStarter, given_database: dict[str, str]) -> None:
    server, client = start(**given_database)
    register(client)
    headers = sign_in(client)
    workout = {"started_at": "2026-05-01T10:00:00Z", "exercises": []}
    statuses: list[int] = []
    lost: list[str] = []
    under_load = threading.Event()

    def keep_writing(base_url: str) -> None:
        with httpx2.Client(base_url=base_url, headers=headers) as writer:
            while True:
                try:
                    response = writer.post("/api/v1/workouts", json=workout)
                except httpx2.ConnectError:
                    return
                except httpx2.TransportError as error:
                    # The server may close a kept-alive connection before it accepts the next request on it.
                    lost.append(type(error).__name__)
                    return
                statuses.append(response.status_code)
                if len(statuses) >= 40:
                    under_load.set()

    with ThreadPoolExecutor(8) as threads:
        writers = threads.map(keep_writing, [str(client.base_url)] * 8)
        assert under_load.wait(60)
        status = server.stop()
        list(writers)

    stored = fetch_value(given_database["DATABASE_URL"], "SELECT count(*) FROM workout")
    created = statuses.count(201)
    assert status == 0
    assert set(statuses) == {201}
    assert created <= stored <= created + len(lost)
    assert "Traceback" not in server.output


@pytest.mark.parametrize("options", [(), ("--workers", "2")])
def test_streams_end_when_the_server_stops(
    start: ServerStarter, given_database: dict[str, str], options: tuple[str, ...]
) -> None:
    server, client = start(*options, **given_database)
    register(client)
    headers = sign_in(client)
    running = client.post("/api/v1/workouts", json=workout(ended_at=None), headers=headers)
    path = f"/api/v1/workouts/{running.json()['id']}/events"

    with client.stream("GET", path, headers=headers) as stream:
        lines = stream.iter_lines()
        first = [next(lines) for _ in range(4)]
        started = time.monotonic()
        with ThreadPoolExecutor() as threads:
            stopping = threads.submit(server.stop)
            rest = list(lines)
            status = stopping.result()
        took = time.monotonic() - started

    assert "event: workout" in first
    assert 'data: {"reason":"restart"}' in rest
    assert status == 0
    # The server waits up to 30 s for responses.
    assert took < 10
    assert "Traceback" not in server.output
    assert "ASGI" not in server.output
