"""Clients that send nothing make room for those that do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from structlog.testing import capture_logs

from exercise_buddy.core.http import eviction
from exercise_buddy.core.http.client_bounds import ClientBounds
from exercise_buddy.core.http.http_protocol import BoundedHttpProtocol
from exercise_buddy.core.settings import CoreSettings
from exercise_buddy.core.tests.raw_http import echo, problem_in, talk
from tests.serving import PortServer, serving_app
from tests.support import SECRET, wait_until

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
LAST = GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
Opened = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@pytest.fixture(autouse=True)
def _short_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eviction, "MIN_WAIT_SECONDS", 0.2)


@asynccontextmanager
async def serving(app: Any = echo, **changed: Any) -> AsyncIterator[PortServer]:
    bounds = ClientBounds(CoreSettings.model_validate({"secret_key": SECRET, **changed}))

    class Bounded(BoundedHttpProtocol):
        check_seconds = 0.05

        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            # What the lifespan of the app yields.
            self.app_state = {"client_bounds": bounds}

    async with serving_app(app, http=Bounded, ws="none", lifespan="off", timeout_keep_alive=30) as server:
        yield server


async def connect(server: PortServer, sent: bytes, address: str = "127.0.0.1") -> Opened:
    count = server.connections
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port, local_addr=(address, 0))
    writer.write(sent)
    await wait_until(lambda: server.connections > count)
    return reader, writer


async def test_slow_heads_make_room_the_slowest_first() -> None:
    async with serving(max_connections=3) as server:
        slow = []
        for _ in range(3):
            slow.append(await connect(server, b"GET / HTTP/1.1\r\nHost"))
            await asyncio.sleep(0.3)
        with capture_logs() as logged:
            answers = [await talk(server.port, LAST) for _ in range(5)]
        refused = await asyncio.wait_for(slow[0][0].read(), 60)
        # The others have their places still.
        slow[1][1].write(b": x\r\nConnection: close\r\n\r\n")
        served = await asyncio.wait_for(slow[1][0].read(), 60)
        for _, writer in slow:
            writer.close()

    assert all(answer.endswith(b"GET 0") for answer in answers)
    assert problem_in(refused)[0] == 408
    assert served.endswith(b"GET 0")
    assert [line["event"] for line in logged] == ["slow_client_dropped"]


async def test_who_pauses_between_requests_comes_after_who_never_sent_one() -> None:
    async with serving(max_connections=2) as server:
        idle = await connect(server, GET)
        await idle[0].readuntil(b"GET 0")
        await asyncio.sleep(0.4)
        silent = await connect(server, b"")
        await asyncio.sleep(0.4)

        assert (await talk(server.port, LAST)).endswith(b"GET 0")
        assert await asyncio.wait_for(silent[0].read(), 60) == b""
        idle[1].write(GET)
        assert await idle[0].readuntil(b"GET 0")
        for _, writer in (idle, silent):
            writer.close()


async def test_an_address_makes_room_for_itself_only() -> None:
    async with serving(max_connections_per_address=2) as server:
        others = [await connect(server, b"GET", "127.0.0.2") for _ in range(2)]
        own = []
        for _ in range(2):
            own.append(await connect(server, b"GET", "127.0.0.3"))
            await asyncio.sleep(0.3)
        newcomer = await asyncio.open_connection("127.0.0.1", server.port, local_addr=("127.0.0.3", 0))
        newcomer[1].write(LAST)

        assert (await newcomer[0].read()).endswith(b"GET 0")
        assert problem_in(await asyncio.wait_for(own[0][0].read(), 60))[0] == 408
        for reader, _ in others:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(reader.read(1), 0.1)
        for _, writer in (*others, *own, newcomer):
            writer.close()


@pytest.mark.parametrize("sent", [GET, b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1234"])
async def test_requests_make_no_room(sent: bytes) -> None:
    release = asyncio.Event()

    async def wait(scope: Any, receive: Any, send: Any) -> None:
        await release.wait()
        await echo(scope, receive, send)

    async with serving(wait, max_connections=2) as server:
        working = [await connect(server, sent) for _ in range(2)]
        await asyncio.sleep(0.5)
        status, _ = problem_in(await talk(server.port, LAST))
        release.set()
        for reader, writer in working:
            writer.write(b"56789")
            assert await asyncio.wait_for(reader.readuntil(b"9" if b"POST" in sent else b"GET 0"), 60)
            writer.close()

    assert status == 503


async def test_a_connection_that_has_just_been_opened_makes_no_room() -> None:
    async with serving(max_connections=1) as server:
        first = await connect(server, b"")
        status, _ = problem_in(await talk(server.port, LAST))
        first[1].write(LAST)

        assert (await first[0].read()).endswith(b"GET 0")
        assert status == 503
        first[1].close()
