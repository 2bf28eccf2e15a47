"""What auth does beside the requests: it hears of ended sessions, sends mail and clears away what has expired."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import delete, func
from sqlmodel import col

from exercise_buddy.auth.mail.sender import MailSender
from exercise_buddy.auth.oauth.registry import configured_providers
from exercise_buddy.auth.revoked_sessions import EndedSessions
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import AuthSession, EndedSession, OneTimeToken, SecurityEvent, SignInAttempt
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.core.http.idempotency import RETENTION, IdempotentRequest

EVENTS_KEPT = timedelta(days=90)
_CLEAR_EVERY_SECONDS = 3600.0
_FIRST_CLEARING_SECONDS = 60.0
# More than an access token can live, by the longest setting, plus leeway.
_ENDED_KEPT = timedelta(days=2)
_LEEWAY = timedelta(minutes=1)

log = structlog.get_logger()


@asynccontextmanager
async def running(settings: AuthSettings, database: Database, listener: Listener) -> AsyncIterator[dict[str, Any]]:
    """Run what auth does beside the requests, and give its part of the state that requests see."""
    lifetime = timedelta(minutes=settings.access_token_expire_minutes) + _LEEWAY
    ended = EndedSessions(database, listener, lifetime)
    sender = MailSender(database, listener, settings)
    async with listener.listening():
        tasks = [asyncio.create_task(sender.run()), asyncio.create_task(_keep_clearing(database))]
        try:
            yield {"sessions": ended, "providers": configured_providers(settings)}
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def clear_away(database: Database) -> None:
    """Delete what has expired: events and sessions after 90 days, tokens and attempts at once, kept answers."""
    now = func.now()
    async with database.transaction() as session:
        await session.exec(delete(SecurityEvent).where(col(SecurityEvent.created_at) < now - EVENTS_KEPT))
        await session.exec(
            delete(AuthSession).where(
                func.least(col(AuthSession.expires_at), col(AuthSession.idle_expires_at)) < now - EVENTS_KEPT
            )
        )
        await session.exec(delete(EndedSession).where(col(EndedSession.ended_at) < now - _ENDED_KEPT))
        await session.exec(delete(OneTimeToken).where(col(OneTimeToken.expires_at) < now))
        await session.exec(delete(IdempotentRequest).where(col(IdempotentRequest.created_at) < now - RETENTION))
        await session.exec(delete(SignInAttempt).where(col(SignInAttempt.expires_at) < now))


async def _keep_clearing(database: Database) -> None:
    pause = _FIRST_CLEARING_SECONDS
    while True:
        await asyncio.sleep(pause)
        pause = _CLEAR_EVERY_SECONDS
        try:
            await clear_away(database)
        except Exception as error:  # noqa: BLE001  (the database is down, say: there is a next hour)
            log.warning("not_cleared_away", error=type(error).__name__)
