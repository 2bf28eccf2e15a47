"""The sessions that ended before their access tokens expired: every process knows them.

A trigger in the database records each one and notifies all processes (see `core.db.notifications`), so requests need no
query. While a process has no connection to listen on, it queries the database for each request instead. So a revocation
takes effect everywhere some milliseconds after its commit, and at most a second (two heartbeats) after it, when a
connection has failed silently.
"""

import time
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import structlog
from sqlalchemy import DateTime, bindparam, exists, select

from exercise_buddy.auth.tables import EndedSession
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.security.identity import Identity

CHANNEL = "session_ended"
REVOKED = "revoked_sessions"
"""The key in the `info` of a database session for the ids of the sessions that its transaction revokes."""

log = structlog.get_logger()

_ended = core_table(EndedSession)
_SINCE = Statement(
    select(_ended.c.session_id).where(_ended.c.ended_at > bindparam("since", type_=DateTime(timezone=True)))
)
_EXISTS = Statement(select(exists().where(_ended.c.session_id == bindparam("session_id"))))


class RevokedSessions:
    """The register of revoked sessions.

    Args:
        database: queried while the listener is not connected.
        listener: receives the notifications.
        lifetime: the longest lifetime of an access token, leeway included. A revoked session is remembered so long.

    """

    def __init__(self, database: Database, listener: Listener, lifetime: timedelta) -> None:
        self._database = database
        self._listener = listener
        self._lifetime = lifetime
        self._revoked: dict[UUID, float] = {}
        listener.on(CHANNEL, self._add, self._catch_up)
        # A client that revokes a session and calls this process again must not be faster than the notification.
        database.after_commit.append(self._add_committed)

    async def is_revoked(self, identity: Identity) -> bool:
        """Return whether the session of an access token was revoked."""
        if identity.session_id in self._revoked:
            return True
        if self._listener.connected:
            return False
        async with self._database.reading() as connection:
            found: bool = await connection.fetchval(
                _EXISTS.sql, *_EXISTS.arguments({"session_id": identity.session_id})
            )
            return found

    def _add_committed(self, info: dict[Any, Any]) -> None:
        for session_id in info.pop(REVOKED, ()):
            self._add(str(session_id))
            log.info("session_ended", session_id=str(session_id))

    def _add(self, payload: str) -> None:
        now = time.monotonic()
        # The oldest entries come first: those whose tokens have expired are removed.
        while self._revoked and (oldest := next(iter(self._revoked.items())))[1] < now:
            del self._revoked[oldest[0]]
        session_id = UUID(payload)
        self._revoked.pop(session_id, None)
        self._revoked[session_id] = now + self._lifetime.total_seconds()

    async def _catch_up(self, connection: asyncpg.Connection) -> None:
        since = await connection.fetchval("SELECT now()") - self._lifetime
        rows: list[Any] = await connection.fetch(_SINCE.sql, *_SINCE.arguments({"since": since}))
        for row in rows:
            self._add(str(row[0]))
