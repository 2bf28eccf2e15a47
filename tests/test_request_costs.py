"""What a request costs the process, whatever the machine: calls of Python functions, and objects in cycles.

Cycles wait for the garbage collector, and its pauses delay all requests.
"""

import gc
import sys
from types import FrameType
from typing import Any

import pytest
from starlette.types import Message

from tests.support import Person, RunningApp

# Python 3.11 makes 210, of which 40 are asyncpg and 30 the line in the log. By the whole way of FastAPI it made 740.
MAX_CALLS = 300
REQUESTS = 20


class Exchange:
    """One request as the server holds it: its scope and the methods that the application calls hold each other."""

    def __init__(self, app: RunningApp, path: str, headers: dict[str, str]) -> None:
        self.scope: dict[str, Any] = {
            "type": "http",
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "root_path": "",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "client": ("203.0.113.7", 1),
            "headers": [(b"host", b"testserver"), *((k.lower().encode(), v.encode()) for k, v in headers.items())],
            "state": dict(app.state),
        }
        self.status = 0

    async def receive(self) -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(self, message: Message) -> None:
        self.status = message.get("status", self.status)


async def request(app: RunningApp, path: str, headers: dict[str, str]) -> int:
    """Send a request; return the status of its response."""
    exchange = Exchange(app, path, headers)
    await app.app(exchange.scope, exchange.receive, exchange.send)
    return exchange.status


async def count_calls(app: RunningApp, path: str, headers: dict[str, str]) -> tuple[int, int]:
    """Return the number of calls of Python functions for a request, and the status of the response."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        status = await request(app, path, headers)
    finally:
        sys.setprofile(None)
    return calls, status


async def count_garbage(app: RunningApp, path: str, headers: dict[str, str]) -> tuple[int, int]:
    """Return the number of unreachable objects that some requests leave, and the last status."""
    status = 0
    gc.collect()
    gc.disable()
    try:
        for _ in range(REQUESTS):
            status = await request(app, path, headers)
        return gc.collect(), status
    finally:
        gc.enable()


@pytest.mark.parametrize("is_known", [False, True])
async def test_a_read_calls_few_functions(app: RunningApp, ann: Person, is_known: bool) -> None:
    response = await ann.get("/users/me")
    headers = {"Authorization": ann.client.headers["Authorization"]}
    if is_known:
        headers["If-None-Match"] = response.headers["etag"]

    # The first one may do what is done once, and other tasks of the process may run at the same time.
    measured = [await count_calls(app, "/api/v1/users/me", headers) for _ in range(20)]

    assert {status for _, status in measured} == {304 if is_known else 200}
    assert min(calls for calls, _ in measured) <= MAX_CALLS


@pytest.mark.parametrize("coding", ["identity", "zstd"])
@pytest.mark.parametrize(
    ("path", "status"),
    [("/users/me", 200), ("/exercises", 200), ("/statistics/dashboard", 200), ("/nothing", 404), ("/workouts/x", 422)],
)
async def test_a_request_leaves_no_cycles(app: RunningApp, ann: Person, path: str, status: int, coding: str) -> None:
    headers = {"Authorization": ann.client.headers["Authorization"], "Accept-Encoding": coding}

    # Other tasks of the process may leave something meanwhile, and the first request does what is done once.
    measured: list[tuple[int, int]] = []
    while len(measured) < 12 and all(garbage >= REQUESTS for garbage, _ in measured):
        measured.append(await count_garbage(app, f"/api/v1{path}", headers))

    assert {found for _, found in measured} == {status}
    assert min(garbage for garbage, _ in measured) < REQUESTS
