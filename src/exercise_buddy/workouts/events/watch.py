"""One stream of the events of a workout, from the hub to the device that watches it."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from fastapi.sse import ServerSentEvent

from exercise_buddy.workouts.events.schemas import EndReason, StreamEnd, WorkoutVersion

MAX_WAITING = 256
"""The number of events that wait for a reader. A slower reader is cut off: it connects again."""
CHECK_SECONDS = 5.0
"""How long a stream may outlive its access token or its session at most, while nothing happens."""
_RETRY_MS = (1_000, 3_000)


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """The version of a stored workout. The tag is that of `GET /workouts/{workout_id}`."""

    etag: str
    ended_at: datetime | None


class Watch:
    """The events that one stream has not sent yet.

    Args:
        find_end: returns why the reader may not read on, or None.

    """

    def __init__(self, find_end: Callable[[], Awaitable[EndReason | None]]) -> None:
        self._find_end = find_end
        self._queue: asyncio.Queue[tuple[str, str | WorkoutVersion] | None] = asyncio.Queue(MAX_WAITING)
        self._ended: EndReason | None = None
        self._version: StoredVersion | None = None

    def put(self, event: str, data: str) -> None:
        """Add an event whose data is JSON."""
        self._put((event, data))

    def put_version(self, version: StoredVersion) -> None:
        """Add the event of a new version, unless the reader knows it."""
        if version != self._version:
            self._version = version
            self._put(("workout_changed", WorkoutVersion(etag=version.etag, ended_at=version.ended_at, changed=True)))

    def end(self, reason: EndReason) -> None:
        """End the stream now, whatever waits."""
        self._ended = self._ended or reason
        if self._queue.empty():
            self._queue.put_nowait(None)

    def _put(self, item: tuple[str, str | WorkoutVersion]) -> None:
        try:
            self._queue.put_nowait(item)
        except asyncio.QueueFull:
            self.end("slow_reader")

    async def stream(self, version: StoredVersion, last_event_id: str | None) -> AsyncIterator[ServerSentEvent]:
        """Yield the events from the stored version of the workout on. The last one says why the stream ends.

        The id of an event is the tag of the latest version that the stream has sent.
        """
        # A newer version may be waiting already.
        self._version = self._version or version
        event_id = version.etag.strip('"')
        first = WorkoutVersion(
            etag=version.etag, ended_at=version.ended_at, changed=last_event_id is None or last_event_id != event_id
        )
        # Devices that lose their server at the same time are not to return at the same time.
        yield ServerSentEvent(event="workout", data=first, id=event_id, retry=random.randint(*_RETRY_MS))  # noqa: S311
        while True:
            name, data = await self._next()
            if isinstance(data, str):
                yield ServerSentEvent(event=name, raw_data=data, id=event_id)
                continue
            if isinstance(data, WorkoutVersion):
                event_id = data.etag.strip('"')
            yield ServerSentEvent(event=name, data=data, id=event_id)
            if isinstance(data, StreamEnd):
                return
            if data.ended_at is not None:
                yield ServerSentEvent(event="end", data=StreamEnd(reason="finished"), id=event_id)
                return

    async def _next(self) -> tuple[str, str | WorkoutVersion | StreamEnd]:
        while True:
            try:
                async with asyncio.timeout(CHECK_SECONDS):
                    item = await self._queue.get()
            except TimeoutError:
                item = None
            reason = self._ended or await self._find_end()
            if reason is not None:
                return "end", StreamEnd(reason=reason)
            if item is not None:
                return item
