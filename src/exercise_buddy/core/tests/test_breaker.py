"""Requests do not wait for a database that says nothing any more."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from exercise_buddy.core.db.breaker import DatabaseSilentError
from exercise_buddy.core.db.connections import connect
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.errors import problem_for
from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.core.problems import Unavailable
from exercise_buddy.core.tests.silent_proxy import SilentProxy, open_proxy
from tests.support import wait_until

# Promised are 6 s in all; a busy machine may take longer.
LONGEST_SECONDS = 15.0


@asynccontextmanager
async def open_through_proxy(url: str) -> AsyncIterator[tuple[SilentProxy, Database]]:
    async with open_proxy(url) as proxy, Database.open(proxy.url, is_serving=True) as database:
        listener = Listener(proxy.url, database.breaker)
        async with listener.listening():
            await wait_until(lambda: listener.connected)
            yield proxy, database


async def read(database: Database) -> object:
    async with database.reading() as connection:
        return await connection.fetchval("SELECT 1")


async def write(database: Database) -> object:
    async with database.request_transaction(None) as session:
        return (await session.exec(sa.text("SELECT 1"))).scalar_one()  # type: ignore[call-overload]


async def measure_failure(database: Database, ask: Callable[[Database], Awaitable[object]]) -> tuple[Exception, float]:
    began = time.monotonic()
    with pytest.raises(Exception) as raised:  # noqa: PT011  (each is checked)
        await ask(database)
    return raised.value, time.monotonic() - began


async def test_silence_ends_requests_and_refuses_more_until_there_is_a_response(empty_database_url: str) -> None:
    async with open_through_proxy(empty_database_url) as (proxy, database):
        answers = [await read(database), await write(database)]
        proxy.is_silent = True
        with capture_logs() as logged:
            # More than there are connections.
            failures = await asyncio.gather(
                *(measure_failure(database, ask) for ask in (read, write) for _ in range(8))
            )
            later = [await measure_failure(database, ask) for ask in (read, write)]
            is_open = database.breaker.is_open
            proxy.is_silent = False
            recovered = await wait_until(lambda: not database.breaker.is_open)
        answers += [await read(database), await write(database)]

    assert answers == [1, 1, 1, 1]
    assert is_open
    for error, seconds in failures:
        problem = problem_for(error)
        assert isinstance(problem, Unavailable), error
        assert "Retry-After" in problem.headers
        assert seconds < LONGEST_SECONDS
    assert all(isinstance(error, DatabaseSilentError) and seconds < 1.5 for error, seconds in later), later
    assert recovered < LONGEST_SECONDS
    events = [line["event"] for line in logged]
    assert events.count("database_silent") == events.count("database_responds") == 1


@pytest.mark.parametrize("ask", [read, write])
async def test_one_silent_connection_keeps_nobody_waiting(
    empty_database_url: str, ask: Callable[[Database], Awaitable[object]]
) -> None:
    async with open_through_proxy(empty_database_url) as (proxy, database):
        assert await ask(database) == 1
        # The connections that are open hang, and the listener soon has a new one.
        proxy.has_new_connections = True
        proxy.is_silent = True
        error, seconds = await measure_failure(database, ask)
        problem = problem_for(error)

        assert isinstance(problem, Unavailable), error
        assert seconds < LONGEST_SECONDS
        assert not database.breaker.is_open
        # The connection was replaced.
        assert await ask(database) == 1


async def test_a_database_that_refuses_connections_is_not_silent() -> None:
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    async with Database.open(nowhere, is_serving=True) as database, Listener(nowhere, database.breaker).listening():
        await asyncio.sleep(4)
        error, seconds = await measure_failure(database, read)

    assert not database.breaker.is_open
    assert isinstance(error, ConnectionRefusedError)
    # Nothing waits for a timeout.
    assert seconds < 3


async def test_long_work_may_take_longer_than_a_request(database_url: str) -> None:
    async with (
        Database.open(database_url, is_serving=True) as database,
        database.job_engine.connect() as connection,
        database.transaction(connection) as session,
    ):
        await session.exec(sa.text("SET LOCAL statement_timeout = '1min'"))  # type: ignore[call-overload]
        began = time.monotonic()
        await session.exec(sa.text("SELECT pg_sleep(6)"))  # type: ignore[call-overload]

    assert time.monotonic() - began >= 6


async def test_a_cancellation_ends_a_statement_that_is_being_sent(empty_database_url: str) -> None:
    is_sending = asyncio.Event()

    def build_rows() -> Iterator[tuple[str]]:
        """Yield rows without an end, so that the cancellation always arrives while they are sent."""
        for number in itertools.count():
            if number == 100:
                is_sending.set()
            yield ("x" * 65536,)

    connection = await connect(empty_database_url)
    await connection.execute("CREATE TABLE note (body text)")
    sending = asyncio.create_task(connection.executemany("INSERT INTO note VALUES ($1)", build_rows()))
    await is_sending.wait()
    sending.cancel()
    done, _ = await asyncio.wait([sending], timeout=LONGEST_SECONDS)

    assert done
    assert sending.cancelled()
    assert connection.is_closed()
