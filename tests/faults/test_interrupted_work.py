"""Work that takes long is interrupted by `kill -9`: an import, a batch, and a set that is counted live."""

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import takewhile
from pathlib import Path
from typing import Any

import orjson
import psutil
import pytest
from websockets.exceptions import WebSocketException

from exercise_buddy.counting.live.tests.support import SQUAT, LiveClient, connected, new_set, split, squat
from exercise_buddy.transfers.imports.router import MAX_SMALL_FILE_BYTES
from tests.command.processes import ServerStarter
from tests.faults.processes import crash, get_postmaster
from tests.faults.verifier import verify
from tests.faults.writers import Repeater, Writer, writing

# Many times what an idle machine needs.
RECOVERY_SECONDS = 30.0
REPS = 8


def test_an_import_is_interrupted_by_a_crash(folder: Path, start: ServerStarter) -> None:
    """It is continued, and all of it is there; what the same person wrote meanwhile, too."""
    rows = [
        f'2026-02-{day:02} {hour:02}:00:00,"Morning",1h,"Bench Press (Barbell)",{number},{20 + number},5,0,0,"","",'
        for day in range(1, 29)
        for hour in range(24)
        for number in range(1, 9)
    ]
    header = "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"
    content = "\n".join([header, *rows])
    # A smaller file would be imported before the response.
    assert len(content) > MAX_SMALL_FILE_BYTES
    server, client = start()
    with writing(str(client.base_url), 1) as writers:
        headers = writers.people[0].headers
        response = client.post(
            "/api/v1/imports",
            files={"file": ("strong.csv", content)},
            data={"weight_unit": "kg", "time_zone": "UTC"},
            headers=headers,
        )
        assert response.status_code == 202, response.text
        address = response.headers["Location"]
        crash(server, folder)
    server, client = start()
    # Another process takes it over after 30 s without a sign of life.
    deadline = time.monotonic() + 180
    while (state := client.get(address, headers=headers).json())["state"] in {"queued", "running"}:
        assert time.monotonic() < deadline, state
        time.sleep(0.2)
    assert (state["state"], state["workouts"]) == ("completed", 28 * 24), state
    undone = client.delete(address, headers=headers)
    assert undone.is_success, undone.text
    verify(writers, str(client.base_url))
    assert server.stop() == 0


@pytest.mark.short
def test_batches_are_interrupted_by_kills(folder: Path, start: ServerStarter) -> None:
    """Who repeats a batch with its key until it is acknowledged has it once, and never a part of it."""
    server, client = start("--workers", "2")
    with writing(str(client.base_url), 3, Repeater) as writers:
        for number in range(2):
            # At no particular point of a batch.
            time.sleep(random.uniform(0.2, 1))  # noqa: S311
            server.list_workers()[0].kill()
            writers.wait_for_progress(RECOVERY_SECONDS)
            # Otherwise the next one to die might be the only one that serves.
            server.wait_until(lambda: server.output.count("worker_replaced") > number)  # noqa: B023
        time.sleep(random.uniform(0.2, 1))  # noqa: S311
        get_postmaster(folder).kill()
        writers.wait_for_progress(RECOVERY_SECONDS)
    # One batch of each person at most: the one that was not yet repeated at the end.
    assert all(len(person.diary.unanswered) <= 70 for person in writers.people)
    verify(writers)
    assert server.stop() == 0


class _UnavailableError(Exception):
    """The server has ended the connection with 503."""


async def _receive(client: LiveClient, kind: str) -> dict[str, Any]:
    """Return the next message of a kind."""
    while True:
        message: dict[str, Any] = orjson.loads(await client.socket.recv())
        if message["type"] == "problem":
            assert message["problem"]["status"] == 503, message
            raise _UnavailableError
        if message["type"] == kind:
            return message


async def _count_live(port: int, token: str, interrupt: Callable[[int], None]) -> tuple[int, int]:
    """Count a set that is interrupted twice, after a part is saved: `interrupt` gets the port of this client.

    Return the count, and how many of the samples that it has acknowledged had to be sent again.
    """
    set_id = new_set()
    times_ms, landmarks = squat(REPS)
    parts = [len(times_ms) // 3, 2 * len(times_ms) // 3, len(times_ms)]
    acknowledged, lost = 0, 0
    async with asyncio.timeout(4 * RECOVERY_SECONDS):
        while True:
            with suppress(OSError, WebSocketException, _UnavailableError):
                async with connected(port, token) as client:
                    await client.send("start", set_id=set_id, exercise_id=SQUAT)
                    next_seq = (await _receive(client, "ready"))["next_seq"]
                    lost += max(0, acknowledged - next_seq)
                    messages = split(times_ms, landmarks, 10, next_seq)
                    await client.send_all(takewhile(lambda message: message["seq"] < parts[0], messages))
                    if len(parts) == 1:
                        await client.send("end")
                        return int((await _receive(client, "counted"))["count"]), lost
                    acknowledged = (await _receive(client, "saved"))["next_seq"]
                    del parts[0]
                    interrupt(client.socket.local_address[1])
            await asyncio.sleep(0.2)


def test_a_live_set_is_interrupted_by_kills(folder: Path, start: ServerStarter) -> None:
    """The set is resumed after its process and then the database were killed: no rep is lost, none counts twice."""
    server, client = start("--workers", "2")
    killed: list[int] = []
    with writing(str(client.base_url)) as writers:
        athlete = Writer(str(client.base_url), "athlete", 0)

        def interrupt(port: int) -> None:
            victim = get_postmaster(folder)
            if not killed:
                victim = next(worker for worker in server.list_workers() if _serves(worker, port))
            killed.append(victim.pid)
            victim.kill()

        token = athlete.headers["Authorization"].removeprefix("Bearer ")
        count, lost = asyncio.run(_count_live(client.base_url.port or 0, token, interrupt))
        writers.wait_for_progress(RECOVERY_SECONDS)
    verify(writers)
    assert (count, lost, len(killed)) == (REPS, 0, 2)
    assert server.stop() == 0


def _serves(worker: psutil.Process, port: int) -> bool:
    """Return whether a worker has the connection of a client."""
    return any(connection.raddr and connection.raddr.port == port for connection in worker.net_connections("tcp"))
