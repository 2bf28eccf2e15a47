import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import urlsplit

import asyncpg
import pytest
from structlog.testing import capture_logs

from exercise_buddy.core.db.notifications import Listener
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
        took = await wait_until(lambda: bool(heard.payloads))

    assert (before, heard.payloads) == ([], ["one"])
    assert took < 0.5


async def test_a_lost_connection_is_noticed_replaced_and_caught_up_with(
    listener: Listener, connection: Connection
) -> None:
    heard = Heard(listener)
    with capture_logs() as logs:
        async with listener.listening():
            await wait_until(lambda: listener.connected)
            assert await kill(connection) == 1
            noticed = await wait_until(lambda: not listener.connected)
            await connection.execute("NOTIFY test_channel, 'lost'")
            await wait_until(lambda: listener.connected)
            await connection.execute("NOTIFY test_channel, 'heard'")
            await wait_until(lambda: "heard" in heard.payloads)

    assert noticed < 1
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


async def test_a_connection_that_says_nothing_any_more_is_given_up_within_a_second(
    empty_database_url: str,
) -> None:
    """A proxy that swallows everything is what a pulled cable looks like."""
    swallowing = asyncio.Event()
    proxy = await asyncio.start_server(_swallow(await _address(empty_database_url), swallowing), "127.0.0.1", 0)
    parts = urlsplit(empty_database_url)
    login = parts.netloc.rpartition("@")[0]
    through = Listener(f"postgresql://{login}@127.0.0.1:{proxy.sockets[0].getsockname()[1]}{parts.path}")
    async with proxy, through.listening():
        await wait_until(lambda: through.connected)
        swallowing.set()
        assert await wait_until(lambda: not through.connected, 2) < 1.2


async def _address(url: str) -> str | tuple[str, int]:
    """Give the path of a server's socket, or its host and port."""
    connection = await asyncpg.connect(url)
    try:
        address: str | tuple[str, int] = connection._addr
        return address
    finally:
        await connection.close()


def _swallow(
    address: str | tuple[str, int], swallowing: asyncio.Event
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]:
    async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        try:
            while chunk := await source.read(65536):
                if not swallowing.is_set():
                    sink.write(chunk)
                    await sink.drain()
        except ConnectionError:
            pass
        finally:
            sink.close()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opening = (
            asyncio.open_unix_connection(address) if isinstance(address, str) else asyncio.open_connection(*address)
        )
        upstream_reader, upstream_writer = await opening
        await asyncio.gather(pump(reader, upstream_writer), pump(upstream_reader, writer))

    return handle


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

    for _ in range(100):
        if await others() == 0:
            break
        await asyncio.sleep(0.02)
    assert await others() == 0
