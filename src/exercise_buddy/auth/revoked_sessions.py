"""The sessions that have ended while access tokens of theirs have not yet: every process knows them.

A trigger in the database notes each one and tells all processes (see `core.listening`), so no request needs to ask.
While a process has lost its connection to hear it, it asks the database for each request instead. So a revocation
holds everywhere some milliseconds after its commit, and at most a second after it, when a connection has gone silent
without a word (two heartbeats).
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
ENDED = "ended_sessions"
"""Where a transaction that ends sessions puts their ids (in the `info` of the database session), for this process."""

log = structlog.get_logger()

_ended = core_table(EndedSession)
_SINCE = Statement(
    select(_ended.c.session_id).where(_ended.c.ended_at > bindparam("since", type_=DateTime(timezone=True)))
)
_HAS = Statement(select(exists().where(_ended.c.session_id == bindparam("session_id"))))


class EndedSessions:
    """Knows which sessions have ended.

    Args:
        database: asked while the listener is not connected.
        listener: tells of new ones.
        lifetime: how long an access token can live, leeway included. An ended session is remembered that long.

    """

    def __init__(self, database: Database, listener: Listener, lifetime: timedelta) -> None:
        self._database = database
        self._listener = listener
        self._lifetime = lifetime
        self._ended: dict[UUID, float] = {}
        listener.on(CHANNEL, self._heard, self._catch_up)
        # Who has ended a session and asks the same process at once is not to be faster than the notification.
        database.after_commit.append(self._committed)

    async def is_revoked(self, identity: Identity) -> bool:
        """Say whether the session of an access token has ended."""
        if identity.session_id in self._ended:
            return True
        if self._listener.connected:
            return False
        async with self._database.reading() as connection:
            found: bool = await connection.fetchval(_HAS.sql, *_HAS.arguments({"session_id": identity.session_id}))
            return found

    def _committed(self, info: dict[Any, Any]) -> None:
        for session_id in info.pop(ENDED, ()):
            self._heard(str(session_id))
            log.info("session_ended", session_id=str(session_id))

    def _heard(self, payload: str) -> None:
        now = time.monotonic()
        # The oldest come first: whatever has outlived its tokens is forgotten.
        while self._ended and (oldest := next(iter(self._ended.items())))[1] < now:
            del self._ended[oldest[0]]
        session_id = UUID(payload)
        self._ended.pop(session_id, None)
        self._ended[session_id] = now + self._lifetime.total_seconds()

    async def _catch_up(self, connection: asyncpg.Connection) -> None:
        since = await connection.fetchval("SELECT now()") - self._lifetime
        rows: list[Any] = await connection.fetch(_SINCE.sql, *_SINCE.arguments({"since": since}))
        for row in rows:
            self._heard(str(row[0]))
