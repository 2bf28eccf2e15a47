"""A reader of the stream of a workout's events."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.types import Message

from exercise_buddy.workouts.events.hub import WorkoutEvents
from exercise_buddy.workouts.set_schemas import RepEvidence
from tests.asyncapi import check_message
from tests.factories import BENCH
from tests.support import Person, RunningApp, wait_until

PATIENCE = 10
SET_ID = "019a0000-0000-7000-8000-0000000000aa"
OF_SET = {"set_id": SET_ID, "exercise_id": BENCH}
"""The set of an event, and its exercise."""


def build_rep(count: int) -> dict[str, Any]:
    """Return the data of the event of a rep."""
    measured = {"offset_ms": 2_000 * count, "flags": [], "rejected": False}
    rep = dict.fromkeys(RepEvidence.model_fields) | measured
    return {**OF_SET, "number": count, "count": count, "rep": rep}


def build_tracking(hint: str) -> dict[str, Any]:
    """Return the data of the event of a body that is not seen."""
    return {**OF_SET, "state": "lost", "hint": hint}


@dataclass(frozen=True, slots=True)
class Event:
    """An event as a client parses it."""

    name: str
    data: Any
    id: str


@dataclass(slots=True)
class Stream:
    """An open response."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    events: asyncio.Queue[Event] = field(default_factory=asyncio.Queue)
    comments: list[str] = field(default_factory=list)
    retry_ms: int | None = None
    complete: bool = False

    async def read(self, name: str) -> Any:
        """Return the data of the next event, whose name is known."""
        async with asyncio.timeout(PATIENCE):
            event = await self.events.get()
        assert event.name == name, event
        check_message("workoutEvents", name, event.data)
        return event.data

    def feed(self, chunk: bytes) -> None:
        """Parse a part of the body."""
        self.body += chunk
        while b"\n\n" in self.body:
            block, _, self.body = self.body.partition(b"\n\n")
            self._parse(block.decode())

    def _parse(self, block: str) -> None:
        values = dict(line.split(": ", 1) for line in block.split("\n"))
        if "" in values:
            self.comments.append(values[""])
        if "retry" in values:
            self.retry_ms = int(values["retry"])
        if "data" in values:
            self.events.put_nowait(Event(values["event"], orjson.loads(values["data"]), values["id"]))


@asynccontextmanager
async def watching(
    app: RunningApp, person: Person, workout_id: str, method: str = "GET", **headers: str
) -> AsyncIterator[Stream]:
    """Call the app as a server does, and disconnect at the end of the context."""
    path = f"/api/v1/workouts/{workout_id}/events"
    authorization = person.client.headers["Authorization"]
    scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"testserver"),
            (b"authorization", authorization.encode()),
            *((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()),
        ],
        "client": ("203.0.113.7", 50_000),
        "server": ("testserver", 80),
        "state": dict(app.state),
    }
    stream = Stream()
    disconnected = asyncio.Event()
    requests = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> Message:
        request = next(requests, None)
        if request is None:
            await disconnected.wait()
        return request or {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            stream.status = message["status"]
            pairs = [(name.decode().lower(), value.decode()) for name, value in message["headers"]]
            stream.headers = {
                key: ", ".join(value for name, value in pairs if name == key) for key in {name for name, _ in pairs}
            }
        else:
            stream.feed(message.get("body", b""))
            stream.complete = not message.get("more_body", False)

    task = asyncio.create_task(app.app(scope, receive, send))
    try:
        await wait_until(lambda: stream.status > 0 or task.done())
        yield stream
    finally:
        disconnected.set()
        await asyncio.wait_for(task, PATIENCE)


def get_events(app: RunningApp) -> WorkoutEvents:
    """Return the hub of an app."""
    events: WorkoutEvents = app.state["workout_events"]
    return events


async def wait_for_listener(app: RunningApp) -> None:
    """Wait until an app hears notifications."""
    sessions: Any = app.state["sessions"]
    await wait_until(lambda: bool(sessions._listener.connected))
