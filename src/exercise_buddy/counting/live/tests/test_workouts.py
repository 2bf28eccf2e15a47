"""A set that is counted live becomes a set of the workout: once, by its id."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from exercise_buddy.counting.live.tests.support import SQUAT, connected, new_set, split, squat
from tests.asyncapi import check_message
from tests.serving import PortServer
from tests.support import Connection, Person

RUNNING: dict[str, Any] = {"started_at": "2026-05-01T10:00:00+02:00", "exercises": []}


async def count(server: PortServer, token: str, reps: int, **start: Any) -> dict[str, Any]:
    """Count a set, and return the final message."""
    async with connected(server, token) as client:
        await client.start(**({"set_id": new_set()} | start))
        await client.send_all(split(*squat(reps), 60))
        return await client.end()


async def test_the_set_is_stored_in_the_running_workout(server: PortServer, ann: Person, token: str) -> None:
    workout = await ann.log(**RUNNING)
    set_id = new_set()
    counted = await count(server, token, 3, set_id=set_id, workout_id=workout["id"])
    async with connected(server, token) as client:
        await client.send("start", set_id=set_id, exercise_id=SQUAT, workout_id=workout["id"])
        again = await client.receive("counted")
    second = await count(server, token, 2, workout_id=workout["id"])
    stored = (await ann.get(f"/workouts/{workout['id']}")).json()
    (entry,) = stored["exercises"]

    assert again == counted
    assert counted["stored"] == {"workout_id": workout["id"], "entry_id": entry["id"], "set_id": set_id}
    assert [workout_set["id"] for workout_set in entry["sets"]] == [set_id, second["stored"]["set_id"]]
    assert [workout_set["reps"] for workout_set in entry["sets"]] == [3, 2]
    evidence = entry["sets"][0]["evidence"]
    assert (evidence["counter"]["name"], evidence["detected_reps"]) == ("exercise-buddy", 3)
    assert [rep["rejected"] for rep in evidence["reps"]].count(False) == 3


async def test_a_set_without_a_workout_is_not_stored(server: PortServer, token: str, connection: Connection) -> None:
    counted = await count(server, token, 2)

    assert (counted["count"], counted["stored"], counted["problem"]) == (2, None, None)
    assert await connection.fetchval("SELECT count(*) FROM workout_set") == 0


async def test_nothing_counted_is_not_stored(server: PortServer, ann: Person, token: str) -> None:
    workout = await ann.log(**RUNNING)
    counted = await count(server, token, 0, workout_id=workout["id"])

    assert (counted["stored"], counted["problem"]["type"]) == (None, "/problems/nothing-counted")


async def test_a_workout_that_was_deleted_meanwhile(server: PortServer, ann: Person, token: str) -> None:
    workout = await ann.log(**RUNNING)
    async with connected(server, token) as client:
        await client.start(new_set(), workout_id=workout["id"])
        await client.send_all(split(*squat(2), 60))
        assert (await ann.delete(f"/workouts/{workout['id']}")).status_code == 204
        counted = await client.end()

    assert (counted["count"], counted["stored"]) == (2, None)
    assert (counted["problem"]["status"], counted["problem"]["type"]) == (404, "/problems/not-found")


async def test_workouts_and_sets_that_cannot_be_used(server: PortServer, ann: Person, bob: Person, token: str) -> None:
    finished = await ann.log(**RUNNING, ended_at="2026-05-01T11:00:00+02:00")
    running = await ann.log(**RUNNING)
    other = await bob.log(**RUNNING)
    set_id = new_set()
    taken = RUNNING | {"exercises": [{"exercise_id": SQUAT, "sets": [{"id": set_id, "reps": 5}]}]}
    await ann.log(**taken)
    refused = []
    for start in (
        {"exercise_id": SQUAT, "workout_id": finished["id"], "set_id": new_set()},
        {"exercise_id": SQUAT, "workout_id": other["id"], "set_id": new_set()},
        {"exercise_id": SQUAT, "workout_id": running["id"], "set_id": set_id},
        {"workout_id": running["id"], "set_id": new_set()},
    ):
        async with connected(server, token) as client:
            await client.send("start", **start)
            problem, code = await client.read_problem()
            refused.append((problem["type"].removeprefix("/problems/"), code))

    assert refused == [
        ("workout-finished", 4409),
        ("not-found", 4404),
        ("part-id-taken", 4409),
        ("invalid-input", 4422),
    ]


@pytest.mark.parametrize("is_stored", [True, False], ids=["stored", "not stored"])
async def test_another_device_watches(server: PortServer, ann: Person, token: str, is_stored: bool) -> None:
    started = datetime.now(UTC).isoformat()
    workout = await ann.log(started_at=started, exercises=[])
    set_id = new_set()
    url = f"http://127.0.0.1:{server.port}/api/v1/workouts/{workout['id']}/events"
    # A set that names no workout is watched by the devices that watch the current one.
    last, named = ({"counted", "workout_changed"}, workout["id"]) if is_stored else ({"counted"}, None)
    events: list[tuple[str, dict[str, Any]]] = []
    watching = asyncio.Event()

    async def watch() -> None:
        async with (
            httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=30) as client,
            client.stream("GET", url) as response,
        ):
            kind = ""
            async for line in response.aiter_lines():
                name, _, value = line.partition(": ")
                if name == "event":
                    kind = value
                elif name == "data":
                    events.append((kind, json.loads(value)))
                    watching.set()
                    if last <= {kind for kind, _ in events}:
                        return

    device = asyncio.create_task(watch())
    await watching.wait()
    await count(server, token, 2, set_id=set_id, workout_id=named)
    await device

    assert [data["number"] for kind, data in events if kind == "rep"] == [1, 2]
    assert [data for kind, data in events if kind == "counted"] == [
        {"set_id": set_id, "exercise_id": SQUAT, "count": 2}
    ]
    for kind, data in events:
        check_message("workoutEvents", kind, data)


async def test_a_set_without_a_workout_in_progress_is_watched_by_nobody(
    server: PortServer, ann: Person, bob: Person, token: str
) -> None:
    # Neither a finished workout nor the one of another user.
    started = datetime.now(UTC) - timedelta(hours=2)
    await ann.log(started_at=started.isoformat(), ended_at=(started + timedelta(hours=1)).isoformat(), exercises=[])
    await bob.log(started_at=started.isoformat(), exercises=[])

    assert (await count(server, token, 2))["count"] == 2

    assert list(server.state["workout_events"]._live) == []
