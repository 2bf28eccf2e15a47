"""What a worker process costs PostgreSQL: its connections, and the plans that each of them keeps."""

import asyncio

import pytest

from exercise_buddy.core.db import read_connection
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.sql_files import LOADED
from exercise_buddy.settings import Settings
from tests.support import Connection, StartApp, sign_up

MAX_CONNECTIONS = 12
MAX_CONNECTION_BYTES = 8_000_000
STATISTICS = [statement for name, statement in LOADED.items() if name.startswith("statistics/")]


async def planned(connection: Connection) -> list[str]:
    """Return the statements whose plans a connection keeps."""
    return [sql for (sql,) in await connection.fetch("SELECT statement FROM pg_prepared_statements")]


async def test_a_connection_that_has_planned_all_statistics_is_small(database_url: str) -> None:
    async with Database.open(database_url) as database, database.reading() as connection:
        for _ in range(2):
            for statement in STATISTICS:
                await connection.fetch(statement.sql, *[None] * len(statement.parameters))
        size = await connection.fetchval("SELECT sum(total_bytes) FROM pg_get_backend_memory_contexts()")

    assert size < MAX_CONNECTION_BYTES


async def test_plans_are_kept_by_the_length_of_their_statements(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    short, other, long = ("SELECT 1", "SELECT 2", f"SELECT 3 -- {'long' * 250}")
    monkeypatch.setattr(read_connection, "MAX_STATEMENT_BYTES", 1000)
    async with Database.open(database_url) as database, database.reading() as connection:
        for sql in (short, other, short):
            await connection.fetch(sql)
        assert {short, other} <= set(await planned(connection))

        # What does not fit stays until the next statement, and everything else goes.
        await connection.fetch(long)
        await connection.fetch(other)
        kept = await planned(connection)

    assert other in kept
    assert not {short, long} & set(kept)
    assert sum(map(len, kept)) <= 1000


async def test_a_worker_opens_few_connections(start_app: StartApp, connection: Connection) -> None:
    app = await start_app(database_pool_size=Settings.model_fields["database_pool_size"].default)
    ann = await sign_up(app, "ann")
    days = [f"2026-01-{day:02}" for day in range(1, 31)]
    reads = [ann.get("/statistics/summary", params={"from": day}) for day in days]
    writes = [ann.weigh(day, 70) for day in days]
    await asyncio.gather(*reads, *writes)
    await ann.client.aclose()

    opened = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1",
        "exercise-buddy",
    )
    assert 3 <= opened <= MAX_CONNECTIONS
