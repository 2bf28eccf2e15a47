"""Reads from a replica, a standby that replays what the primary has written, whenever that answers the same.

A client must see what it has written, whichever process it wrote to. So each request reads the present revision of its
user on the primary, one lookup by key, and the replica answers if it has replayed that revision. If it has not, is too
far behind, fails or does not respond in time, the primary answers. No client notices a replica that is down.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Self
from uuid import UUID

import asyncpg
import structlog
from asyncpg.pool import PoolConnectionProxy
from prometheus_client import CollectorRegistry, Counter, Gauge

from exercise_buddy.core.db.breaker import Breaker
from exercise_buddy.core.db.connections import connect
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.errors import sqlstate
from exercise_buddy.core.db.pool_waits import PoolWaits
from exercise_buddy.core.db.pools import Watch, open_read_pool
from exercise_buddy.core.db.read_pool import ReadPool
from exercise_buddy.core.db.reads import Result
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.core.tasks import end_tasks

ANSWER_SECONDS = 1.0
"""How long a read waits for the replica before it asks the primary, with all that the primary may take."""
MAX_LAG_SECONDS = 10.0
"""A replica that is further behind is not asked.

No user's revision counts the catalogue of exercises: after a release, a replica may show the former one for this long.
"""
HEARTBEAT_SECONDS = 0.5
_RETRY_SECONDS = 2.0
_MAX_SAMPLES = 1000
# Users whose revision a connection remembers: 0.2 MB.
_MAX_SHOWN = 1000

PRIMARY_POSITION = """
SELECT (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint, system_identifier FROM pg_control_system()
"""
"""How many bytes of its log a primary has written, and what tells servers apart that are no copies of each other."""
REPLICA_POSITION = """
SELECT (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint, system_identifier, pg_is_in_recovery()
FROM pg_control_system()
"""
"""How many bytes of the log of its primary a standby has replayed, the same identifier, and whether it is a standby."""
FAILURES = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError, TimeoutError)
"""What a connection raises, or PostgreSQL instead of a result.

An `InternalClientError` is a query on a free connection that the server has just ended: asyncpg has its last message,
and not yet the end of the connection.
"""
# SQLSTATE: the replica itself works, and has refused or cancelled this one statement.
_FAILS_ALONE = ("22", "40", "42")

log = structlog.get_logger()


class _ReplicaUnsuitableError(Exception):
    """The server at the URL must not answer. The text says why."""


class BehindError(Exception):
    """The replica has not replayed the last write of the user."""


class Replica:
    """The replica of a process: its connections, and whether it may be asked."""

    def __init__(self, primary: Database, reads: ReadPool, revision: Statement, registry: CollectorRegistry) -> None:
        self._primary = primary
        self._reads = reads
        self._revision = revision
        # Why it may not be asked.
        self._reason: str | None = "not connected yet"
        # Positions in the log of the primary, with the time before they were read, that were not replayed yet.
        self._samples: deque[tuple[float, int]] = deque()
        self._current_at = time.monotonic()
        results = Counter(
            "replica_reads",
            "Reads that the replica answered, or the primary because it was behind, failed, or was not usable.",
            ["result"],
            registry=registry,
        )
        self._answered, self._behind, self._failed, self._unused = map(
            results.labels, ("answered", "behind", "failed", "not_usable")
        )
        self._lag = Gauge(
            "replica_lag_seconds",
            "How old the state of the replica is, at most.",
            multiprocess_mode="livemax",
            registry=registry,
        )

    @classmethod
    @asynccontextmanager
    async def open(
        cls,
        url: str | None,
        pool_size: int,
        primary: Database,
        revision: Statement,
        registry: CollectorRegistry,
        *,
        watch: Watch | None = None,
        waits: PoolWaits | None = None,
    ) -> AsyncIterator[Self | None]:
        """Open the pool of a replica and watch it. It may be down; it is used as soon as it responds.

        Args:
            url: in the form of `settings.database_url`. None: there is no replica.
            pool_size: the maximum number of connections.
            primary: the database that the replica follows.
            revision: selects the revision of the bound `user_id`, which each write of the user increments.
            registry: receives the metrics.
            watch: called with each connection when it is opened.
            waits: records how long readers wait for a connection.

        """
        if url is None:
            yield None
            return
        breaker = Breaker()
        pool = await open_read_pool(url, pool_size, breaker, response_seconds=None, watch=watch)
        reads = ReadPool(pool, ANSWER_SECONDS, breaker, None if waits is None else waits.record_replica)
        replica = cls(primary, reads, revision, registry)
        task = asyncio.create_task(replica._keep_following(url))
        try:
            yield replica
        finally:
            await end_tasks(task)
            pool.terminate()

    @property
    def is_usable(self) -> bool:
        """Whether the last heartbeat found a standby of the primary that is not too far behind, and no read failed."""
        return self._reason is None

    @property
    def lag_seconds(self) -> float:
        """How old the state of the replica is, at most."""
        return time.monotonic() - self._current_at

    async def find_revision(self, user_id: UUID) -> int | None:
        """Return the present revision of a user, from the primary. None if the account does not exist."""
        return await self._primary.read(lambda connection: self._fetch_revision(connection, user_id))

    async def read(
        self, query: "Callable[[PoolConnectionProxy[Any]], Awaitable[Result]]", user_id: UUID, revision: int
    ) -> Result:
        """Return the result of a query on the replica.

        Args:
            query: see `Reads.read`.
            user_id: whose rows it reads.
            revision: the revision of the user that it must see.

        Raises:
            BehindError: the replica has not replayed the revision.
            Problem: the query has found it.
            Exception: the replica failed.

        """
        async with asyncio.timeout(ANSWER_SECONDS) as bound:
            connection, uses = await self._reads.acquire()
            has_failed = True
            try:
                # What a standby has once shown, every later statement sees. So a connection need not ask twice.
                shown: dict[UUID, int] = connection.shown_revisions
                if shown.get(user_id, -1) < revision:
                    present = await self._fetch_revision(connection, user_id)
                    if present is None or present < revision:
                        has_failed = False
                        raise BehindError
                    if len(shown) >= _MAX_SHOWN:
                        shown.clear()
                    shown[user_id] = present
                found = await query(connection)
                has_failed = False
            except asyncio.CancelledError:
                if bound.expired():
                    # It may be frozen, and would not confirm that the statement is cancelled either.
                    connection.terminate()
                raise
            finally:
                await self._reads.release(connection, uses, has_failed=has_failed)
        return found

    async def _fetch_revision(self, connection: "PoolConnectionProxy[Any]", user_id: UUID) -> int | None:
        arguments = self._revision.arguments({"user_id": user_id})
        found: int | None = await connection.fetchval(self._revision.sql, *arguments)
        return found

    def record_answer(self) -> None:
        """Count a read that the replica answered."""
        self._answered.inc()

    def record_unused(self) -> None:
        """Count a read that the replica was not asked."""
        self._unused.inc()

    def record_failure(self, error: Exception) -> None:
        """Count a read that the primary answers instead. If the replica seems to be down, the next ones do not try."""
        if isinstance(error, BehindError):
            self._behind.inc()
            return
        self._failed.inc()
        if isinstance(error, FAILURES) and not (sqlstate(error) or "").startswith(_FAILS_ALONE):
            self._set_usable(reason=type(error).__name__)

    def _set_usable(self, *, reason: str | None = None) -> None:
        """Record that the replica may be asked, or the reason why not."""
        if self._reason == reason:
            return
        self._reason = reason
        if self.is_usable:
            log.info("replica_usable", lag_seconds=round(self.lag_seconds, 1))
        else:
            log.warning("replica_not_usable", reason=reason, lag_seconds=round(self.lag_seconds, 1))

    async def _keep_following(self, url: str) -> None:
        while True:
            try:
                await self._follow(url)
            except _ReplicaUnsuitableError as error:
                self._set_usable(reason=str(error))
            except Exception as error:  # noqa: BLE001  (any failure is retried)
                self._set_usable(reason=type(error).__name__)
            self._lag.set(self.lag_seconds)
            await asyncio.sleep(_RETRY_SECONDS)

    async def _follow(self, url: str) -> None:
        connection = await connect(url)
        try:
            while True:
                system = await self._sample_primary()
                async with asyncio.timeout(HEARTBEAT_SECONDS):
                    replayed, own_system, is_standby = await connection.fetchrow(REPLICA_POSITION)
                if not is_standby:
                    # A promoted standby has a history of its own from then on.
                    raise _ReplicaUnsuitableError("no standby")
                if system not in {None, own_system}:
                    raise _ReplicaUnsuitableError("standby of another server")
                self._record_position(replayed)
                self._set_usable(reason=None if self.lag_seconds <= MAX_LAG_SECONDS else "lag")
                self._lag.set(self.lag_seconds)
                await asyncio.sleep(HEARTBEAT_SECONDS)
        finally:
            connection.terminate()

    async def _sample_primary(self) -> int | None:
        """Record the position of the primary, and return its system identifier. None if it does not respond."""
        began = time.monotonic()
        try:
            position, system = await self._primary.read(lambda connection: connection.fetchrow(PRIMARY_POSITION))
        except FAILURES:
            return None
        self._samples.append((began, position))
        if len(self._samples) > _MAX_SAMPLES:
            # A replica that was down for long: the age of a sample needs less precision then.
            self._samples = deque([*self._samples][::2])
        return int(system)

    def _record_position(self, replayed: int) -> None:
        """Record which of the positions of the primary the replica has replayed."""
        while self._samples and self._samples[0][1] <= replayed:
            self._current_at, _ = self._samples.popleft()
