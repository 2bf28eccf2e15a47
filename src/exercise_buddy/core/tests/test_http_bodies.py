"""The bounds of request bodies, which uvicorn lacks: chunks, trailers, and what follows a response."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

# Time passes for a client by checks of the event loop: on a busy machine it passes more slowly.
from exercise_buddy.core.tests.raw_http import (
    PATIENCE,
    Impatient,
    echo,
    problem_in,
    serving,
    talk,
)


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
