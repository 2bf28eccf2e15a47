"""People who count sets live, and devices that watch a running workout."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx2
import orjson
from websockets.exceptions import WebSocketException

from benchmarks.soak.people import Person
from exercise_buddy.counting.live.tests.support import HZ, SQUAT, connected, split, squat

REPS = 8
_SAMPLES_OF_MESSAGE = 3
_EVENTS_OF_STREAM = 12
_PAUSE_SECONDS = 1.0


async def count_sets(port: int, person: Person) -> None:
    """Count one set after the other, each on a connection of its own, as a camera sends it."""
    while True:
        try:
            count = await _count_set(port, person.token)
        except (OSError, WebSocketException, TimeoutError, RuntimeError) as error:
            person.records.fail("live set", f"{type(error).__name__} {error}")
        else:
            person.records.events["sets counted live"] += 1
            if count != REPS:
                person.records.fail("live set", f"counted {count} of {REPS}")
        await asyncio.sleep(_PAUSE_SECONDS)


async def _count_set(port: int, token: str) -> int:
    times_ms, landmarks = squat(REPS)
    loop = asyncio.get_running_loop()
    async with connected(port, token) as client, asyncio.timeout(120):
        await client.send("start", set_id=str(uuid4()), exercise_id=SQUAT)
        answer = asyncio.create_task(_read_count(client.socket))
        try:
            begin = loop.time()
            for number, message in enumerate(split(times_ms, landmarks, _SAMPLES_OF_MESSAGE)):
                await asyncio.sleep(begin + number * _SAMPLES_OF_MESSAGE / HZ - loop.time())
                await client.socket.send(orjson.dumps(message).decode())
            await client.send("end")
            return await answer
        finally:
            answer.cancel()


async def _read_count(socket: object) -> int:
    async for text in socket:  # type: ignore[attr-defined]
        message = orjson.loads(text)
        if message["type"] == "counted":
            return int(message["count"])
        if message["type"] == "problem":
            raise RuntimeError(message["problem"])
    raise RuntimeError("The connection ended.")


async def watch_workouts(person: Person) -> None:
    """Perform one workout after the other, which another device watches."""
    while True:
        now = person.records.now
        content: dict[str, Any] = {
            "started_at": "2026-06-01T18:00:00Z",
            "ended_at": None,
            "time_zone": "UTC",
            "exercises": [],
        }
        created = await person.send("start", now(), "POST", "/workouts", json=content)
        if created is None:
            await asyncio.sleep(_PAUSE_SECONDS)
            continue
        path = f"/workouts/{created.json()['id']}"
        watching = asyncio.create_task(_watch(person, path))
        for _ in range(_EVENTS_OF_STREAM):
            await asyncio.sleep(2)
            done = {"exercise_id": SQUAT, "sets": [{"reps": 5}]}
            await person.send("append", now(), "POST", f"{path}/sets", json=done)
        await person.send("finish", now(), "POST", f"{path}/finish", json={"ended_at": "2026-06-01T19:00:00Z"})
        # The stream ends with the workout.
        await watching
        await person.send("delete", now(), "DELETE", path)


async def _watch(person: Person, path: str) -> None:
    changes = 0
    try:
        async with asyncio.timeout(120), person.client.stream("GET", f"{path}/events") as response:
            response.raise_for_status()
            async for line in response.aiter_lines():
                changes += line == "event: workout_changed"
    except (httpx2.HTTPError, TimeoutError) as error:
        person.records.fail("stream", f"{type(error).__name__} {error}")
        return
    person.records.events["streams watched to their end"] += 1
    person.records.events["changes seen in streams"] += changes
