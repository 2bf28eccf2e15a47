"""The floor: raw ASGI and asyncpg over the same rows, nothing checked, nobody authenticated. What is possible here.

The user is taken from the environment; so is the exercise of the workouts that are created.
"""

import os
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import asyncpg
import orjson

from exercise_buddy.statistics.overview.queries import SUMMARY

USER = uuid.UUID(os.environ["FLOOR_USER"])
EXERCISE = uuid.UUID(os.environ["FLOOR_EXERCISE"])
Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]

LIST = """
SELECT id, title, started_at, ended_at, time_zone, local_date, notes, source, exercise_count, set_count, rep_count,
       volume_kg, duration_seconds, met_minutes, created_at, updated_at
FROM workout WHERE user_id = $1 ORDER BY started_at DESC, id DESC LIMIT 20
"""
ONE = LIST.replace("ORDER BY started_at DESC, id DESC LIMIT 20", "AND id = $2")
CHILDREN = """
SELECT e.id, e.workout_id, e.position, e.exercise_id, coalesce(c.name, u.name) AS name, e.superset, e.notes,
       e.set_count, e.rep_count, e.volume_kg, e.best_set_weight_kg, e.best_set_reps, e.best_e1rm_kg
FROM workout_exercise e
LEFT JOIN catalogue_exercise c ON c.id = e.catalogue_exercise_id
LEFT JOIN custom_exercise u ON u.user_id = e.user_id AND u.id = e.custom_exercise_id
WHERE e.user_id = $1 AND e.workout_id = ANY($2) ORDER BY e.workout_id, e.position
"""
SETS = """
SELECT id, workout_id, exercise_position, kind, reps, weight_kg, duration_seconds, distance_meters, rpe, rest_seconds
FROM workout_set WHERE user_id = $1 AND workout_id = ANY($2) ORDER BY workout_id, exercise_position, position
"""
# Statistics have no simpler statement that gives the same: what is compared is all that is around it.

_state: dict[str, Any] = {}


@asynccontextmanager
async def _database() -> AsyncIterator[None]:
    async with asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=10, max_size=10, server_settings={"jit": "off", "timezone": "UTC"}
    ) as pool:
        _state["pool"] = pool
        yield


async def _assembled(connection: Any, heads: list[Any], *, with_sets: bool) -> list[dict[str, Any]]:
    ids = [head["id"] for head in heads]
    exercises: dict[tuple[Any, int], dict[str, Any]] = {}
    of_workout: dict[Any, list[dict[str, Any]]] = {}
    for row in await connection.fetch(CHILDREN, USER, ids):
        exercise = dict(row) | {"sets": []}
        exercises[row["workout_id"], row["position"]] = exercise
        of_workout.setdefault(row["workout_id"], []).append(exercise)
    if with_sets:
        for row in await connection.fetch(SETS, USER, ids):
            exercises[row["workout_id"], row["exercise_position"]]["sets"].append(dict(row))
    return [dict(head) | {"exercises": of_workout.get(head["id"], [])} for head in heads]


async def _list(_body: bytes, query: bytes, _path: str) -> Any:
    async with _state["pool"].acquire() as connection:
        heads = await connection.fetch(LIST, USER)
        return {"items": await _assembled(connection, heads, with_sets=b"include=sets" in query)}


async def _one(_body: bytes, _query: bytes, path: str) -> Any:
    async with _state["pool"].acquire() as connection:
        heads = await connection.fetch(ONE, USER, uuid.UUID(path.rpartition("/")[2]))
        return (await _assembled(connection, heads, with_sets=True))[0]


async def _summary(_body: bytes, _query: bytes, _path: str) -> Any:
    async with _state["pool"].acquire() as connection:
        values = {"user_id": USER, "now": datetime.now(UTC), "from_date": None, "to_date": None}
        return orjson.Fragment(await connection.fetchval(SUMMARY.statement.sql, *SUMMARY.statement.arguments(values)))


async def _create(body: bytes, _query: bytes, _path: str) -> Any:
    given = orjson.loads(body)
    workout_id, now = uuid.uuid4(), datetime.now(UTC)
    started_at, ended_at = (datetime.fromisoformat(given[name]) for name in ("started_at", "ended_at"))
    async with _state["pool"].acquire() as connection, connection.transaction():
        await connection.execute(
            """INSERT INTO workout (user_id, id, title, source, started_at, ended_at, time_zone, local_date,
               exercise_count, set_count, rep_count, volume_kg, duration_seconds, fingerprint, revision)
               VALUES ($1, $2, $3, 'manual', $4, $5, 'UTC', $6, $7, $8, 0, 0, 3600, '', 1)""",
            USER,
            workout_id,
            given["title"],
            started_at,
            ended_at,
            now.date(),
            len(given["exercises"]),
            24,
        )
        await connection.executemany(
            """INSERT INTO workout_exercise (user_id, workout_id, position, catalogue_exercise_id, started_at,
               local_date, set_count, rep_count, volume_kg) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 0)""",
            [
                (USER, workout_id, position, EXERCISE, started_at, now.date())
                for position in range(len(given["exercises"]))
            ],
        )
        await connection.executemany(
            """INSERT INTO workout_set (user_id, workout_id, exercise_position, position, kind, reps, weight_kg)
               VALUES ($1, $2, $3, $4, 'normal', $5, $6)""",
            [
                (USER, workout_id, position, number, one["reps"], one["weight_kg"])
                for position, exercise in enumerate(given["exercises"])
                for number, one in enumerate(exercise["sets"])
            ],
        )
    return {"id": workout_id}


async def app(scope: dict[str, Any], receive: Callable[[], Coroutine[Any, Any, dict[str, Any]]], send: Send) -> None:
    if scope["type"] == "lifespan":
        await receive()
        async with _database():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    path = scope["path"]
    if scope["method"] == "POST":
        answer: Callable[[bytes, bytes, str], Coroutine[Any, Any, Any]] = _create
    elif path.endswith("/workouts"):
        answer = _list
    elif path.endswith("/summary"):
        answer = _summary
    else:
        answer = _one
    content = orjson.dumps(await answer(body, scope["query_string"], path), default=str)
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": content})
