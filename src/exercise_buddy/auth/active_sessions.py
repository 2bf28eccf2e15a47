"""The sessions that access tokens were issued for, as far as this process has seen them.

A process queries the database for the first request of a session only. From then on, the transaction that ends a
session notifies all processes at its commit (see `core.db.notifications`). While a process has no connection to listen
on, it queries the database for each request. So a revocation takes effect everywhere some milliseconds after its
commit, and at most a second (two heartbeats) after it, when a connection has failed silently.
"""

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import sqlmodel
import structlog
from sqlalchemy import ColumnElement, DateTime, String, and_, bindparam, cast, exists, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.tables import AuthSession, EndedSession
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.core.db.statements import Statement
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.security.identity import Identity

CHANNEL = "session_ended"
_REVOKED = "revoked_sessions"
"""The key in the `info` of a database session for the ids of the sessions that its transaction revokes."""
NO_SESSION = str(UUID(int=0))
"""The session of a change of address that an earlier release queued: it did not store the real one."""

log = structlog.get_logger()

_ended = core_table(EndedSession)
_SINCE = Statement(
    select(_ended.c.session_id).where(_ended.c.ended_at > bindparam("since", type_=DateTime(timezone=True)))
)
_session = core_table(AuthSession)
_IS_ACTIVE = Statement(
    select(
        exists().where(
            _session.c.user_id == bindparam("user_id"),
            _session.c.id == bindparam("session_id"),
            _session.c.revoked_at.is_(None),
        )
    )
)
_MAX_SEEN = 10_000


class ActiveSessions:
    """The register of sessions.

    Args:
        database: queried for sessions that were not seen before, and for all while the listener is not connected.
        listener: receives the notifications.
        lifetime: the longest lifetime of an access token, leeway included. A revoked session is remembered so long.

    """

    def __init__(self, database: Database, listener: Listener, lifetime: timedelta) -> None:
        self._database = database
        self._listener = listener
        self._lifetime = lifetime
        self._revoked: dict[UUID, float] = {}
        self._seen: dict[Identity, None] = {}
        listener.on(CHANNEL, self._add, self._catch_up)
        # A client that revokes a session and calls this process again must not be faster than the notification.
        database.after_commit.append(self._add_committed)

    async def is_active(self, identity: Identity) -> bool:
        """Return whether the session of an access token exists, belongs to its user and was not revoked."""
        if identity.session_id in self._revoked:
            return False
        if identity in self._seen and self._listener.connected:
            return True
        values = {"user_id": identity.user_id, "session_id": identity.session_id}
        async with self._database.reading() as connection:
            found: bool = await connection.fetchval(_IS_ACTIVE.sql, *_IS_ACTIVE.arguments(values))
        if found:
            if len(self._seen) >= _MAX_SEEN:
                del self._seen[next(iter(self._seen))]
            self._seen[identity] = None
        # It may have ended after the query and before its answer.
        return found and identity.session_id not in self._revoked

    def _add_committed(self, info: dict[Any, Any]) -> None:
        for session_id in info.pop(_REVOKED, ()):
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
        # The database may have been restored from a backup.
        self._seen.clear()
        since = await connection.fetchval("SELECT now()") - self._lifetime
        rows: list[Any] = await connection.fetch(_SINCE.sql, *_SINCE.arguments({"since": since}))
        for row in rows:
            self._add(str(row[0]))


async def record_ended_sessions(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Record that sessions end with this transaction, and notify every process of them at its commit.

    Whatever revokes or deletes a session calls it: nothing else ends the access tokens of that session. It is no
    trigger of `auth_session`, as that table may be on a server where nobody listens.
    """
    if not ids:
        return
    session.info.setdefault(_REVOKED, []).extend(ids)
    ended = insert(EndedSession).values([{"session_id": id_, "ended_at": func.clock_timestamp()} for id_ in ids])
    notified = func.pg_notify(CHANNEL, cast(col(EndedSession.session_id), String))
    await session.exec(ended.on_conflict_do_nothing().returning(notified))


def is_active_at(now: datetime) -> ColumnElement[bool]:
    """Return the condition that a row of `AuthSession` is neither revoked nor expired at a time."""
    return and_(
        col(AuthSession.revoked_at).is_(None),
        col(AuthSession.expires_at) > now,
        col(AuthSession.idle_expires_at) > now,
    )


async def is_session_active(session: AsyncSession, identity: Identity, now: datetime) -> bool:
    """Return whether a session is neither revoked nor expired."""
    found = await session.exec(
        sqlmodel.select(AuthSession.id).where(
            col(AuthSession.user_id) == identity.user_id,
            col(AuthSession.id) == identity.session_id,
            is_active_at(now),
        )
    )
    return found.first() is not None
