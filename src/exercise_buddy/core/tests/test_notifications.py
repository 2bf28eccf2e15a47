import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from structlog.testing import capture_logs

from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.core.tests.silent_proxy import open_proxy
from tests.support import Connection, wait_until


class Heard:
    """Listens to a channel, and keeps what it hears and how often it had to catch up."""

    def __init__(self, listener: Listener) -> None:
        self.payloads: list[str] = []
        self.caught_up = 0
        listener.on("test_channel", self.payloads.append, self._catch_up)

    async def _catch_up(self, connection: Connection) -> None:
        self.caught_up += 1
        assert await connection.fetchval("SELECT 1") == 1


@pytest.fixture
async def listener(empty_database_url: str) -> Listener:
    return Listener(empty_database_url)


@pytest.fixture
async def connection(empty_database_url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(empty_database_url)
    yield connection
    await connection.close()


async def kill(connection: Connection) -> int:
    killed: int = await connection.fetchval(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return killed


async def test_a_payload_arrives_when_its_transaction_has_committed(listener: Listener, connection: Connection) -> None:
    heard = Heard(listener)
    async with listener.listening():
        await wait_until(lambda: listener.connected)
        async with connection.transaction():
            await connection.execute("NOTIFY test_channel, 'one'")
            await asyncio.sleep(0.1)
            before = list(heard.payloads)
        await wait_until(lambda: bool(heard.payloads))

    assert (before, heard.payloads) == ([], ["one"])


async def test_a_lost_connection_is_noticed_replaced_and_caught_up_with(
    listener: Listener, connection: Connection
) -> None:
    heard = Heard(listener)
    with capture_logs() as logs:
        async with listener.listening():
            await wait_until(lambda: listener.connected)
            assert await kill(connection) == 1
            await wait_until(lambda: not listener.connected)
            await connection.execute("NOTIFY test_channel, 'lost'")
            await wait_until(lambda: listener.connected)
            await connection.execute("NOTIFY test_channel, 'heard'")
            await wait_until(lambda: "heard" in heard.payloads)

    assert heard.caught_up == 2
    assert "listener_lost" in [line["event"] for line in logs]


async def test_connected_is_said_after_catching_up_only(listener: Listener) -> None:
    may_go_on = asyncio.Event()

    async def slowly(_connection: Connection) -> None:
        await may_go_on.wait()

    listener.on("test_channel", lambda _: None, slowly)
    async with listener.listening():
        await asyncio.sleep(0.3)
        before = listener.connected
        may_go_on.set()
        await wait_until(lambda: listener.connected)

    assert not before


async def test_a_catching_up_that_fails_is_tried_again(listener: Listener) -> None:
    tries = 0

    async def fails_once(_connection: Connection) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            raise ConnectionError

    listener.on("test_channel", lambda _: None, fails_once)
    async with listener.listening():
        await wait_until(lambda: listener.connected)

    assert tries == 2


async def test_a_connection_that_says_nothing_any_more_is_given_up(
    empty_database_url: str,
) -> None:
    async with open_proxy(empty_database_url) as proxy:
        through = Listener(proxy.url)
        async with through.listening():
            await wait_until(lambda: through.connected)
            proxy.is_silent = True
            await wait_until(lambda: not through.connected)


async def test_a_database_that_is_down_is_no_error() -> None:
    listener = Listener("postgresql://nobody@127.0.0.1:1/nothing")
    async with listener.listening():
        await asyncio.sleep(0.3)
        assert not listener.connected


async def test_leaving_closes_the_connection(listener: Listener, connection: Connection) -> None:
    async with listener.listening():
        await wait_until(lambda: listener.connected)

    async def others() -> int:
        count: int = await connection.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return count

    for _ in range(1500):
        if await others() == 0:
            break
        await asyncio.sleep(0.02)
    assert await others() == 0
