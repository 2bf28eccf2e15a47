"""What the application does for a request: the statements that it executes, and the bytes of its response."""

import asyncio
import pickle
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from exercise_buddy.core.ops import logging
from exercise_buddy.main import create_app
from exercise_buddy.settings import Settings

_TRANSACTION = {"BEGIN;", "BEGIN ISOLATION LEVEL READ COMMITTED;", "COMMIT;", "ROLLBACK;"}


@dataclass(frozen=True, slots=True)
class Recording:
    """A request with its statements, as (SQL, arguments), and its response."""

    statements: list[tuple[str, tuple[Any, ...]]]
    status: int
    content: bytes


@dataclass(slots=True)
class Recorder:
    """The application in this process, with a log of its statements."""

    client: httpx2.AsyncClient
    statements: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)

    async def record(self, method: str, path: str, token: str, **options: Any) -> Recording:
        """Return what the third of three equal requests does: caches of the process are filled then."""
        headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"} | options.pop("headers", {})

        async def send() -> httpx2.Response:
            self.statements.clear()
            response = await self.client.request(method, path, headers=headers, **options)
            # The driver calls its loggers later.
            await asyncio.sleep(0.01)
            return response

        await send()
        await send()
        known = {sql for sql, _ in self.statements}
        response = await send()
        # The background tasks of the process execute statements too, but not the same ones each time.
        own = [(sql, arguments) for sql, arguments in self.statements if sql in known and sql not in _TRANSACTION]
        return Recording(own, response.status_code, response.content)


@asynccontextmanager
async def recorder(settings: Settings) -> AsyncIterator[Recorder]:
    """Yield the application, started in this process."""
    statements: list[tuple[str, tuple[Any, ...]]] = []
    make = asyncpg.Connection.__init__

    def watched(self: asyncpg.Connection, *parts: Any, **options: Any) -> None:
        make(self, *parts, **options)
        self.add_query_logger(lambda query: statements.append((query.query, tuple(query.args or ()))))

    logging.configure(settings)
    asyncpg.Connection.__init__ = watched
    try:
        app = create_app(settings)
        async with AsyncExitStack() as stack:
            state = await stack.enter_async_context(app.router.lifespan_context(app))

            async def with_state(scope: Any, receive: Any, send: Any) -> None:
                scope["state"] = dict(state or {})
                await app(scope, receive, send)

            transport = httpx2.ASGITransport(with_state)
            client = httpx2.AsyncClient(transport=transport, base_url="http://bench", timeout=60)
            yield Recorder(await stack.enter_async_context(client), statements)
    finally:
        asyncpg.Connection.__init__ = make


def write(path: Path, recordings: dict[str, Recording], insert: "Insert | None") -> None:
    """Write recordings to a file, for a floor."""
    path.write_bytes(pickle.dumps((recordings, insert)))


# --- one statement that writes the same rows -----------------------------------------------------------------------

_TABLES = ("workout", "workout_exercise", "workout_set")


@dataclass(frozen=True, slots=True)
class Insert:
    """One statement that writes the rows that a create has written, under new ids and for any user.

    Attributes:
        sql: takes the user and a JSON array of rows for each table.
        rows: these arrays.
        ids: the ids in `rows` and in the response, each to be replaced.
        content: the response.

    """

    sql: str
    rows: tuple[str, ...]
    ids: tuple[str, ...]
    content: bytes


async def record_insert(connection: asyncpg.Connection, user_id: Any, workout_id: Any, content: bytes) -> Insert:
    """Return the statement that writes the rows of a workout, with its totals and documents."""
    parts, rows, ids = [], [], []
    for number, table in enumerate(_TABLES, 2):
        columns = await connection.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped"
            " AND attgenerated = '' ORDER BY attnum",
            table,
        )
        names = [row[0] for row in columns]
        chosen = ", ".join("$1::uuid" if name == "user_id" else f"r.{name}" for name in names)
        parts.append(
            f"in_{table} AS (INSERT INTO {table} ({', '.join(names)}) SELECT {chosen}"
            f" FROM json_populate_recordset(null::{table}, ${number}::json) r RETURNING user_id)"
        )
        key = "id" if table == "workout" else "workout_id"
        rows.append(
            await connection.fetchval(
                f"SELECT json_agg(r)::text FROM {table} r WHERE user_id = $1 AND {key} = $2", user_id, workout_id
            )
        )
        found = await connection.fetch(f"SELECT id FROM {table} WHERE user_id = $1 AND {key} = $2", user_id, workout_id)
        ids += [str(row[0]) for row in found]
    bump = "bumped AS (UPDATE user_revision SET revision = revision + 1 WHERE user_id = $1 RETURNING revision)"
    return Insert(f"WITH {bump}, {', '.join(parts)} SELECT revision FROM bumped", tuple(rows), tuple(ids), content)
