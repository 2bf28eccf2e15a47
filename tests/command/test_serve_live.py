"""Live counting on the worker processes of `exercise-buddy serve`."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest

from exercise_buddy.counting.live.tests.support import LiveClient, connected, new_set, split, squat
from tests.command.processes import Server, ServerStarter, register, run, sign_in

pytestmark = pytest.mark.usefixtures("anyio_backend")

EXAMPLE = Path(__file__).parents[2] / "examples" / "count.py"


def find_worker(server: Server, client: LiveClient) -> int:
    """Return the process that serves a connection."""
    port = client.socket.local_address[1]
    for worker in server.list_workers():
        with contextlib.suppress(psutil.NoSuchProcess):
            if any(connection.raddr and connection.raddr.port == port for connection in worker.net_connections()):
                return int(worker.pid)
    raise AssertionError("no worker has this connection")


def get_port(client: httpx2.Client) -> int:
    assert client.base_url.port is not None
    return int(client.base_url.port)


def test_a_set_survives_its_workers(start: ServerStarter, given_database: dict[str, str]) -> None:
    server, http = start("--workers", "4", **given_database)
    register(http)
    headers = sign_in(http)
    workout = http.post("/api/v1/workouts", json={"started_at": "2026-05-01T10:00:00Z"}, headers=headers).json()
    token = headers["Authorization"].removeprefix("Bearer ")
    set_id = new_set()
    times_ms, landmarks = squat(6)
    begins: list[int] = []
    workers: list[int] = []

    async def count() -> dict[str, Any]:
        for cut in (110, 230, 300):
            async with connected(get_port(http), token) as client:
                begins.append(await client.start(set_id, workout_id=workout["id"]))
                await client.send_all(split(times_ms[:cut], landmarks, 10, begins[-1]))
                await client.receive("saved")
                workers.append(find_worker(server, client))
                if cut == 230:
                    os.kill(workers[-1], signal.SIGKILL)
                    await client.socket.wait_closed()
                else:
                    client.socket.transport.abort()
        async with connected(get_port(http), token) as client:
            begins.append(await client.start(set_id, workout_id=workout["id"]))
            await client.send_all(split(times_ms, landmarks, 60, begins[-1]))
            counted = await client.end()
            assert client.reps().keys() == {1, 2, 3, 4, 5, 6}
            return counted

    counted = asyncio.run(count())
    stored = http.get(f"/api/v1/workouts/{workout['id']}", headers=headers).json()
    status = server.stop()

    assert begins[0] == 0
    assert begins == sorted(begins)
    assert begins[1] > 0
    assert len(set(workers)) > 1
    assert counted["count"] == 6
    assert [workout_set["id"] for entry in stored["exercises"] for workout_set in entry["sets"]] == [set_id]
    assert status == 0
    assert "Traceback" not in server.output


def test_clients_are_told_to_reconnect_when_the_server_stops(
    start: ServerStarter, given_database: dict[str, str]
) -> None:
    server, http = start("--workers", "2", **given_database)
    register(http)
    token = sign_in(http)["Authorization"].removeprefix("Bearer ")

    async def count() -> list[tuple[str, int]]:
        async with contextlib.AsyncExitStack() as stack:
            clients = [await stack.enter_async_context(connected(get_port(http), token)) for _ in range(5)]
            for client in clients:
                await client.start(new_set())
                await client.send_all(split(*squat(1), 30))
            stopping = asyncio.create_task(asyncio.to_thread(server.stop))
            goodbyes = [await client.read_problem() for client in clients]
            assert {client.last("saved")["next_seq"] for client in clients} == {120}
            assert await stopping == 0
            return [(problem["type"], code) for problem, code in goodbyes]

    assert asyncio.run(count()) == [("/problems/server-restart", 1012)] * 5
    assert "Traceback" not in server.output


def test_the_example_prints_reps_as_they_come(
    folder: Path, start: ServerStarter, given_database: dict[str, str]
) -> None:
    _, http = start(**given_database)
    register(http)
    token = sign_in(http)["Authorization"].removeprefix("Bearer ")
    times_ms, landmarks = squat(3)
    (folder / "trace.jsonl").write_text(json.dumps({"times_ms": times_ms, "landmarks": landmarks}) + "\n")
    command = [sys.executable, str(EXAMPLE)]
    variables = {"TOKEN": token, "API": f"{http.base_url}/api/v1".replace("//api", "/api")}

    counted = run(folder, "trace.jsonl", "--fast", command=command, **variables)
    refused = run(folder, "trace.jsonl", "--fast", command=command, **variables | {"TOKEN": "nonsense"})

    assert counted.returncode == 0, counted.stderr
    assert counted.stdout.splitlines()[-1] == "3 reps"
    assert [line for line in counted.stdout.splitlines() if line.startswith("rep 1: ")] != []
    assert (refused.returncode, refused.stderr) == (1, "The access token is invalid or has expired.\n")
