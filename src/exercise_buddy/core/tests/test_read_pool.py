"""A few free connections stay with the process; the others, and those in an unknown state, go back to asyncpg."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any

import asyncpg
import pytest
from asyncpg.pool import PoolConnectionProxy

from exercise_buddy.core.db.database import Database
from tests.support import RunningApp


@pytest.fixture
def database(app: RunningApp) -> Database:
    opened: Database = app.state["database"]
    return opened


async def read_pid(database: Database) -> int:
    async with database.reading() as connection:
        pid: int = connection.get_server_pid()
        return pid


async def test_the_next_query_takes_the_connection_of_the_last(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await read_pid(database)

    async def never(*_: object, **__: object) -> None:
        pytest.fail("asyncpg is asked")

    monkeypatch.setattr(asyncpg.pool.Pool, "_acquire", never)
    monkeypatch.setattr(asyncpg.pool.Pool, "release", never)

    assert {await read_pid(database) for _ in range(20)} == {first}


async def test_a_closed_connection_is_replaced(database: Database) -> None:
    async with database.reading() as connection:
        closed = connection.get_server_pid()
        kept = connection._con
    kept.terminate()

    assert await read_pid(database) != closed
    assert database.reads.get_size() == database.reads.get_idle_size()


async def test_a_connection_that_ends_after_its_result_takes_no_result_away(database: Database) -> None:
    async def read_last_value(connection: "PoolConnectionProxy[Any]") -> int:
        value: int = await connection.fetchval("SELECT 7")
        connection.terminate()
        return value

    assert await database.read(read_last_value) == 7
    assert await database.read(lambda connection: connection.fetchval("SELECT 8")) == 8


async def test_a_connection_goes_to_who_waits_for_one(database: Database) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(database.reads.get_max_size()):
            await stack.enter_async_context(database.reading())
        waiting = [asyncio.create_task(read_pid(database)) for _ in range(10)]
        await asyncio.sleep(0)
        assert database.reads.get_idle_size() == 0

    assert len(await asyncio.wait_for(asyncio.gather(*waiting), 60)) == 10
    assert database.reads.get_size() == database.reads.get_idle_size() == database.reads.get_max_size()


async def test_a_connection_that_failed_is_not_handed_on_as_it_is(database: Database) -> None:
    with pytest.raises(asyncpg.DivisionByZeroError):
        async with database.reading() as connection, connection.transaction():
            await connection.fetchval("SELECT 1/0")
    async with database.reading() as connection:
        await connection.execute("BEGIN")

    async with database.reading() as connection:
        assert not connection.is_in_transaction()
        assert await connection.fetchval("SELECT 1") == 1


async def test_a_cancelled_query_leaves_its_connection_usable(database: Database) -> None:
    async def sleep() -> None:
        async with database.reading() as connection:
            await connection.execute("SELECT pg_sleep(5)")

    task = asyncio.create_task(sleep())
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    async with database.reading() as connection:
        assert await connection.fetchval("SELECT 1") == 1


async def test_a_statement_that_was_prepared_only_leaves_no_transaction(database: Database) -> None:
    # asyncpg cannot encode the value, after the server has prepared the statement.
    with pytest.raises(asyncpg.DataError):
        async with database.reading() as connection:
            await connection.fetchval("SELECT $1::int", 2**40)

    async with database.reading() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        assert await connection.fetchval("SELECT 1") == 1


async def test_asyncpg_takes_a_connection_back_after_some_uses(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("exercise_buddy.core.db.read_pool._MAX_USES", 3)
    released = []
    release = asyncpg.pool.Pool.release

    async def count(pool: object, connection: object) -> None:
        released.append(connection)
        await release(pool, connection)

    monkeypatch.setattr(asyncpg.pool.Pool, "release", count)
    for _ in range(8):
        await read_pid(database)

    assert len(released) == 2
