"""The life of a session: it starts with a sign-in, each refresh rotates it, a logout, age or a stolen token ends it."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import InvalidRefreshToken, RefreshTokenReused
from exercise_buddy.auth.events.log import Event, note
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.revoked_sessions import ENDED
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import AuthSession, Delivery
from exercise_buddy.auth.tokens import RefreshToken
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.core.security.identity import Identity
from exercise_buddy.users import public as users

# Two tabs refresh at once, or an answer is lost on its way: the parent of the current token still works so long.
GRACE = timedelta(seconds=10)
# What asks for a password is content with a sign-in that is no older.
FRESH = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that lives, and the refresh token that continues it."""

    user_id: UUID
    session_id: UUID
    refresh_token: RefreshToken
    delivery: Delivery
    ends_at: datetime


async def start_session(
    session: AsyncSession,
    settings: AuthSettings,
    account: users.Account,
    delivery: Delivery,
    device: Device,
    now: datetime,
    *,
    method: str,
) -> SignedIn:
    """Start a session for a user who has proved who they are. One on a new device is told to the user by mail.

    Args:
        session: the transaction.
        settings: the lifetimes.
        account: whose session.
        delivery: how the client will hold the refresh token.
        device: where it signs in from.
        now: the time of the sign-in, aware.
        method: how it was proved: `password`, or the name of the provider.

    """
    user_id = account.id
    before, on_this_device = (
        await session.exec(
            select(
                func.count(),
                func.count().filter(col(AuthSession.user_agent).is_not_distinct_from(device.user_agent)),
            ).where(col(AuthSession.user_id) == user_id)
        )
    ).one()
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
    note(session, Event.SIGNED_IN, device, user_id=user_id, session_id=row.id, method=method)
    if before and not on_this_device:
        queue_mail(
            session, MailKind.NEW_DEVICE, account.email, user_id, device=device.user_agent, address=device.address
        )
    await session.flush()
    return SignedIn(user_id, row.id, token, delivery, row.idle_expires_at)


async def rotate(
    session: AsyncSession, settings: AuthSettings, token: RefreshToken, device: Device, now: datetime
) -> SignedIn:
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
        session.info.setdefault(ENDED, []).append(row.id)
        note(session, Event.REFRESH_TOKEN_REUSED, device, user_id=row.user_id, session_id=row.id)
        raise RefreshTokenReused
    return SignedIn(row.user_id, row.id, successor, row.delivery, row.idle_expires_at)


async def end_session(
    session: AsyncSession, settings: AuthSettings, token: RefreshToken, device: Device, now: datetime
) -> None:
    """End the session of a refresh token, if it is a token of one that lives. Ending it twice is no error."""
    row = await _locked(session, token)
    if row is None or row.revoked_at is not None:
        return
    if hmac.compare_digest(row.token_hash, token.hash) or _is_ancestor(settings, row, token):
        row.revoked_at = now
        session.add(row)
        session.info.setdefault(ENDED, []).append(row.id)
        note(session, Event.SIGNED_OUT, device, user_id=row.user_id, session_id=row.id)
        await session.flush()


async def end_sessions(
    session: AsyncSession, user_id: UUID, now: datetime, *, only: UUID | None = None, but: UUID | None = None
) -> list[UUID]:
    """End the living sessions of a user, or one of them, or all but one; give the ids of those that it has ended."""
    statement = update(AuthSession).where(
        col(AuthSession.user_id) == user_id,
        col(AuthSession.revoked_at).is_(None),
        col(AuthSession.expires_at) > now,
        col(AuthSession.idle_expires_at) > now,
    )
    if only is not None:
        statement = statement.where(col(AuthSession.id) == only)
    if but is not None:
        statement = statement.where(col(AuthSession.id) != but)
    ended = await session.exec(statement.values(revoked_at=now).returning(col(AuthSession.id)))
    ids = [row[0] for row in ended.all()]
    session.info.setdefault(ENDED, []).extend(ids)
    return ids


async def is_living(session: AsyncSession, identity: Identity, now: datetime) -> bool:
    """Say whether a session has neither ended nor expired."""
    found = await session.exec(
        select(AuthSession.id).where(
            col(AuthSession.user_id) == identity.user_id,
            col(AuthSession.id) == identity.session_id,
            col(AuthSession.revoked_at).is_(None),
            col(AuthSession.expires_at) > now,
            col(AuthSession.idle_expires_at) > now,
        )
    )
    return found.first() is not None


async def is_fresh(session: AsyncSession, identity: Identity, now: datetime) -> bool:
    """Say whether the user has signed in, in this session, within the last ten minutes."""
    found = await session.exec(
        select(AuthSession.created_at).where(
            col(AuthSession.user_id) == identity.user_id,
            col(AuthSession.id) == identity.session_id,
            col(AuthSession.revoked_at).is_(None),
            col(AuthSession.created_at) > now - FRESH,
        )
    )
    return found.first() is not None


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
