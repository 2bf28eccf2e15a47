"""The pool of the connections that read.

asyncpg needs 20 µs to hand out a connection and to take it back: a timeout, a task and a reset. That is as much as a
query by key takes in this process. So a few free connections stay acquired, and the next query takes one at once.
"""

import time
from types import TracebackType
from typing import Any

from asyncpg import InterfaceError
from asyncpg.pool import Pool, PoolConnectionProxy

from exercise_buddy.core.db.breaker import Breaker
from exercise_buddy.core.db.pool_waits import RecordWait

# asyncpg closes what was not used for some minutes: these stay open.
_MAX_KEPT = 4
# Then asyncpg takes a connection back, and closes it if it has executed too many queries.
_MAX_USES = 1000


class PoolTimeoutError(TimeoutError):
    """No connection became free in time."""


class ReadPool:
    """A pool of asyncpg, with free connections that stay acquired: the last used is the next.

    Args:
        pool: the pool.
        wait_seconds: how long a reader waits for a connection.
        breaker: whether the database responds.
        record_wait: called with the seconds that each reader has waited.

    """

    def __init__(
        self, pool: "Pool[Any]", wait_seconds: float, breaker: Breaker, record_wait: RecordWait | None = None
    ) -> None:
        self._pool = pool
        self._wait_seconds = wait_seconds
        self._breaker = breaker
        self._record_wait = record_wait
        self._kept: list[tuple[PoolConnectionProxy[Any], int]] = []
        self._waiting = 0

    def get_size(self) -> int:
        """Return the number of open connections."""
        size: int = self._pool.get_size()
        return size

    def get_idle_size(self) -> int:
        """Return the number of open connections that nobody uses."""
        size: int = self._pool.get_idle_size()
        return size + sum(_is_open(connection) for connection, _ in self._kept)

    def get_max_size(self) -> int:
        """Return the largest number of connections."""
        size: int = self._pool.get_max_size()
        return size

    def terminate(self) -> None:
        """Close all connections at once."""
        self._pool.terminate()

    async def acquire(self) -> "tuple[PoolConnectionProxy[Any], int]":
        """Return a connection, and how often it was kept.

        Raises:
            PoolTimeoutError: no connection became free in time.
            DatabaseSilentError: the database does not respond.

        """
        self._breaker.check()
        while self._kept:
            connection, uses = self._kept.pop()
            if _is_open(connection):
                if self._record_wait is not None:
                    self._record_wait(0.0)
                return connection, uses
            await self._pool.release(connection)
        self._waiting += 1
        started = time.perf_counter()
        try:
            return await self._pool.acquire(timeout=self._wait_seconds), 0
        except TimeoutError:
            raise PoolTimeoutError from None
        finally:
            self._waiting -= 1
            if self._record_wait is not None:
                self._record_wait(time.perf_counter() - started)

    async def release(self, connection: "PoolConnectionProxy[Any]", uses: int, *, has_failed: bool) -> None:
        """Keep a connection for the next reader, or return it to asyncpg, which resets it."""
        is_kept = (
            not has_failed
            and not self._waiting
            and len(self._kept) < _MAX_KEPT
            and uses < _MAX_USES
            # The server may have ended it after its result.
            and _is_open(connection)
            and not connection.is_in_transaction()
        )
        if is_kept:
            self._kept.append((connection, uses + 1))
            return
        if has_failed and _is_open(connection):
            connection.end_statement()
        await self._pool.release(connection)


def _is_open(connection: "PoolConnectionProxy[Any]") -> bool:
    try:
        return not connection.is_closed()
    except InterfaceError:
        # asyncpg has taken it back, because the server has closed it.
        return False


class Reading:
    """Holds a connection of a pool, as an asynchronous context."""

    __slots__ = ("_connection", "_pool", "_uses")

    def __init__(self, pool: ReadPool) -> None:
        self._pool = pool

    async def __aenter__(self) -> "PoolConnectionProxy[Any]":
        """Acquire the connection."""
        self._connection, self._uses = await self._pool.acquire()
        return self._connection

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Release the connection."""
        await self._pool.release(self._connection, self._uses, has_failed=error is not None)
