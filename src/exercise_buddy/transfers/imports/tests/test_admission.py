"""An import is admitted before its file is received."""

import asyncio
from contextlib import AsyncExitStack
from uuid import UUID

from tests.serving import Serve
from tests.support import Person

HEAD = (
    "POST /api/v1/imports HTTP/1.1\r\nHost: test\r\nContent-Length: 30000000\r\n"
    "Content-Type: multipart/form-data; boundary=x\r\n{}\r\n"
)


async def read_status(port: int, head: str) -> str:
    """Return the first line of the response to a request of which no byte of the body is sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head.encode())
    line = await asyncio.wait_for(reader.readline(), 60)
    writer.close()
    return line.decode().strip()


async def test_a_file_without_a_token_is_not_received(serve: Serve) -> None:
    server = await serve()

    assert await read_status(server.port, HEAD.format("")) == "HTTP/1.1 401 Unauthorized"


async def test_uploads_of_a_user_are_bounded(serve: Serve, ann: Person) -> None:
    server = await serve()
    token = f"Authorization: {ann.client.headers['authorization']}\r\n"

    async with AsyncExitStack() as stack:
        for _ in range(4):
            await stack.enter_async_context(server.state["jobs"].admit(UUID(ann.id)))
        assert await read_status(server.port, HEAD.format(token)) == "HTTP/1.1 429 Too Many Requests"
