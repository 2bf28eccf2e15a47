"""The bounds that uvicorn lacks, over real sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email import message_from_bytes
from typing import Any

import pytest
from pydantic import SecretStr

from exercise_buddy.core.http.client_bounds import ClientBounds
from exercise_buddy.core.http.http_protocol import BoundedHttpProtocol
from exercise_buddy.core.settings import CoreSettings
from tests.serving import serving_app
from tests.support import SECRET

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


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(Impatient) as port:
        yield port


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


async def test_requests_pass(port: int) -> None:
    get = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    post = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"

    answer = await talk(port, get + get, post[:30], post[30:-2], post[-2:])

    assert answer.count(b"GET 0") == 2
    assert answer.endswith(b"POST 5")


@pytest.mark.parametrize("at_once", [True, False])
async def test_a_head_that_is_too_large_is_refused(port: int, at_once: bool) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: %s\r\n" % (n, b"v" * 1000) for n in range(40)) + b"\r\n"
    pieces = [head] if at_once else [head[n : n + 9000] for n in range(0, len(head), 9000)]

    status, problem = problem_in(await talk(port, *pieces, pause=0 if at_once else 0.02))

    assert status == 431
    assert problem["status"] == 431


ALLOWED = "https://app.example.org"


@pytest.mark.parametrize(
    ("pieces", "status"),
    [
        ([b"GET / HTTP/1.1\r\nOrigin: %s\r\n" + b"X-Large: " + b"v" * 40_000 + b"\r\n\r\n"], 431),
        ([b"GET / HTTP/1.1\r\nOrigin: %s\r\nX-Large: ", b"v" * 20_000, b"v" * 20_000], 431),
        ([b"POST / HTTP/1.1\r\nHost: x\r\nOrigin: %s\r\nContent-Length: 10\r\n\r\n12345"], 408),
        ([b"GET / HTTP/1.1\r\nOrigin: %s\r\nHost: x\r\n"], 408),
    ],
)
@pytest.mark.parametrize("origin", [ALLOWED, "https://evil.example"])
async def test_the_web_client_may_read_what_is_refused_early(pieces: list[bytes], status: int, origin: str) -> None:
    class Serving(Impatient):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            # What the lifespan of the app yields.
            self.app_state = {"settings": CoreSettings(secret_key=SecretStr(SECRET), cors_origins=[ALLOWED])}

    async with serving(Serving) as port:
        answer = await talk(port, pieces[0].replace(b"%s", origin.encode()), *pieces[1:], pause=0.02)

    seen, problem = problem_in(answer)
    head = message_from_bytes(answer.partition(b"\r\n\r\n")[0].partition(b"\r\n")[2])
    assert seen == status
    assert head["x-request-id"] == problem["request_id"]
    assert head["x-frame-options"] == "DENY"
    assert head["cache-control"] == "no-store"
    assert head["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert head["strict-transport-security"] is None
    assert head["access-control-allow-origin"] == (origin if origin == ALLOWED else None)
    if origin == ALLOWED:
        assert head["access-control-allow-credentials"] == "true"
        assert "X-Request-ID" in head["access-control-expose-headers"]
        assert head["vary"] == "Origin"


@pytest.mark.parametrize(("proxy", "is_secure"), [("127.0.0.1", True), ("10.0.0.1", False)])
async def test_a_refusal_behind_a_proxy_with_tls_has_hsts(proxy: str, is_secure: bool) -> None:
    class Serving(Impatient):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            settings = CoreSettings(secret_key=SecretStr(SECRET), trusted_proxies=[proxy])
            self.app_state = {"settings": settings, "client_bounds": ClientBounds(settings)}

    async with serving(Serving) as port:
        large = b"X-Large: " + b"v" * 40_000
        answer = await talk(port, b"GET / HTTP/1.1\r\nX-Forwarded-Proto: https\r\n" + large + b"\r\n\r\n")

    assert problem_in(answer)[0] == 431
    assert (b"\r\nstrict-transport-security: max-age=31536000" in answer) is is_secure


async def test_an_address_that_is_too_large_is_refused(port: int) -> None:
    status, _ = problem_in(await talk(port, b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"))

    assert status == 431


async def test_a_head_within_the_bound_passes(port: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: " + b"v" * 30_000 + b"\r\n\r\n"

    assert (await talk(port, head)).endswith(b"GET 0")


@pytest.mark.parametrize(
    "beginning",
    [
        b"GET / HTTP/1.1\r\nHost",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n12345",
        b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
    ],
)
async def test_a_request_that_stalls_is_closed_with_408(port: int, beginning: bytes) -> None:
    status, problem = problem_in(await talk(port, beginning))

    assert status == 408
    assert problem["type"] == "/problems/request-timeout"


async def test_a_second_request_that_stalls_is_closed_too(port: int) -> None:
    answer = await talk(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HT", pause=0.05)

    assert b"GET 0" in answer
    assert b" 408 " in answer


async def test_a_connection_that_never_speaks_is_closed_without_a_word(port: int) -> None:
    assert await talk(port) == b""


POST = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n"


async def test_a_body_may_arrive_slowly(port: int) -> None:
    answer = await talk(port, POST % 10_000, *([b"x" * 1000] * 10), pause=STALL / 4)

    assert answer.endswith(b"POST 10000")


@pytest.mark.parametrize(
    "pieces",
    [
        [b"GET / HTTP/1.1\r\n", *([b"X: 1\r\n"] * 100)],
        [POST % 100, *([b"x"] * 100)],
        [
            b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
            *([b"1;some=extension\r\nx\r\n"] * 100),
        ],
        [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", *([b"\r\n"] * 100)],
    ],
    ids=["head", "body", "chunks", "blank lines"],
)
async def test_progress_that_is_too_slow_is_a_stall(port: int, pieces: list[bytes]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    # Until the end of the problem: the connection is reset if something is sent while it closes.
    reading = asyncio.create_task(reader.readuntil(b"}"))
    unsent = iter(pieces)
    while not reading.done():
        writer.write(next(unsent))
        await asyncio.sleep(STALL / 10)

    assert b" 408 " in await reading
    writer.close()


async def test_a_client_that_waits_for_100_continue_is_no_stall() -> None:
    release = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await release.wait()
        await echo(scope, receive, send)

    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n"
    async with serving(Impatient, slow) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head)
        await asyncio.sleep(STALL * 2)
        release.set()
        assert await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE) == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(b"ok")
        assert (await asyncio.wait_for(reader.read(), PATIENCE)).endswith(b"POST 2")
        writer.close()


async def test_a_head_that_begins_during_a_response_does_not_end_it() -> None:
    release = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await release.wait()
        await echo(scope, receive, send)

    async with serving(Impatient, slow) as port:
        talking = asyncio.create_task(talk(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /", pause=0.05))
        await asyncio.sleep(STALL * 2)
        release.set()
        answer = await talking

    assert b"GET 0" in answer


async def test_what_is_no_http_gets_a_problem(port: int) -> None:
    status, problem = problem_in(await talk(port, b"HELO mail.example.org\r\n\r\n"))

    assert status == 400
    assert problem["type"] == "/problems/malformed-request"


async def test_an_endpoint_that_takes_its_time_is_no_stall() -> None:
    release = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await release.wait()
        await echo(scope, receive, send)

    body = b"x" * 300_000
    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with serving(Impatient, slow) as port:
        talking = asyncio.create_task(talk(port, head + body))
        await asyncio.sleep(STALL * 3)
        release.set()
        answer = await talking

    assert answer.endswith(b"POST 300000")


OFFER = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"


@pytest.mark.parametrize("cut", [20, 150, 170, 1000])
async def test_a_request_that_offers_another_protocol_is_served_whole(port: int, cut: int) -> None:
    # Java's client offers HTTP/2 with its first request. Its body is no request of its own.
    body = b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n"
    offer = b"POST / HTTP/1.1\r\nHost: x\r\n" + OFFER + b"Content-Length: %d\r\n\r\n" % len(body) + body
    last = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    sent = offer + offer + last

    answer = await talk(port, sent[:cut], sent[cut:], pause=0.05)

    assert answer.count(b"POST %d" % len(body)) == 2
    assert answer.count(b"GET 0") == 1
    assert answer.count(b"HTTP/1.1 200") == 3


async def test_nobody_gets_a_tunnel(port: int) -> None:
    status, _ = problem_in(await talk(port, b"CONNECT / HTTP/1.1\r\nHost: x\r\n\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n"))

    assert status == 400


async def test_trailers_are_no_headers() -> None:
    async def show(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        content = b",".join(name for name, _ in scope["headers"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": content})

    head = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with serving(Impatient, show) as port:
        answer = await talk(port, head + b"2\r\n{}\r\n0\r\nAuthorization: Bearer x\r\n\r\n")

    assert b"host,connection,transfer-encoding" in answer
    assert b"authorization" not in answer


@pytest.mark.parametrize("endless", [b"X-Trailer: %s\r\n" % (b"v" * 1000), b"v" * 1000])
async def test_trailers_are_bounded(port: int, endless: bytes) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX-First: "

    status, _ = problem_in(await talk(port, head, *([endless] * 33), pause=0.01))

    assert status == 431


CHUNKED = b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(("chunk", "count"), [(b"1\r\na\r\n", 4000), (b"100\r\n%s\r\n" % (b"a" * 256), 20_000)])
async def test_many_chunks_pass(port: int, chunk: bytes, count: int) -> None:
    size = int(chunk.partition(b"\r")[0], 16)

    answer = await talk(port, CHUNKED, *([chunk * 1000] * (count // 1000)), b"0\r\n\r\n", pause=0.01)

    assert answer.endswith(b"POST %d" % (size * count))


class Counting(Impatient):
    """Counts what reaches the protocol."""

    received = chunks = 0
    linger_seconds = 0.1

    def data_received(self, data: bytes) -> None:
        Counting.received += len(data)
        super().data_received(data)

    def on_chunk_header(self) -> None:
        Counting.chunks += 1
        super().on_chunk_header()


@pytest.fixture
def counting() -> type[Counting]:
    Counting.received = Counting.chunks = 0
    return Counting


async def test_many_chunk_extensions_are_refused(port: int) -> None:
    chunk = b"1;x=%s\r\na\r\n" % (b"v" * 1000)

    status, _ = problem_in(await talk(port, CHUNKED, *([chunk] * 34), pause=0.01))

    assert status == 431


async def send_forever(port: int, head: bytes, piece: bytes) -> tuple[bytes, int]:
    """Send an endless body; return what came back and how many bytes were sent until the connection ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(head)
    answer = asyncio.create_task(reader.readuntil(b"}"))
    sent = 0
    with suppress(ConnectionError):
        async with asyncio.timeout(PATIENCE):
            while True:
                writer.write(piece)
                await writer.drain()
                sent += len(piece)
                await asyncio.sleep(0)
    writer.transport.abort()
    return await answer, sent


@pytest.mark.parametrize("first", [b"", b"1000\r\n%s\r\n" % (b"a" * 0x1000)])
@pytest.mark.parametrize("times", [150, 20_000])
async def test_chunks_that_are_too_small_are_refused(counting: type[Counting], first: bytes, times: int) -> None:
    async with serving(counting) as port:
        answer, _ = await send_forever(port, CHUNKED + first, b"1\r\na\r\n" * times)

    status, problem = problem_in(answer)
    assert (status, problem["type"]) == (400, "/problems/malformed-request")
    # 4096, one for every 256 bytes, and the one too many.
    assert 4097 <= counting.chunks <= 4097 + 4097 // 256 + 17


@pytest.mark.parametrize(
    ("declared", "piece"),
    [
        (b"Transfer-Encoding: chunked", b"1\r\na\r\n" * 1000),
        (b"Transfer-Encoding: chunked", b"8000\r\n%s\r\n" % (b"a" * 0x8000)),
        (b"Content-Length: 100000000000", b"a" * 0x8000),
    ],
    ids=["tiny chunks", "chunks", "length"],
)
async def test_a_body_without_end_ends_after_its_response(
    counting: type[Counting], declared: bytes, piece: bytes
) -> None:
    async with serving(counting, answer_at_once) as port:
        answer, _ = await send_forever(port, b"POST / HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n" % declared, piece)

    assert answer.startswith(b"HTTP/1.1 413 ")
    # What one read takes may come on top.
    assert counting.received <= 64 * 1024 + 2 * 256 * 1024


async def test_a_connection_is_kept_when_the_rest_of_a_body_is_small() -> None:
    body = b"a" * 60_000
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(body)
    async with serving(Impatient, answer_at_once) as port:
        answer = await talk(port, head, body, head.replace(b"Host", b"Connection: close\r\nHost"), pause=0.05)

    assert answer.count(b"HTTP/1.1 413 ") == 2


async def test_a_refused_body_is_not_the_response_to_an_earlier_request() -> None:
    release = asyncio.Event()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        await release.wait()
        await echo(scope, receive, send)

    async with serving(Impatient, slow) as port:
        answer = await talk(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n" + CHUNKED + b"1\r\na\r\n" * 5000)
        release.set()

    assert answer == b""


@pytest.mark.parametrize("value", [b"gzip, chunked", b"gzip\r\nTransfer-Encoding: chunked", b"gzip"])
async def test_other_transfer_encodings_are_refused(port: int, value: bytes) -> None:
    status, problem = problem_in(await talk(port, CHUNKED.replace(b"chunked", value) + b"2\r\n{}\r\n0\r\n\r\n"))

    assert (status, problem["type"]) == (400, "/problems/malformed-request")


async def test_the_case_of_a_transfer_encoding_does_not_matter(port: int) -> None:
    answer = await talk(port, CHUNKED.replace(b"chunked", b"Chunked") + b"2\r\n{}\r\n0\r\n\r\n")

    assert answer.endswith(b"POST 2")


async def answer_at_once(_scope: Any, _receive: Any, send: Any) -> None:
    await send({"type": "http.response.start", "status": 413, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"{}"})


@pytest.mark.parametrize("next_head", [b"", b"GET / HT"])
async def test_a_connection_whose_body_came_after_the_answer_is_closed_too(next_head: bytes) -> None:
    head = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
    async with serving(Impatient, answer_at_once) as port:
        answer = await talk(port, head, b"0123456789" + next_head, pause=0.2)

    assert answer.count(b"HTTP/1.1") == 1


async def test_nonsense_after_a_request_gets_no_answer_that_looks_like_the_answer_to_it() -> None:
    async def begin(_scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1000")]})
        await send({"type": "http.response.body", "body": b"whole so far", "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass

    async with serving(Impatient, begin) as port:
        answer = await talk(port, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"HELO\r\n\r\n", pause=0.2)

    assert answer.endswith(b"whole so far")


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
