"""Raw HTTP over real sockets, and a server that loses its patience soon."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from exercise_buddy.core.http.http_protocol import BoundedHttpProtocol
from tests.serving import serving_app

# Time passes for a client by checks of the event loop: on a busy machine it passes more slowly.

STALL = 1.0
PATIENCE = 20


class Impatient(BoundedHttpProtocol):
    check_seconds = STALL / 20
    head_seconds = body_seconds = max_seconds = STALL


async def echo(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with the size of the body."""
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    content = f"{scope['method']} {size}".encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(content))]})
    await send({"type": "http.response.body", "body": content})


@asynccontextmanager
async def serving(protocol: type[BoundedHttpProtocol], app: Any = echo) -> AsyncIterator[int]:
    async with serving_app(app, http=protocol, ws="none", lifespan="off", timeout_keep_alive=PATIENCE) as server:
        yield server.port


async def talk(port: int, *pieces: bytes, pause: float = 0.0) -> bytes:
    """Send pieces, and give everything that comes back until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(pause)
        return await asyncio.wait_for(reader.read(), PATIENCE)
    finally:
        writer.close()


def problem_in(answer: bytes) -> tuple[int, dict[str, Any]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    return int(head.split()[1]), json.loads(body)


async def send_much(_scope: dict[str, Any], _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % MUCH)]})
    await send({"type": "http.response.body", "body": b"x" * MUCH})


MUCH = 20_000_000


@asynccontextmanager
async def slow_reader(port: int) -> AsyncIterator[asyncio.StreamReader]:
    """Request something, with a socket that takes little at once."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    client.setblocking(False)
    await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=client, limit=1)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    yield reader
    writer.transport.abort()
