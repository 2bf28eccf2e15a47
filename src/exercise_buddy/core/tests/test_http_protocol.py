"""The bounds of request heads, and of time, which uvicorn lacks."""

import asyncio
from email import message_from_bytes
from typing import Any

import pytest
from pydantic import SecretStr

from exercise_buddy.core.http.client_bounds import ClientBounds
from exercise_buddy.core.settings import CoreSettings

# Time passes for a client by checks of the event loop: on a busy machine it passes more slowly.
from exercise_buddy.core.tests.raw_http import (
    PATIENCE,
    STALL,
    Impatient,
    echo,
    problem_in,
    serving,
    talk,
)
from tests.support import SECRET


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
