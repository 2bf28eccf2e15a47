"""Events of running workouts, from the process in which they happen to all devices that watch.

The events of a set that is counted live are published here. A trigger in the database notifies of each change of a
running workout, whatever causes it; every process that has watchers of this workout then reads its new version.
"""

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from typing import NamedTuple, Self
from uuid import UUID

import asyncpg
import orjson
import structlog
from prometheus_client import CollectorRegistry, Gauge

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.core.http.conditional_requests import etag
from exercise_buddy.core.tasks import end_tasks
from exercise_buddy.workouts.errors import TooManyStreams, WorkoutNotFound
from exercise_buddy.workouts.events.schemas import LiveEvent
from exercise_buddy.workouts.events.watch import StoredVersion, Watch
from exercise_buddy.workouts.queries import workout_by_id

CHANNEL = "workout_event"
MAX_STREAMS = 5
"""The number of streams of a user in one process."""

# PostgreSQL refuses payloads of 8,000 bytes.
_MAX_PAYLOAD = 7_900
_MAX_OUTGOING = 5_000
_BATCH = 200
# Between two batches events gather: each transaction that notifies makes the others wait for its commit.
_PAUSE_SECONDS = 0.05
_RETRY_SECONDS = 1.0
_MAX_LIVE_SETS = 10_000
_LIVE_SECONDS = 120.0

# Nothing is lost with these transactions: they need not wait for the disk while they hold the lock of the commit.
_PUBLISH = """
SELECT count(pg_notify($1, payload))
FROM (SELECT set_config('synchronous_commit', 'off', true)) AS setting, unnest($2::text[]) AS payload
"""

log = structlog.get_logger()


class WorkoutKey(NamedTuple):
    """The identity of a workout. Users choose the ids, so an id alone does not identify one."""

    user_id: UUID
    workout_id: UUID


async def read_version(database: Database, key: WorkoutKey) -> StoredVersion:
    """Return the stored version of a workout.

    Raises:
        WorkoutNotFound: the user has no such workout.

    """
    document = await workout_by_id.fetch(database, user_id=key.user_id, workout_id=key.workout_id)
    ended_at = orjson.loads(document)["ended_at"]
    return StoredVersion(etag(document), datetime.fromisoformat(ended_at) if ended_at else None)


class WorkoutEvents:
    """The events of running workouts, as this process sends and receives them."""

    def __init__(self, database: Database, listener: Listener, registry: CollectorRegistry) -> None:
        self._open_streams = Gauge(
            "event_streams", "Open event streams of workouts.", multiprocess_mode="livesum", registry=registry
        )
        self._database = database
        self._watches: dict[WorkoutKey, set[Watch]] = {}
        self._streams: Counter[UUID] = Counter()
        self._changed: set[WorkoutKey] = set()
        self._has_changed = asyncio.Event()
        self._outgoing: deque[str] = deque(maxlen=_MAX_OUTGOING)
        self._has_outgoing = asyncio.Event()
        # The latest events of the sets that are counted at the moment, with the time of the last one.
        self._live: OrderedDict[WorkoutKey, tuple[float, dict[str, str]]] = OrderedDict()
        self._stopping = False
        listener.on(CHANNEL, self._hear, self._catch_up)

    @classmethod
    @asynccontextmanager
    async def open(cls, database: Database, listener: Listener, registry: CollectorRegistry) -> AsyncIterator[Self]:
        """Send and receive events for the duration of the context, while `listener` listens."""
        events = cls(database, listener, registry)
        tasks = [asyncio.create_task(events._publish()), asyncio.create_task(events._read_changed())]
        try:
            yield events
        finally:
            events.stop()
            await end_tasks(*tasks)

    def publish(self, user_id: UUID, workout_id: UUID, event: LiveEvent, data: Mapping[str, object]) -> None:
        """Send an event of a set that is counted live to all devices that watch the workout. This does not block.

        Events may get lost: when the database is down, or when they are too large. `data` has `set_id`.
        """
        message = {"user_id": user_id, "workout_id": workout_id, "event": event, "data": data}
        # orjson writes UUIDs, but not the subclass that asyncpg reads.
        payload = orjson.dumps(message, default=str).decode()
        if len(payload.encode()) > _MAX_PAYLOAD:
            log.warning("workout_event_too_large", kind=event, size=len(payload))
            return
        self._outgoing.append(payload)
        self._has_outgoing.set()

    @contextmanager
    def watching(self, key: WorkoutKey, watch: Watch) -> Iterator[None]:
        """Pass the events of a workout on to `watch` for the duration of the context.

        Raises:
            TooManyStreams: the user has as many streams as allowed.

        """
        if self._streams[key.user_id] >= MAX_STREAMS:
            raise TooManyStreams(f"You have {MAX_STREAMS} event streams.", headers={"Retry-After": "1"})
        for event, data in self._find_live(key).items():
            watch.put(event, data)
        if self._stopping:
            watch.end("restart")
        self._streams[key.user_id] += 1
        self._watches.setdefault(key, set()).add(watch)
        try:
            with self._open_streams.track_inprogress():
                yield
        finally:
            self._streams[key.user_id] -= 1
            if not self._streams[key.user_id]:
                del self._streams[key.user_id]
            self._watches[key].discard(watch)
            if not self._watches[key]:
                del self._watches[key]

    def stop(self) -> None:
        """End all streams, because the server stops. Their devices connect again, to another process."""
        self._stopping = True
        for watches in self._watches.values():
            for watch in watches:
                watch.end("restart")

    # --- receiving ---------------------------------------------------------------------------------------------------

    def _hear(self, payload: str) -> None:
        message = orjson.loads(payload)
        key = WorkoutKey(UUID(message["user_id"]), UUID(message["workout_id"]))
        if message["event"] == "changed":
            if key in self._watches:
                self._changed.add(key)
                self._has_changed.set()
            return
        event, data = message["event"], orjson.dumps(message["data"]).decode()
        self._record_live(key, event, data)
        for watch in self._watches.get(key, ()):
            watch.put(event, data)

    async def _catch_up(self, _connection: asyncpg.Connection) -> None:
        # Nobody heard what happened while the connection was lost.
        self._changed.update(self._watches)
        self._has_changed.set()

    def _record_live(self, key: WorkoutKey, event: str, data: str) -> None:
        _, latest = self._live.pop(key, (0.0, {}))
        if event == "counted":
            return
        self._live[key] = time.monotonic(), {**latest, event: data}
        if len(self._live) > _MAX_LIVE_SETS:
            self._live.popitem(last=False)

    def _find_live(self, key: WorkoutKey) -> dict[str, str]:
        """Return the latest events of the set that is counted at the moment: somebody who joins late needs them."""
        recorded_at, latest = self._live.get(key, (0.0, {}))
        return latest if time.monotonic() - recorded_at < _LIVE_SECONDS else {}

    async def _read_changed(self) -> None:
        while True:
            await self._has_changed.wait()
            self._has_changed.clear()
            while self._changed:
                key = self._changed.pop()
                try:
                    await self._tell_version(key)
                except Exception as error:  # noqa: BLE001  (for example, the database is down)
                    log.warning("workout_version_not_read", error=type(error).__name__)
                    self._changed.add(key)
                    await asyncio.sleep(_RETRY_SECONDS)

    async def _tell_version(self, key: WorkoutKey) -> None:
        if key not in self._watches:
            return
        try:
            version = await read_version(self._database, key)
        except WorkoutNotFound:
            version = None
        for watch in self._watches.get(key, ()):
            if version is None:
                watch.end("deleted")
            else:
                watch.put_version(version)

    # --- sending -----------------------------------------------------------------------------------------------------

    async def _publish(self) -> None:
        while True:
            await self._has_outgoing.wait()
            self._has_outgoing.clear()
            while self._outgoing:
                batch = [self._outgoing.popleft() for _ in range(min(_BATCH, len(self._outgoing)))]
                try:
                    async with self._database.reading() as connection:
                        await connection.fetchval(_PUBLISH, CHANNEL, batch)
                except Exception as error:  # noqa: BLE001  (a failed event must not disturb the counting)
                    log.warning("workout_events_lost", events=len(batch), error=type(error).__name__)
                await asyncio.sleep(_PAUSE_SECONDS)
