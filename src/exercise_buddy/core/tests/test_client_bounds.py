"""What one client may hold: connections, requests in flight, and responses that it does not read."""

import asyncio
import resource
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from pydantic import SecretStr
from starlette.responses import Response
from structlog.testing import capture_logs

from exercise_buddy.core.http import websocket_protocol
from exercise_buddy.core.http.client_bounds import ClientBounds, TooManyConnections, raise_file_limit
from exercise_buddy.core.http.head_limits import MAX_HEADERS
from exercise_buddy.core.http.http_protocol import MAX_PIPELINED, BoundedHttpProtocol
from exercise_buddy.core.http.routing import Router
from exercise_buddy.core.http.websocket_protocol import BoundedWebSocketProtocol
from exercise_buddy.core.problems import Unavailable
from exercise_buddy.core.settings import CoreSettings
from exercise_buddy.core.tests.raw_http import echo, problem_in, talk
from exercise_buddy.core.tests.test_websocket_protocol import Echo, raw_socket
from tests.serving import PortServer, serving_app
from tests.support import SECRET, Person, RunningApp, StartApp, wait_until

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
MUCH = b"x" * 20_000_000
release = asyncio.Event()
router = Router(prefix="/test", tag="test")


@router.get("/waiting")
async def wait() -> str:
    """Respond when the test says so."""
    await release.wait()
    return "done"


@router.get("/large")
async def get_much() -> Response:
    """Respond with more than sockets hold."""
    return Response(MUCH)


def bounds(**changed: Any) -> ClientBounds:
    return ClientBounds(CoreSettings(secret_key=SecretStr(SECRET), **changed))


@asynccontextmanager
async def serving(app: Any, state: dict[str, Any], keep_alive_seconds: int = 20) -> AsyncIterator[PortServer]:
    class Bounded(BoundedHttpProtocol):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            # What the lifespan of the app yields.
            self.app_state = state

    protocols = {"http": Bounded, "ws": BoundedWebSocketProtocol, **websocket_protocol.OPTIONS}
    async with serving_app(app, **protocols, lifespan="off", timeout_keep_alive=keep_alive_seconds) as server:
        yield server


@asynccontextmanager
async def connections(port: int, count: int) -> AsyncIterator[list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]:
    opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(count)]
    yield opened
    for _, writer in opened:
        writer.transport.abort()


@pytest.mark.parametrize(
    ("changed", "status", "slug"),
    [
        ({"max_connections_per_address": 3}, 429, "too-many-connections"),
        ({"max_connections": 3}, 503, "unavailable"),
        ({"max_connections": 3, "trusted_proxies": ["127.0.0.0/8"]}, 503, "unavailable"),
    ],
)
async def test_one_connection_too_many_is_refused(changed: dict[str, Any], status: int, slug: str) -> None:
    async with serving(echo, {"client_bounds": bounds(**changed)}) as server:
        async with connections(server.port, 3):
            await wait_until(lambda: server.connections == 3)
            answer = await talk(server.port)
        await wait_until(lambda: server.connections == 0)
        after = await talk(server.port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))

    seen, problem = problem_in(answer)
    assert (seen, problem["type"]) == (status, f"/problems/{slug}")
    assert b"\r\nretry-after: 1\r\n" in answer
    assert after.endswith(b"GET 0")


async def test_connections_of_a_trusted_proxy_are_those_of_its_clients() -> None:
    state = {"client_bounds": bounds(max_connections_per_address=3, trusted_proxies=["10.0.0.0/8", "127.0.0.1"])}
    async with serving(echo, state) as server, connections(server.port, 10) as opened:
        for reader, writer in opened:
            writer.write(GET)
            assert await reader.readuntil(b"\r\n\r\n")
            assert await reader.readexactly(5) == b"GET 0"


@pytest.mark.parametrize("is_proxy", [True, False])
async def test_a_proxy_may_keep_an_idle_connection(*, is_proxy: bool) -> None:
    state = {"client_bounds": bounds(trusted_proxies=["127.0.0.1"] if is_proxy else ["10.0.0.0/8"])}
    async with serving(echo, state, keep_alive_seconds=0) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(GET)
        assert await reader.readuntil(b"GET 0")
        if is_proxy:
            # The timer of the server is due in the same event loop.
            await asyncio.sleep(0.1)
            writer.write(GET)
            assert await reader.readuntil(b"GET 0")
        else:
            assert await reader.read() == b""
        writer.close()


async def test_a_websocket_is_a_connection_to_its_end() -> None:
    async with serving(Echo(), {"client_bounds": bounds(max_connections_per_address=1)}) as server:
        async with raw_socket(server.port):
            status, _ = problem_in(await talk(server.port))
        assert status == 429
        await wait_until(lambda: server.connections == 0)
        async with raw_socket(server.port):
            pass


async def begin(app: RunningApp, clients: list[Any]) -> list["asyncio.Task[Any]"]:
    release.clear()
    tasks = [asyncio.create_task(client.get("/api/v1/test/waiting")) for client in clients]
    counts = app.state["client_bounds"]._clients
    await wait_until(lambda: sum(client.in_flight for client in counts.values()) == len(tasks))
    return tasks


@pytest.mark.parametrize("is_signed_in", [True, False])
async def test_a_client_has_a_number_of_requests_in_flight(
    start_app: StartApp, ann: Person, is_signed_in: bool
) -> None:
    app = await start_app(router, max_requests_in_flight=2)
    token = {"Authorization": ann.client.headers["Authorization"]}
    async with app.client(**token if is_signed_in else {}) as client, app.client("198.51.100.1") as other:
        tasks = await begin(app, [client, client])
        refused = await client.get("/api/v1/exercises")
        passed = [await client.get("/health"), await other.get("/api/v1/exercises")]
        release.set()
        answers = await asyncio.gather(*tasks)
        after = await client.get("/api/v1/exercises")

    assert (refused.status_code, refused.json()["type"]) == (429, "/problems/too-many-requests-in-flight")
    assert refused.headers["retry-after"] == "1"
    expected = 200 if is_signed_in else 401
    assert [answer.status_code for answer in (*answers, after)] == [200, 200, expected]
    assert [answer.status_code for answer in passed] == [200, 401]


async def test_a_failed_request_is_in_flight_no_longer(start_app: StartApp) -> None:
    app = await start_app(max_requests_in_flight=1)
    async with app.client() as client:
        statuses = [(await client.get(path)).status_code for path in ("/nowhere", "/api/v1/users/me", "/nowhere")]

    assert statuses == [404, 401, 404]
    assert not app.state["client_bounds"]._clients


async def test_a_forwarded_address_is_a_client(start_app: StartApp) -> None:
    app = await start_app(router, max_requests_in_flight=1, trusted_proxies=["10.0.0.1"])
    async with AsyncExitStack() as stack:
        clients = [
            await stack.enter_async_context(app.client("10.0.0.1", **{"X-Forwarded-For": f"198.51.100.{number}"}))
            for number in range(3)
        ]
        tasks = await begin(app, clients[:2])
        statuses = [(await client.get("/nowhere")).status_code for client in clients]
        release.set()
        await asyncio.gather(*tasks)

    assert statuses == [429, 429, 404]


async def test_a_response_is_in_flight_until_it_is_read(start_app: StartApp) -> None:
    app = await start_app(router, max_requests_in_flight=2)
    large = GET.replace(b"/ ", b"/api/v1/test/large ")
    async with serving(app.app, dict(app.state)) as server:
        async with connections(server.port, 2) as opened:
            for _, writer in opened:
                writer.write(large)
            counts = app.state["client_bounds"]._clients
            await wait_until(lambda: sum(client.in_flight for client in counts.values()) == 2)
            # The endpoint has returned long ago.
            await asyncio.sleep(0.3)
            status, _ = problem_in(await talk(server.port, GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")))
            reader, _ = opened[0]
            head = await reader.readuntil(b"\r\n\r\n")
            await reader.readexactly(len(MUCH))
            assert sum(client.in_flight for client in counts.values()) == 1
        await wait_until(lambda: not counts)

    assert status == 429
    assert head.startswith(b"HTTP/1.1 200 ")


async def test_requests_that_wait_for_their_turn_are_bounded() -> None:
    requests = 0
    release.clear()

    async def slow(scope: Any, receive: Any, send: Any) -> None:
        nonlocal requests
        requests += 1
        await release.wait()
        await echo(scope, receive, send)

    body = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
    async with serving(slow, {}) as server:
        talking = asyncio.create_task(talk(server.port, (GET + body) * 1000))
        await wait_until(lambda: requests == 1)
        release.set()
        answer = await talking

    assert requests == MAX_PIPELINED + 1
    assert answer.count(b"HTTP/1.1 200 ") == MAX_PIPELINED + 1
    assert answer.count(b"GET 0") == answer.count(b"POST 5") + 1
    assert answer.count(b"connection: close") == 1


@pytest.mark.parametrize(("count", "status"), [(MAX_HEADERS - 2, 200), (MAX_HEADERS + 1, 431), (5000, 431)])
async def test_headers_are_bounded(count: int, status: int) -> None:
    head = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + b"a:b\r\n" * count + b"\r\n"
    async with serving(echo, {}) as server:
        answer = await talk(server.port, head)

    assert int(answer.split()[1]) == status


def test_networks_of_ipv6_are_addresses() -> None:
    counted = bounds(max_connections_per_address=1)

    assert counted.open_connection("2001:db8::1", "2001:db8::/64", [None]) == "2001:db8::/64"
    assert counted.open_connection(None, "unknown", [None]) is None


def test_refused_connections_fill_no_log() -> None:
    counted = bounds(max_connections_per_address=1, max_connections=5)
    counted.open_connection("192.0.2.1", "192.0.2.1", [None])
    with capture_logs() as logged:
        for _ in range(100):
            with pytest.raises(TooManyConnections):
                counted.open_connection("192.0.2.1", "192.0.2.1", [None])
            with pytest.raises(Unavailable):
                counted.open_connection("192.0.2.2", "192.0.2.2", [None] * 6)

    assert [(line["event"], line["refused"]) for line in logged] == [("connections_refused", {"address": 1})]


def test_a_slot_is_released_once() -> None:
    counted, user = bounds(), str(uuid4())
    first, second = counted.begin_request(user, is_user=True), counted.begin_request(user, is_user=True)
    first.release()
    first.release()

    assert counted._clients[user].in_flight == 1
    second.release()
    assert not counted._clients


async def test_a_client_that_sends_many_requests_waits_for_itself() -> None:
    counted, user, other = bounds(), str(uuid4()), str(uuid4())
    slots = [counted.begin_request(user, is_user=True) for _ in range(5)]
    turns = [asyncio.create_task(slot.run()) for slot in slots]
    await asyncio.sleep(0)
    running = [turn.done() for turn in turns]
    await counted.begin_request(other, is_user=True).run()

    turns[2].cancel()
    await asyncio.gather(turns[2], return_exceptions=True)
    slots[0].stop()
    slots[0].release()
    await asyncio.sleep(0)
    after = [turn.done() for turn in turns]
    for slot in slots[1:]:
        slot.release()
        slot.release()
        await asyncio.sleep(0)

    assert running == [True, True, False, False, False]
    assert after == [True, True, True, True, False]
    assert all(turn.done() for turn in turns)
    assert user not in counted._clients


async def test_a_turn_is_passed_on_if_its_request_is_cancelled_at_the_same_time() -> None:
    counted, user = bounds(), str(uuid4())
    slots = [counted.begin_request(user, is_user=True) for _ in range(4)]
    turns = [asyncio.create_task(slot.run()) for slot in slots]
    await asyncio.sleep(0)

    slots[0].stop()
    turns[2].cancel()
    await asyncio.gather(turns[2], return_exceptions=True)
    slots[2].release()
    await asyncio.sleep(0)

    assert turns[3].done()
    assert counted._clients[user].running == 2


@pytest.fixture
def set_file_limit() -> Any:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    yield lambda limit: resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_the_file_limit_is_raised_to_that_which_connections_need(set_file_limit: Callable[[int], None]) -> None:
    set_file_limit(700)
    raise_file_limit(200)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 700

    raise_file_limit(1000)
    assert resource.getrlimit(resource.RLIMIT_NOFILE)[0] == 1400


def test_connections_are_fewer_if_files_do_not_suffice(set_file_limit: Callable[[int], None]) -> None:
    set_file_limit(700)

    assert bounds(max_connections=300)._max_connections == 300
    assert bounds(max_connections=2000)._max_connections == 300
