"""The background work of auth: it listens for revoked sessions, sends mail and deletes expired rows and accounts."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from prometheus_client import CollectorRegistry
from sqlalchemy import delete, func
from sqlmodel import col

from exercise_buddy.auth import passwords
from exercise_buddy.auth.account.handlers import delete_due_account
from exercise_buddy.auth.active_sessions import ActiveSessions
from exercise_buddy.auth.mail.queue import GIVEN_UP
from exercise_buddy.auth.mail.sender import MailSender
from exercise_buddy.auth.oauth.registry import configured_providers
from exercise_buddy.auth.password_policy import PasswordPolicy
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import (
    AuthSession,
    DeletedAccountEvent,
    EndedSession,
    OneTimeToken,
    OutgoingMail,
    SecurityEvent,
    SignInAttempt,
    StrangerEvent,
)
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.core.http.idempotency import RETENTION, IdempotentRequest
from exercise_buddy.core.tasks import end_tasks
from exercise_buddy.users import public as users

EVENTS_KEPT = timedelta(days=90)
# Sign-ins that nobody completes expire after ten minutes, and strangers begin them.
_CLEANUP_INTERVAL_SECONDS = 600.0
_FIRST_CLEANUP_SECONDS = 60.0
_DELETIONS_PER_RUN = 1000
# More than the longest lifetime of an access token that the settings allow, plus leeway.
_ENDED_KEPT = timedelta(days=2)
_LEEWAY = timedelta(minutes=1)
_GIVEN_UP_MAILS_KEPT = timedelta(days=7)

log = structlog.get_logger()


@asynccontextmanager
async def lifespan(
    settings: AuthSettings, database: Database, listener: Listener, registry: CollectorRegistry
) -> AsyncIterator[dict[str, Any]]:
    """Run the background work of auth; yield its part of the state of requests."""
    lifetime = timedelta(minutes=settings.access_token_expire_minutes) + _LEEWAY
    revoked = ActiveSessions(database, listener, lifetime)
    passwords.measure_hashing(registry)
    sender = MailSender(database, listener, settings, registry)
    async with listener.listening():
        tasks = [asyncio.create_task(sender.run()), asyncio.create_task(_clean_up_periodically(database))]
        try:
            yield {
                "sessions": revoked,
                "providers": configured_providers(settings),
                "password_policy": PasswordPolicy(settings, registry),
            }
        finally:
            await end_tasks(*tasks)


async def delete_expired_rows(database: Database) -> None:
    """Delete events and sessions after 90 days, given-up mails after a week, expired tokens and idempotency keys."""
    now = func.now()
    # A transaction of its own: no request causes this work.
    async with database.transaction() as session:
        await session.exec(delete(SecurityEvent).where(col(SecurityEvent.created_at) < now - EVENTS_KEPT))
        await session.exec(delete(StrangerEvent).where(col(StrangerEvent.created_at) < now - EVENTS_KEPT))
        await session.exec(delete(DeletedAccountEvent).where(col(DeletedAccountEvent.deleted_at) < now - EVENTS_KEPT))
        await session.exec(
            delete(AuthSession).where(
                func.least(col(AuthSession.expires_at), col(AuthSession.idle_expires_at)) < now - EVENTS_KEPT
            )
        )
        await session.exec(delete(EndedSession).where(col(EndedSession.ended_at) < now - _ENDED_KEPT))
        await session.exec(delete(OneTimeToken).where(col(OneTimeToken.expires_at) < now))
        await session.exec(delete(IdempotentRequest).where(col(IdempotentRequest.created_at) < now - RETENTION))
        await session.exec(delete(SignInAttempt).where(col(SignInAttempt.expires_at) < now))
        await session.exec(
            delete(OutgoingMail).where(
                col(OutgoingMail.next_attempt_at) == GIVEN_UP, col(OutgoingMail.created_at) < now - _GIVEN_UP_MAILS_KEPT
            )
        )


async def delete_due_accounts(database: Database) -> None:
    """Delete the accounts whose grace period has ended, each in a transaction of its own."""
    now = datetime.now(UTC)
    async with database.sessions() as reading:
        due = await users.list_due_deletions(reading, now, _DELETIONS_PER_RUN)
    for user_id in due:
        try:
            # Not one of the pool of requests: it may take minutes.
            async with database.job_engine.connect() as connection, database.transaction(connection) as session:
                await delete_due_account(session, user_id, now)
        except users.AccountGone:
            continue
        except Exception as error:  # noqa: BLE001  (one account must not keep the others)
            log.warning("account_deletion_failed", user_id=str(user_id), error=type(error).__name__)


async def _clean_up_periodically(database: Database) -> None:
    pause = _FIRST_CLEANUP_SECONDS
    while True:
        await asyncio.sleep(pause)
        pause = _CLEANUP_INTERVAL_SECONDS
        try:
            await delete_expired_rows(database)
            await delete_due_accounts(database)
        except Exception as error:  # noqa: BLE001  (for example, the database is down: the next run follows)
            log.warning("cleanup_failed", error=type(error).__name__)
