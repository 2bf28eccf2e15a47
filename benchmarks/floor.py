"""The floors: raw ASGI and asyncpg, nothing checked, nobody authenticated. What is possible here.

`FLOOR_KIND` chooses what happens for a request that was recorded of the application, by its path:

- `same_sql`: execute the same statements with the same arguments, and respond with the same bytes. A create executes
  one statement that writes the same rows.
- `stored`: read the finished bytes of the response by key from a table.
"""

import os
import pickle
import uuid
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from itertools import cycle
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.recording import Insert, Recording

Send = Callable[[dict[str, Any]], Coroutine[Any, Any, None]]

KIND = os.environ["FLOOR_KIND"]
RECORDINGS: dict[str, Recording]
INSERT: Insert | None
RECORDINGS, INSERT = pickle.loads(Path(os.environ["FLOOR_RECORDINGS"]).read_bytes())  # noqa: S301  (our own file)
USERS = cycle(uuid.UUID(user) for user in os.environ["FLOOR_USERS"].split(","))
STORED = "SELECT content FROM benchmark_response WHERE key = $1"
SETTINGS = {"jit": "off", "timezone": "UTC", "enable_seqscan": "off"}
READING = {"plan_cache_mode": "force_generic_plan"}

_state: dict[str, Any] = {}


async def _pass_json_through(connection: Any) -> None:
    await connection.set_type_codec("json", encoder=bytes, decoder=bytes, schema="pg_catalog", format="binary")


class _Connection(asyncpg.Connection):  # type: ignore[misc]
    def get_reset_query(self) -> str:
        return ""


async def _keep_text(connection: Any) -> None:
    await connection.set_type_codec("json", encoder=str, decoder=str, schema="pg_catalog")


@asynccontextmanager
async def _database() -> AsyncIterator[None]:
    options: dict[str, Any] = {
        "max_size": 10,
        "connection_class": _Connection,
        "max_cacheable_statement_size": 0,
        "statement_cache_size": 500,
    }
    url = os.environ["DATABASE_URL"]
    reads = {"init": _pass_json_through, "server_settings": SETTINGS | READING}
    writes = {"init": _keep_text, "server_settings": SETTINGS}
    async with (
        asyncpg.create_pool(url, min_size=10, **options, **reads) as pool,
        asyncpg.create_pool(url, min_size=0, **options, **writes) as writing,
    ):
        _state["pool"], _state["writing"] = pool, writing
        yield


async def _respond(path: str) -> tuple[int, bytes]:
    recording = RECORDINGS[path]
    async with _state["pool"].acquire() as connection:
        if KIND == "stored":
            return recording.status, await connection.fetchval(STORED, path)
        for sql, arguments in recording.statements:
            await connection.fetch(sql, *arguments)
    return recording.status, recording.content


async def _create() -> tuple[int, bytes]:
    assert INSERT is not None
    rows, content = list(INSERT.rows), INSERT.content.decode()
    for old in INSERT.ids:
        new = str(uuid.uuid4())
        rows = [text.replace(old, new) for text in rows]
        content = content.replace(old, new)
    async with _state["writing"].acquire() as connection:
        await connection.fetch(INSERT.sql, next(USERS), *rows)
    return 201, content.encode()


async def app(scope: dict[str, Any], receive: Callable[[], Coroutine[Any, Any, dict[str, Any]]], send: Send) -> None:
    if scope["type"] == "lifespan":
        await receive()
        async with _database():
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    while (await receive()).get("more_body"):
        pass
    if scope["method"] == "POST":
        status, content = await _create()
    else:
        query = scope["query_string"].decode()
        status, content = await _respond(scope["path"] + (f"?{query}" if query else ""))
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": content})
