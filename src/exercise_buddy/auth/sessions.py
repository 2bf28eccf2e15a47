"""The life of a session: it starts with a sign-in, each refresh rotates it, a logout, age or a stolen token ends it."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, or_
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.errors import InvalidRefreshToken, RefreshTokenReused
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import AuthSession, Delivery
from exercise_buddy.auth.tokens import RefreshToken
from exercise_buddy.core.tables import new_id
from exercise_buddy.users import public as users

log = structlog.get_logger()

# Two tabs refresh at once, or an answer is lost on its way: the parent of the current token still works so long.
GRACE = timedelta(seconds=10)
# How long the row of an ended session is kept.
_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Device:
    """Where a session is used from, as the request tells it."""

    user_agent: str | None
    address: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that lives, and the refresh token that continues it."""

    user_id: UUID
    session_id: UUID
    refresh_token: RefreshToken
    delivery: Delivery
    ends_at: datetime


async def start_session(
    session: AsyncSession, settings: AuthSettings, user_id: UUID, delivery: Delivery, device: Device, now: datetime
) -> SignedIn:
    """Start a session for a user who has proved who they are.

    Args:
        session: the transaction.
        settings: the lifetimes.
        user_id: whose session.
        delivery: how the client will hold the refresh token.
        device: where it signs in from.
        now: the time of the sign-in, aware.

    """
    await session.exec(
        delete(AuthSession).where(
            col(AuthSession.user_id) == user_id,
            or_(col(AuthSession.expires_at) < now - _KEPT, col(AuthSession.idle_expires_at) < now - _KEPT),
        )
    )
    token = RefreshToken.new(user_id, new_id())
    ends_at = now + timedelta(days=settings.session_max_days)
    row = AuthSession(
        user_id=user_id,
        id=token.session_id,
        token_hash=token.hash,
        delivery=delivery,
        user_agent=device.user_agent,
        address=device.address,
        rotated_at=now,
        idle_expires_at=min(now + timedelta(days=settings.refresh_token_expire_days), ends_at),
        expires_at=ends_at,
    )
    session.add(row)
    await session.flush()
    return SignedIn(user_id, row.id, token, delivery, row.idle_expires_at)


async def rotate(session: AsyncSession, settings: AuthSettings, token: RefreshToken, now: datetime) -> SignedIn:
    """Exchange a refresh token for its successor.

    Twenty at once with one token all get the same successor: the row is locked, and within the grace the direct parent
    of the current token is answered as the first was.

    Raises:
        InvalidRefreshToken: it is unknown, or its session has ended.
        RefreshTokenReused: it was rotated away before. The session ends, and stays ended.

    """
    row = await _locked(session, token)
    if row is None or row.revoked_at is not None or now >= min(row.expires_at, row.idle_expires_at):
        raise InvalidRefreshToken
    successor = token.successor(settings)
    if hmac.compare_digest(row.token_hash, token.hash):
        if not await users.is_active(session, row.user_id):
            raise InvalidRefreshToken
        row.previous_token_hash, row.token_hash = row.token_hash, successor.hash
        row.generation += 1
        row.rotated_at = now
        row.idle_expires_at = min(now + timedelta(days=settings.refresh_token_expire_days), row.expires_at)
        session.add(row)
        await session.flush()
    elif not _is_parent_in_grace(row, token, successor, now):
        if not _is_ancestor(settings, row, token):
            raise InvalidRefreshToken
        row.revoked_at = now
        session.add(row)
        log.warning("refresh_token_reused", user_id=str(row.user_id), session_id=str(row.id))
        raise RefreshTokenReused
    return SignedIn(row.user_id, row.id, successor, row.delivery, row.idle_expires_at)


async def end_session(session: AsyncSession, settings: AuthSettings, token: RefreshToken, now: datetime) -> None:
    """End the session of a refresh token, if it is a token of one that lives. Ending it twice is no error."""
    row = await _locked(session, token)
    if row is None or row.revoked_at is not None:
        return
    if hmac.compare_digest(row.token_hash, token.hash) or _is_ancestor(settings, row, token):
        row.revoked_at = now
        session.add(row)
        await session.flush()


async def _locked(session: AsyncSession, token: RefreshToken) -> AuthSession | None:
    return (
        await session.exec(
            select(AuthSession)
            .where(col(AuthSession.user_id) == token.user_id, col(AuthSession.id) == token.session_id)
            .with_for_update()
        )
    ).first()


def _is_parent_in_grace(row: AuthSession, token: RefreshToken, successor: RefreshToken, now: datetime) -> bool:
    return (
        row.previous_token_hash is not None
        and hmac.compare_digest(row.previous_token_hash, token.hash)
        and hmac.compare_digest(row.token_hash, successor.hash)
        and now - row.rotated_at <= GRACE
    )


def _is_ancestor(settings: AuthSettings, row: AuthSession, token: RefreshToken) -> bool:
    """Say whether rotating `token` again and again leads to the current one. Nobody can forge such a token."""
    for _ in range(row.generation):
        token = token.successor(settings)
        if hmac.compare_digest(hashlib.sha256(token.secret).digest(), row.token_hash):
            return True
    return False
