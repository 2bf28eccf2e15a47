"""How many Python functions a request calls: what a test can hold of the CPU around a read, whatever the machine."""

import sys
from types import FrameType
from typing import Any

import pytest

from tests.support import Person, RunningApp

# Python 3.11 makes 210, of which 40 are asyncpg and 30 the line in the log. By the whole way of FastAPI it made 740.
MAX_CALLS = 300


async def count_calls(app: RunningApp, path: str, headers: dict[str, str]) -> tuple[int, int]:
    """Return the number of calls of Python functions for a request, and the status of the response."""
    raw_headers = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "root_path": "",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "client": ("203.0.113.7", 1),
        "headers": [(b"host", b"testserver"), *raw_headers],
        "state": dict(app.state),
    }
    statuses: list[int] = []
    calls = 0

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        await app.app(scope, receive, send)
    finally:
        sys.setprofile(None)
    return calls, statuses[0]


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
