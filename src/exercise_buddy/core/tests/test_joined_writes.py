"""A response is one packet where it can be, and its head does not wait for a body that comes later."""

import asyncio
import socket
import struct
import sys
from typing import Any

import pytest

from exercise_buddy.core.tests.raw_http import PATIENCE, Impatient, echo, serving

REQUESTS = 20


async def receive_once(client: socket.socket) -> bytes:
    """Return what the server has sent when the first of it arrives."""
    return await asyncio.wait_for(asyncio.get_running_loop().sock_recv(client, 65_536), PATIENCE)


async def connect(port: int) -> socket.socket:
    client = socket.socket()
    client.setblocking(False)
    await asyncio.get_running_loop().sock_connect(client, ("127.0.0.1", port))
    return client


async def stream_later(_scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Send the head, and the body when the client is gone."""
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/event-stream")]})
    while (await receive())["type"] != "http.disconnect":
        pass
    await send({"type": "http.response.body", "body": b"late"})


def count_segments(client: socket.socket) -> int:
    """Return the number of TCP segments with data that have arrived (`tcpi_data_segs_in` of Linux)."""
    found: tuple[int] = struct.unpack_from("I", client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256), 152)
    return found[0]


@pytest.mark.skipif(sys.platform != "linux", reason="the layout of TCP_INFO is that of Linux")
async def test_head_and_body_arrive_together() -> None:
    async with serving(Impatient, echo) as port:
        client = await connect(port)
        for _ in range(REQUESTS):
            await asyncio.get_running_loop().sock_sendall(client, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert (await receive_once(client)).endswith(b"GET 0")
        segments = count_segments(client)
        client.close()

    assert segments == REQUESTS


@pytest.mark.parametrize("method", ["HEAD", "GET"])
async def test_a_head_without_a_body_arrives(method: str) -> None:
    async with serving(Impatient, echo if method == "HEAD" else stream_later) as port:
        client = await connect(port)
        await asyncio.get_running_loop().sock_sendall(client, f"{method} / HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        received = await receive_once(client)
        client.close()

    assert received.startswith(b"HTTP/1.1 200")
    assert received.endswith(b"\r\n\r\n")


async def test_a_response_that_closes_the_connection_is_whole() -> None:
    async with serving(Impatient, echo) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(
            b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
        )
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"ok")
        received = await asyncio.wait_for(reader.read(), PATIENCE)
        writer.close()

    assert received.startswith(b"HTTP/1.1 200")
    assert received.endswith(b"POST 2")
