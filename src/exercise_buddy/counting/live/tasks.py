"""The live connections of this process, and the work beside them: checks, saving samples, ending abandoned sets."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from typing import Protocol, Self
from uuid import UUID

import structlog
from prometheus_client import CollectorRegistry

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.problems import Problem
from exercise_buddy.core.security.identity import Identity, TokenVerifier
from exercise_buddy.core.tasks import end_tasks
from exercise_buddy.counting.live import handlers
from exercise_buddy.counting.live.errors import LiveSetTakenOver
from exercise_buddy.counting.live.metrics import LiveMetrics
from exercise_buddy.counting.live.open_sets import OpenSet, StreamRunner
from exercise_buddy.counting.live.storage import LEASE
from exercise_buddy.counting.settings import CountingSettings
from exercise_buddy.workouts.public import WorkoutEvents

_CHECK_SECONDS = 1.0
# How much a client has to send again after the server was killed.
_SAVE_SECONDS = 2.0
_RENEW_SECONDS = LEASE.total_seconds() / 3
_CLEANUP_SECONDS = 60.0

log = structlog.get_logger()


class Connection(Protocol):
    """A live connection, as the work beside it sees it."""

    identity: Identity | None
    open_set: OpenSet | None

    def end(self, problem: Problem) -> None:
        """End the connection with a problem."""

    async def check(self) -> None:
        """End the connection if it may not go on."""

    def acknowledge(self, open_set: OpenSet) -> None:
        """Send the number of the first sample that is not saved yet."""


class LiveCounting:
    """The live connections of this process."""

    def __init__(
        self,
        settings: CountingSettings,
        database: Database,
        verifier: TokenVerifier,
        events: WorkoutEvents,
        registry: CollectorRegistry,
    ) -> None:
        self.settings = settings
        self.database = database
        self.verifier = verifier
        self.events = events
        self.metrics = LiveMetrics(registry)
        self.runner = StreamRunner(self.metrics)
        self._connections: set[Connection] = set()
        # Two transactions that save the same set would each find it changed.
        self._saving = asyncio.Lock()

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        settings: CountingSettings,
        database: Database,
        verifier: TokenVerifier,
        events: WorkoutEvents,
        registry: CollectorRegistry,
    ) -> AsyncIterator[Self]:
        """Run the work beside the connections for the duration of the context."""
        live = cls(settings, database, verifier, events, registry)
        tasks = [
            asyncio.create_task(live.runner.run_rounds()),
            asyncio.create_task(live.runner.run_analyses()),
            asyncio.create_task(_repeat(live.check_all, _CHECK_SECONDS)),
            asyncio.create_task(_repeat(live.save_all, _SAVE_SECONDS)),
            asyncio.create_task(_repeat(live.clean_up, _CLEANUP_SECONDS)),
        ]
        try:
            yield live
        finally:
            await end_tasks(*tasks)

    @contextmanager
    def registered(self, connection: Connection) -> Iterator[None]:
        """Register a connection for the duration of the context."""
        self._connections.add(connection)
        self.metrics.connections.inc()
        try:
            yield
        finally:
            self._connections.discard(connection)
            self.metrics.connections.dec()

    def list_connections(self, user_id: UUID | None = None) -> list[Connection]:
        """Return the connections, or those of a user."""
        return [
            connection
            for connection in self._connections
            if user_id is None or (connection.identity is not None and connection.identity.user_id == user_id)
        ]

    def take_over(self, connection: Connection, open_set: OpenSet) -> None:
        """End the other connections of this process that count the set of a connection."""
        for other in self._connections:
            if other is not connection and other.open_set is not None and other.open_set.key == open_set.key:
                other.end(LiveSetTakenOver())

    async def check_all(self) -> None:
        """End connections of silent clients and of users who may no longer use them."""
        checks = (connection.check() for connection in self.list_connections())
        failures = [error for error in await asyncio.gather(*checks, return_exceptions=True) if error is not None]
        if failures:
            # The database is down. What a connection writes is checked again.
            log.warning("live_checks_failed", connections=len(failures), error=type(failures[0]).__name__)

    async def save_all(self) -> None:
        """Save the new samples of all sets, and renew their leases."""
        renewed = time.monotonic() - _RENEW_SECONDS
        due = [
            (connection, open_set)
            for connection in self._connections
            if (open_set := connection.open_set) is not None and (open_set.unsaved or open_set.saved_at < renewed)
        ]
        if not due:
            return
        saved_seqs = [open_set.saved_seq for _, open_set in due]
        async with self._saving:
            lost = await handlers.save_sets(self.database, [open_set for _, open_set in due])
        for (connection, open_set), saved_seq in zip(due, saved_seqs, strict=True):
            if connection.open_set is not open_set:
                continue
            if open_set in lost:
                connection.end(LiveSetTakenOver())
            elif open_set.saved_seq > saved_seq:
                connection.acknowledge(open_set)

    async def release(self, open_set: OpenSet) -> bool:
        """Save a set whose connection ends; return whether the set still belonged to the connection."""
        async with self._saving:
            lost = await handlers.save_sets(self.database, [open_set])
        if lost:
            return False
        await handlers.release_set(self.database, open_set)
        return True

    async def clean_up(self) -> None:
        """End the sets that were not resumed in time, and delete those that ended long ago."""
        ended = await handlers.end_abandoned_sets(self.database, timedelta(minutes=self.settings.live_resume_minutes))
        self.metrics.sets.labels("abandoned").inc(ended)
        await handlers.delete_counted_sets(self.database)


async def _repeat(action: Callable[[], Awaitable[None]], seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        try:
            await action()
        except Exception as error:  # noqa: BLE001  (for example, the database is down: the next run follows)
            log.warning("live_task_failed", task=getattr(action, "__name__", ""), error=type(error).__name__)
