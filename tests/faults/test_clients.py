"""Clients that hang up, send slowly, and never end."""

import asyncio
import contextlib
import json
import random
import time
from uuid import uuid4

import pytest

from tests.command.processes import ServerStarter
from tests.faults.verifier import verify
from tests.faults.writers import Writer, describe, writing

RESPONSE_SECONDS = 6.0


async def _hang_up(port: int, leaver: Writer, count: int) -> None:
    """Send requests to read and to write, and close the connections before the responses."""
    authorization = leaver.headers["Authorization"]
    read = f"GET /api/v1/workouts?include=sets HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n\r\n"

    def build_write() -> str:
        workout_id = str(uuid4())
        # It may be stored or not, but not by halves.
        leaver.diary.unanswered[workout_id] = 7
        body = json.dumps({"id": workout_id, **describe(7)})
        return (
            f"POST /api/v1/workouts HTTP/1.1\r\nHost: localhost\r\nAuthorization: {authorization}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}"
        )

    async def send(request: str) -> None:
        with contextlib.suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(request.encode())
            await writer.drain()
            # Some leave before the server has read their request, others while it works.
            await asyncio.sleep(random.choice((0, 0.02, 0.1)))  # noqa: S311
            writer.transport.abort()

    for _ in range(10):
        await asyncio.gather(*(send(read if number % 4 else build_write()) for number in range(count)))


async def _trickle(port: int, count: int, seconds: float, body: bytes) -> int:
    """Send a byte a second on many connections; return how many of them the server has accepted."""
    head = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"

    async def send() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        try:
            writer.write(head + body)
            for _ in range(int(seconds)):
                await asyncio.sleep(1)
                writer.write(b"x")
                await writer.drain()
        except OSError:
            pass
        finally:
            writer.transport.abort()
        return True

    return sum(await asyncio.gather(*(send() for _ in range(count))))


@pytest.mark.short
def test_two_hundred_clients_hang_up(start: ServerStarter) -> None:
    server, client = start(MAX_CONNECTIONS_PER_ADDRESS="1000", MAX_REQUESTS_IN_FLIGHT="1000")
    with writing(str(client.base_url)) as writers:
        leaver = Writer(str(client.base_url), "leaver", 0)
        asyncio.run(_hang_up(client.base_url.port or 0, leaver, 200))
        writers.wait_for_progress(30)
    writers.people.append(leaver)
    verify(writers)
    assert server.stop() == 0
    assert "Traceback" not in server.output


async def _read_nothing(port: int, token: str, count: int, seconds: float) -> None:
    """Request many large responses at once on each of some connections, and read none."""
    request = f"GET /api/v1/exercises?limit=100 HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token}\r\n\r\n"
    connections = [await asyncio.open_connection("127.0.0.1", port, limit=1) for _ in range(count)]
    for _, writer in connections:
        writer.write(request.encode() * 200)
    await asyncio.sleep(seconds)
    for _, writer in connections:
        writer.transport.abort()


def test_clients_read_nothing(start: ServerStarter) -> None:
    server, client = start()
    with writing(str(client.base_url)) as writers:
        leaver = Writer(str(client.base_url), "leaver", 0)
        asyncio.run(_read_nothing(client.base_url.port or 0, leaver.headers["Authorization"], 40, 10))
        writers.wait_for_progress(30)
    verify(writers)
    assert server.stop() == 0


@pytest.mark.parametrize("body", [b"X-Slow: ", b"Content-Length: 1000000\r\n\r\n"], ids=["head", "body"])
def test_slow_clients_do_not_hold_up_others(start: ServerStarter, body: bytes) -> None:
    """Many more of them than the server has open files for: the bound of an address keeps room for others."""
    server, client = start()
    with writing(str(client.base_url)) as writers:
        asyncio.run(_trickle(client.base_url.port or 0, 40, 15, body))
        writers.wait_for_progress(30)
    verify(writers)
    assert server.stop() == 0


def test_an_endless_body_is_cut_off(start: ServerStarter) -> None:
    server, client = start()

    async def send() -> int:
        _, writer = await asyncio.open_connection("127.0.0.1", client.base_url.port or 0)
        head = b"POST /api/v1/auth/login HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
        writer.write(head + b"Content-Type: application/json\r\n\r\n")
        sent = 0
        try:
            while sent < 1 << 28:
                writer.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
                await asyncio.wait_for(writer.drain(), RESPONSE_SECONDS)
                sent += 0x10000
        except (OSError, TimeoutError):
            pass
        finally:
            writer.transport.abort()
        return sent

    with writing(str(client.base_url)) as writers:
        began = time.monotonic()
        sent = asyncio.run(send())
        taken = time.monotonic() - began
        writers.wait_for_progress(30)
    verify(writers)
    assert server.stop() == 0
    assert sent < 1 << 27, sent
    assert taken < 60
