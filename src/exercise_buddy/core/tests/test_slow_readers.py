"""Clients that do not read their response, and responses that the server ends."""

import asyncio
from typing import Any

import pytest

# Time passes for a client by checks of the event loop: on a busy machine it passes more slowly.
from exercise_buddy.core.tests.raw_http import (
    MUCH,
    PATIENCE,
    STALL,
    Impatient,
    send_much,
    serving,
    slow_reader,
)


async def test_a_client_that_reads_nothing_is_cut_off() -> None:
    ended = asyncio.Event()

    async def flood(_scope: dict[str, Any], receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive())["type"] != "http.disconnect":
            for _ in range(200):
                await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})
        ended.set()

    async with serving(Impatient, flood) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        started = asyncio.get_running_loop().time()
        await asyncio.wait_for(ended.wait(), PATIENCE)
        took = asyncio.get_running_loop().time() - started
        writer.close()

    assert took > STALL * 0.9


async def test_a_client_that_reads_slowly_is_served() -> None:
    checks = received = 0

    class Watched(Impatient):
        def _check_progress(self) -> None:
            nonlocal checks
            super()._check_progress()
            checks += 1

    async with serving(Watched, send_much) as port, slow_reader(port) as reader:
        # Far less than what the socket of the server holds: for the event loop nothing changes.
        while checks < 80:
            received += len(await reader.read(2000))
            await asyncio.sleep(STALL / 50)
        assert received < 500_000
        while received < MUCH and (chunk := await reader.read(65_536)):
            received += len(chunk)

    assert received > MUCH


async def test_a_client_that_reads_a_byte_at_a_time_is_cut_off() -> None:
    lost = asyncio.Event()

    class Watched(Impatient):
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            lost.set()

    async with serving(Watched, send_much) as port, slow_reader(port) as reader:
        while not lost.is_set():
            await reader.read(1)
            await asyncio.sleep(STALL / 50)
        # What its socket has accepted is discarded, too.
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(), PATIENCE)


async def test_nothing_runs_after_a_slow_reader_was_cut_off() -> None:
    started = 0
    ended = asyncio.Event()

    async def flood(_scope: dict[str, Any], receive: Any, send: Any) -> None:
        nonlocal started
        started += 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        while (await receive())["type"] != "http.disconnect":
            for _ in range(200):
                await send({"type": "http.response.body", "body": b"x" * 65_536, "more_body": True})
        ended.set()

    async with serving(Impatient, flood) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" * 4)
        await asyncio.wait_for(ended.wait(), PATIENCE)
        writer.transport.abort()

    assert started == 1


async def test_a_client_that_does_not_read_the_end_of_a_connection_is_cut_off() -> None:
    lost = asyncio.Event()

    class Watched(Impatient):
        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            lost.set()

    async with serving(Watched, send_much) as port:
        _, writer = await asyncio.open_connection("127.0.0.1", port, limit=1)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        await asyncio.wait_for(lost.wait(), PATIENCE)
        writer.close()


async def test_open_responses_are_told_that_the_server_stops() -> None:
    stopping = asyncio.Event()

    class Stoppable(Impatient):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            # What the lifespan of the app yields.
            self.app_state = {"on_shutdown": (stopping.set,)}

    async def wait_for_stop(_scope: dict[str, Any], _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"begun", "more_body": True})
        await stopping.wait()
        await send({"type": "http.response.body", "body": b"ended"})

    async with serving(Stoppable, wait_for_stop) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        await asyncio.wait_for(reader.readuntil(b"begun"), PATIENCE)

    assert b"ended" in await asyncio.wait_for(reader.read(), PATIENCE)
    writer.close()
