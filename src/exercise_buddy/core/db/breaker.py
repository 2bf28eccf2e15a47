"""A circuit breaker: when the database says nothing any more, requests fail at once instead of waiting for it.

A database that is down refuses connections, and requests fail by themselves. One whose machine or disk hangs, or that a
network swallows, leaves each request waiting. The heartbeat of the listener (see `notifications`) tells the two apart.
After 3 s of silence, all connections are closed, which ends the requests that wait for them, and no further ones are
opened until the listener has a response again.
"""

import asyncio
import time
from weakref import WeakSet

import asyncpg
import structlog

SILENCE_SECONDS = 3.0

log = structlog.get_logger()


class DatabaseSilentError(ConnectionError):
    """The database does not respond, so it was not asked."""


class Breaker:
    """Knows whether the database responds, and the open connections of a process to it."""

    def __init__(self) -> None:
        self._connections: WeakSet[asyncpg.Connection] = WeakSet()
        self._silent_since = 0.0
        self._opening: asyncio.TimerHandle | None = None
        self.is_open = False

    def check(self) -> None:
        """Check that the database responds.

        Raises:
            DatabaseSilentError: it does not.

        """
        if self.is_open:
            raise DatabaseSilentError

    def add(self, connection: asyncpg.Connection) -> None:
        """Add a connection, which is closed when the database says nothing any more."""
        self._connections.add(connection)

    def record_silence(self, seconds: float) -> None:
        """Record that a request to the database got no response for some seconds, until now."""
        if self.is_open or self._opening is not None:
            return
        self._silent_since = time.monotonic() - seconds
        self._opening = asyncio.get_running_loop().call_later(max(0.0, SILENCE_SECONDS - seconds), self._open)

    def record_response(self) -> None:
        """Record that the database responds, if only by refusing a connection."""
        if self._opening is not None:
            self._opening.cancel()
            self._opening = None
        if self.is_open:
            self.is_open = False
            log.warning("database_responds", silent_seconds=round(time.monotonic() - self._silent_since, 1))

    def _open(self) -> None:
        self._opening = None
        self.is_open = True
        connections = list(self._connections)
        log.error("database_silent", seconds=SILENCE_SECONDS, closed_connections=len(connections))
        for connection in connections:
            connection.terminate()
