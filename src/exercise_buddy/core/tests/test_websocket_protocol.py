"""WebSockets as `serve` serves them, over real sockets."""

import asyncio
import json
import logging
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.frames import Frame

from exercise_buddy.core.http import websocket_protocol
from exercise_buddy.core.http.http_protocol import BoundedHttpProtocol
from exercise_buddy.core.http.websocket_protocol import BoundedWebSocketProtocol
from exercise_buddy.core.tests.raw_http import problem_in, talk
from tests.serving import PortServer, serving_app
from tests.support import wait_until

HANDSHAKE = (
    b"GET /socket HTTP/1.1\r\nHost: x\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n"
)
TEXT, CONTINUATION, CLOSE, PING, PONG = 1, 0, 8, 9, 10


class Impatient(BoundedWebSocketProtocol):
    abort_seconds = 0.2


class ImpatientHttp(BoundedHttpProtocol):
    check_seconds = 0.02
    head_seconds = body_seconds = max_seconds = 0.2


class Echo:
    """Echoes what it receives, and records how connections end."""

    def __init__(self) -> None:
        self.codes: list[int] = []
        self.ended = 0

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
            return
        try:
            await receive()
            await send({"type": "websocket.accept"})
            while (message := await receive())["type"] == "websocket.receive":
                kind = "binary" if message.get("text") is None else "text"
                content = message.get("text") or ""
                if content == "flood":
                    async with asyncio.timeout(0.2):
                        while True:
                            await send({"type": "websocket.send", "text": "x" * 100_000})
                await send({"type": "websocket.send", "text": f"{kind} {content[:20]}"})
            self.codes.append(message["code"])
            if message["code"] == 1012:
                await send({"type": "websocket.send", "text": "goodbye"})
                await send({"type": "websocket.close", "code": 1012})
        except TimeoutError:
            pass
        finally:
            self.ended += 1


@asynccontextmanager
async def serving(app: Any, ws: type[BoundedWebSocketProtocol] = Impatient) -> AsyncIterator[PortServer]:
    options = websocket_protocol.OPTIONS | {"http": ImpatientHttp, "ws": ws, "lifespan": "off"}
    async with serving_app(app, **options) as server:
        yield server


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
async def server(echo: Echo) -> AsyncIterator[PortServer]:
    async with serving(echo) as server:
        yield server


def frame(opcode: int, content: bytes, *, final: bool = True) -> bytes:
    """Return a frame of a client."""
    head = struct.pack("!B", opcode | (0x80 if final else 0))
    size = len(content)
    head += struct.pack("!B", 0x80 | size) if size < 126 else struct.pack("!BQ", 0xFF, size)
    return head + bytes(4) + content


@asynccontextmanager
async def raw_socket(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a WebSocket whose frames the test writes itself."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1_000_000)
    writer.write(HANDSHAKE + b"\r\n")
    assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 101 ")
    yield reader, writer
    writer.transport.abort()


async def read_close_code(reader: asyncio.StreamReader) -> int:
    """Return the code of the one frame that the server sends, which closes the connection."""
    content = await asyncio.wait_for(reader.read(), 60)
    assert content[0] == 0x88
    return int(struct.unpack("!H", content[2:4])[0])


async def test_a_response_instead_of_a_websocket_is_no_error(caplog: pytest.LogCaptureFixture) -> None:
    async def refuse(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.http.response.start", "status": 400, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b"No."})

    async with serving(refuse) as server:
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{server.port}/socket")

    response = refused.value.response
    assert (response.status_code, response.body) == (400, b"No.")
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []


async def test_messages_pass(server: PortServer) -> None:
    async with connect(f"ws://127.0.0.1:{server.port}/socket") as socket:
        await socket.send("hello")
        assert await socket.recv() == "text hello"
        # A request would have stalled.
        await asyncio.sleep(2 * ImpatientHttp.head_seconds)
        await socket.send("again")
        assert await socket.recv() == "text again"
        # Compression was offered.
        assert socket.protocol.extensions == []


async def test_text_that_is_not_utf8_arrives_as_bytes(server: PortServer) -> None:
    async with raw_socket(server.port) as (reader, writer):
        writer.write(frame(TEXT, b"a\xff"))
        assert await reader.readexactly(9) == b"\x81\x07binary "


async def test_a_message_in_fragments_is_one_message(server: PortServer) -> None:
    async with raw_socket(server.port) as (reader, writer):
        # A character may be cut in two.
        cut = "ä".encode()
        writer.write(frame(TEXT, b"x" + cut[:1], final=False) + frame(CONTINUATION, cut[1:]))
        assert await reader.readexactly(10) == b"\x81\x08text x" + cut


@pytest.mark.parametrize(
    "content",
    [
        frame(TEXT, b"x" * (websocket_protocol.MAX_MESSAGE_BYTES + 1)),
        frame(TEXT, b"x" * 100_000, final=False) + frame(CONTINUATION, b"x" * 100_000),
        frame(TEXT, b"x", final=False) + frame(CONTINUATION, b"", final=False) * 1000,
    ],
    ids=["one frame", "fragments", "empty fragments"],
)
async def test_a_message_that_is_too_large_ends_the_connection(echo: Echo, server: PortServer, content: bytes) -> None:
    async with raw_socket(server.port) as (reader, writer):
        writer.write(content)
        assert await read_close_code(reader) == 1009
    assert echo.codes == [1009]


@pytest.mark.parametrize("content", [b"\xff" * 20, frame(CONTINUATION, b"x"), frame(7, b"x")])
async def test_what_is_no_frame_ends_the_connection(echo: Echo, server: PortServer, content: bytes) -> None:
    async with raw_socket(server.port) as (reader, writer):
        writer.write(content)
        assert await read_close_code(reader) == 1002
    assert echo.codes == [1002]


class CountingParser(websocket_protocol._FrameParser):
    """Counts the frames that are parsed, and how many messages the application had taken by then."""

    parsed = 0

    def recv_frame(self, frame: Frame) -> None:
        CountingParser.parsed += 1
        super().recv_frame(frame)


class Counting(Impatient):
    parser_class = CountingParser


@pytest.mark.parametrize(
    "content",
    [
        frame(PING, b""),
        frame(PONG, b""),
        frame(PING, b"x" * 125),
        frame(TEXT, b"x", final=False) + frame(CONTINUATION, b"", final=False) * 99 + frame(CONTINUATION, b"x"),
    ],
    ids=["pings", "pongs", "large pings", "fragments"],
)
@pytest.mark.parametrize("at_once", [True, False])
async def test_too_many_small_frames_end_the_connection(
    echo: Echo, content: bytes, at_once: bool, caplog: pytest.LogCaptureFixture
) -> None:
    CountingParser.parsed = 0
    times = 200_000 // len(content) if at_once else 100
    async with serving(echo, ws=Counting) as server, raw_socket(server.port) as (reader, writer):
        reading = asyncio.create_task(reader.readuntil(b"too many small frames"))
        async with asyncio.timeout(10):
            while not reading.done():
                writer.write(content * times)
                await asyncio.sleep(0.01)
        assert b"\x88\x17" + struct.pack("!H", 1008) in await reading
        await wait_until(lambda: server.connections == 0)
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
    assert echo.ended == 1
    # The burst, what the time of the test adds at 100 a second, and none of what was sent meanwhile.
    assert CountingParser.parsed <= 2 * websocket_protocol.SMALL_FRAMES_AT_ONCE


async def test_small_frames_before_the_handshake_are_bounded() -> None:
    accept = asyncio.Event()

    async def wait(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await accept.wait()
        await send({"type": "websocket.close"})

    async with serving(wait, ws=Counting) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(HANDSHAKE + b"\r\n")
        await asyncio.sleep(0.05)
        writer.write(frame(PONG, b"") * 2000)
        await wait_until(lambda: server.connections == 0)
        assert await asyncio.wait_for(reader.read(), 60) == b""
        writer.close()
        await writer.wait_closed()
        accept.set()


async def test_an_application_that_takes_messages_slowly_receives_each_of_them() -> None:
    CountingParser.parsed = 0
    received: list[str] = []
    ahead: list[int] = []

    async def take_slowly(_scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        while (message := await receive())["type"] == "websocket.receive":
            received.append(message["text"])
            ahead.append(CountingParser.parsed - len(received))
            await asyncio.sleep(0)
        await send({"type": "websocket.close"})

    async with serving(take_slowly, ws=Unlimited) as server, raw_socket(server.port) as (reader, writer):
        writer.write(b"".join(frame(TEXT, b"%d" % number) for number in range(5000)) + frame(CLOSE, b""))
        await asyncio.wait_for(reader.read(), 60)
        await wait_until(lambda: server.connections == 0)

    assert received == [str(number) for number in range(5000)]
    # 2 KiB of messages of 7 bytes, not a whole read.
    assert max(ahead) < 2048 // 7


async def test_large_fragments_are_not_bounded(server: PortServer) -> None:
    fragments = frame(CONTINUATION, b"x" * 1024, final=False) * 126 + frame(CONTINUATION, b"x")
    async with raw_socket(server.port) as (reader, writer):
        for _ in range(8):
            writer.write(frame(TEXT, b"x", final=False) + fragments)
            assert await reader.readexactly(27) == b"\x81\x19text " + b"x" * 20


class UnlimitedParser(CountingParser):
    small_frames_at_once = 10**9


class Unlimited(Impatient):
    parser_class = UnlimitedParser


async def test_a_client_that_does_not_read_pongs_makes_the_server_hold_none(echo: Echo) -> None:
    async with serving(echo, ws=Unlimited) as server, raw_socket(server.port) as (_, writer):
        pings = frame(PING, b"x" * 125) * 1000
        for _ in range(100):
            writer.write(pings)
            await asyncio.wait_for(writer.drain(), 60)
        # 13 MB of pongs: the server answered with what the socket holds, and still reads.


async def test_a_client_that_does_not_read_is_cut_off_when_the_application_ends(echo: Echo, server: PortServer) -> None:
    async with raw_socket(server.port) as (_, writer):
        writer.write(frame(TEXT, b"flood"))
        await wait_until(lambda: echo.ended == 1)
        await wait_until(lambda: server.connections == 0)


async def test_the_application_says_goodbye_when_the_server_stops(echo: Echo, server: PortServer) -> None:
    async with connect(f"ws://127.0.0.1:{server.port}/socket") as socket:
        stopping = asyncio.create_task(server.stop())
        assert await socket.recv() == "goodbye"
        await socket.wait_closed()
        assert socket.close_code == 1012
        await stopping
    assert echo.codes == [1012]


@pytest.mark.parametrize(
    "changed",
    [
        HANDSHAKE.replace(b"GET", b"POST"),
        HANDSHAKE.replace(b"HTTP/1.1", b"HTTP/1.0"),
        HANDSHAKE.replace(b"MDEy", b"!"),
        HANDSHAKE.replace(b"Version: 13", b"Version: 8"),
        HANDSHAKE + b"Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\n",
        HANDSHAKE + b"Content-Length: 0\r\n",
        HANDSHAKE + b"X: " + b"1" * 8100 + b"\r\n",
    ],
    ids=["POST", "HTTP 1.0", "key", "version", "two keys", "body", "header"],
)
async def test_an_incomplete_handshake_is_a_request(server: PortServer, changed: bytes) -> None:
    answer = await talk(server.port, changed + b"\r\nGET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 404 ")
    assert answer.count(b"HTTP/1.1") == (1 if b"HTTP/1.0" in changed else 2)


async def test_what_follows_a_handshake_before_its_answer_is_no_message(echo: Echo, server: PortServer) -> None:
    answer = await talk(server.port, HANDSHAKE + b"\r\n" + frame(TEXT, b"hello"))

    assert b"HTTP/1.1 101" not in answer
    assert echo.ended == 0


@pytest.mark.parametrize("is_secure", [True, False])
async def test_a_path_without_a_websocket_responds_with_a_problem(start_app: Any, is_secure: bool) -> None:
    app = await start_app(trusted_proxies="127.0.0.1")
    proto = b"X-Forwarded-Proto: https\r\n" if is_secure else b""
    async with serving(app.asgi) as server:
        answer = await talk(server.port, HANDSHAKE + proto + b"\r\n")
        status, problem = problem_in(answer)

    assert (status, problem["type"]) == (404, "/problems/not-found")
    assert f"x-request-id: {problem['request_id']}".encode() in answer.lower()
    assert b"\r\ncache-control: no-store\r\n" in answer.lower()
    assert b"\r\ncontent-security-policy: default-src 'none'; frame-ancestors 'none'\r\n" in answer.lower()
    assert (b"\r\nstrict-transport-security: " in answer.lower()) is is_secure


async def test_connections_count_as_anonymous_requests(start_app: Any) -> None:
    app = await start_app(rate_limits={"anonymous": "1/minute"})
    async with serving(app.asgi) as server:
        await talk(server.port, HANDSHAKE + b"\r\n")
        with pytest.raises(InvalidStatus) as refused:
            await connect(f"ws://127.0.0.1:{server.port}/socket")

    response = refused.value.response
    assert (response.status_code, response.headers["retry-after"]) == (429, "60")
    assert json.loads(response.body or b"")["status"] == 429
