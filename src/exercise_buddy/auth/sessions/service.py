"""The use cases of sessions: create, rotate, revoke.

A sign-in creates a session and each refresh rotates its token. A logout, its age or a stolen token ends it.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.active_sessions import is_active_at, record_ended_sessions
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import InvalidRefreshToken, RefreshTokenReused
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import AuthSession, Delivery
from exercise_buddy.auth.tokens import RefreshToken
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.users import public as users

# Two tabs refresh at once, or a response gets lost: the parent of the current token still works for this time.
GRACE = timedelta(seconds=10)
# How far back a copied token is recognized: 52 days of a refresh every 15 minutes. A false token takes 3 µs for each.
_MAX_ANCESTORS = 5_000


@dataclass(frozen=True, slots=True)
class SessionGrant:
    """An active session and its current refresh token.

    `authenticated_at` and `method` are those of the sign-in: a refresh does not change them.
    """

    user_id: UUID
    session_id: UUID
    refresh_token: RefreshToken
    delivery: Delivery
    expires_at: datetime
    authenticated_at: datetime
    method: str
    deletion_cancelled: bool


async def create_session(
    session: AsyncSession,
    settings: AuthSettings,
    account: users.Account,
    delivery: Delivery,
    device: Device,
    now: datetime,
    *,
    method: str,
) -> SessionGrant:
    """Create a session for an authenticated user, whose account the caller has locked.

    Beyond the quota of sessions, those that were not used for the longest time end. A mail tells the user about a new
    device.

    If the account was to be deleted, the sign-in cancels that.

    Args:
        session: the transaction.
        settings: the lifetimes.
        account: the account of the user, whose lock the caller holds.
        delivery: how the client will hold the refresh token.
        device: the origin of the request.
        now: the time of the sign-in, aware.
        method: how the user signed in: `PASSWORD`, or the name of the provider.

    """
    user_id = account.id
    sessions, on_this_device = (
        await session.exec(
            select(
                func.count(),
                func.count().filter(col(AuthSession.user_agent).is_not_distinct_from(device.user_agent)),
            ).where(col(AuthSession.user_id) == user_id)
        )
    ).one()
    token = RefreshToken.generate(user_id, new_id())
    expires_at = now + timedelta(days=settings.session_max_days)
    row = AuthSession(
        user_id=user_id,
        id=token.session_id,
        token_hash=token.compute_hash(settings),
        delivery=delivery,
        method=method,
        user_agent=device.user_agent,
        address=device.address,
        created_at=now,
        rotated_at=now,
        idle_expires_at=min(now + timedelta(days=settings.refresh_token_expire_days), expires_at),
        expires_at=expires_at,
    )
    session.add(row)
    record_event(session, Event.SIGNED_IN, device, user_id=user_id, session_id=row.id, method=method)
    if sessions and not on_this_device:
        queue_mail(
            session, MailKind.NEW_DEVICE, account.email, user_id, device=device.user_agent, address=device.address
        )
    if account.deletes_at is not None:
        await users.schedule_deletion(session, user_id, None)
        record_event(session, Event.ACCOUNT_DELETION_CANCELLED, device, user_id=user_id, session_id=row.id)
        queue_mail(session, MailKind.ACCOUNT_DELETION_CANCELLED, account.email, user_id)
    await session.flush()
    if sessions >= settings.quota_sessions:
        await _end_oldest_sessions(session, settings, row, device, now)
    return _build_grant(row, token, deletion_cancelled=account.deletes_at is not None)


async def _end_oldest_sessions(
    session: AsyncSession, settings: AuthSettings, new: AuthSession, device: Device, now: datetime
) -> None:
    """End the active sessions beyond the quota, and delete the rows of surplus ended ones."""
    others = select(AuthSession.id).where(col(AuthSession.user_id) == new.user_id, col(AuthSession.id) != new.id)
    is_active = is_active_at(now)
    latest_first = (col(AuthSession.rotated_at).desc(), col(AuthSession.id).desc())
    excess = others.where(is_active).order_by(*latest_first).offset(settings.quota_sessions - 1)
    # A refresh holds the row of its session and may then wait for the account. Such a session is in use: it stays.
    free = select(AuthSession.id).where(col(AuthSession.user_id) == new.user_id, col(AuthSession.id).in_(excess))
    for session_id in (await session.exec(free.with_for_update(skip_locked=True))).all():
        await revoke_sessions(session, new.user_id, now, session_id=session_id)
        record_event(
            session,
            Event.SESSIONS_ENDED,
            device,
            user_id=new.user_id,
            session_id=new.id,
            sessions=1,
            ended_session_id=str(session_id),
            reason="quota",
        )
    # The latest of each address first: it makes the address a known one (`known_devices`).
    rank = func.row_number().over(partition_by=col(AuthSession.address), order_by=latest_first)
    ended = others.where(~is_active).order_by(rank, *latest_first).offset(settings.quota_sessions)
    surplus = select(AuthSession.id).where(col(AuthSession.user_id) == new.user_id, col(AuthSession.id).in_(ended))
    ids = (await session.exec(surplus.with_for_update(skip_locked=True))).all()
    await delete_sessions(session, new.user_id, ids)


def _build_grant(row: AuthSession, token: RefreshToken, *, deletion_cancelled: bool = False) -> SessionGrant:
    return SessionGrant(
        row.user_id,
        row.id,
        token,
        row.delivery,
        row.idle_expires_at,
        authenticated_at=row.created_at,
        method=row.method,
        deletion_cancelled=deletion_cancelled,
    )


def _refuse(token: RefreshToken) -> InvalidRefreshToken:
    """Return the problem for a token. The account that it names, whether truly or not, is for the log."""
    return InvalidRefreshToken(reason="false_or_ended", aimed_at=token.user_id)


async def rotate_refresh_token(
    session: AsyncSession, settings: AuthSettings, token: RefreshToken, device: Device, now: datetime
) -> SessionGrant:
    """Exchange a refresh token for its successor.

    Twenty parallel requests with one token get the same successor: the row is locked, and within the grace period the
    direct parent of the current token gets the response of the first request.

    Raises:
        InvalidRefreshToken: the token is unknown, or its session has ended.
        RefreshTokenReused: the token was rotated before. The session stays revoked.

    """
    row = await _lock_session(session, token)
    if row is None or row.revoked_at is not None or now >= min(row.expires_at, row.idle_expires_at):
        raise _refuse(token)
    successor = token.successor(settings)
    if _is_current(settings, row, token):
        if not await users.is_active(session, row.user_id):
            raise _refuse(token)
        row.previous_token_hash, row.token_hash = row.token_hash, successor.compute_hash(settings)
        row.generation += 1
        row.rotated_at = now
        row.idle_expires_at = min(now + timedelta(days=settings.refresh_token_expire_days), row.expires_at)
        session.add(row)
        await session.flush()
    elif not _is_parent_in_grace(settings, row, token, successor, now):
        if not _is_ancestor(settings, row, token):
            raise _refuse(token)
        await _end_session(session, row, now)
        record_event(session, Event.REFRESH_TOKEN_REUSED, device, user_id=row.user_id, session_id=row.id)
        raise RefreshTokenReused(reason="reused", aimed_at=token.user_id)
    return _build_grant(row, successor)


async def revoke_session(
    session: AsyncSession, settings: AuthSettings, token: RefreshToken, device: Device, now: datetime
) -> None:
    """Revoke the session of a refresh token, also of a rotated one. Does nothing if the session has ended."""
    row = await _lock_session(session, token)
    if row is None or row.revoked_at is not None:
        return
    if _is_current(settings, row, token) or _is_ancestor(settings, row, token):
        await _end_session(session, row, now)
        record_event(session, Event.SIGNED_OUT, device, user_id=row.user_id, session_id=row.id)
        await session.flush()


async def end_replaced_session(
    session: AsyncSession, settings: AuthSettings, cookie: str | None, device: Device, now: datetime
) -> None:
    """Revoke the session whose refresh token a browser has in the cookie that a sign-in replaces.

    Does nothing if the token is not the current one of an active session. A session that is being refreshed stays, too:
    its refresh may wait for an account that this transaction has locked.
    """
    token = RefreshToken.parse(cookie) if cookie else None
    if token is None:
        return
    found = select(AuthSession).where(
        col(AuthSession.user_id) == token.user_id,
        col(AuthSession.id) == token.session_id,
        col(AuthSession.token_hash) == token.compute_hash(settings),
    )
    row = (await session.exec(found.with_for_update(skip_locked=True))).first()
    if row is not None and await revoke_sessions(session, row.user_id, now, session_id=row.id):
        record_event(
            session,
            Event.SESSIONS_ENDED,
            device,
            user_id=row.user_id,
            session_id=row.id,
            sessions=1,
            ended_session_id=str(row.id),
            reason="replaced",
        )


async def revoke_sessions(
    session: AsyncSession,
    user_id: UUID,
    now: datetime,
    *,
    session_id: UUID | None = None,
    except_id: UUID | None = None,
) -> list[UUID]:
    """Revoke the active sessions of a user, or one of them, or all except one; return the ids of the revoked ones."""
    statement = update(AuthSession).where(col(AuthSession.user_id) == user_id, is_active_at(now))
    if session_id is not None:
        statement = statement.where(col(AuthSession.id) == session_id)
    if except_id is not None:
        statement = statement.where(col(AuthSession.id) != except_id)
    revoked = await session.exec(statement.values(revoked_at=now).returning(col(AuthSession.id)))
    ids = [row[0] for row in revoked.all()]
    await record_ended_sessions(session, ids)
    return ids


async def delete_sessions(session: AsyncSession, user_id: UUID, ids: Sequence[UUID] | None = None) -> None:
    """Delete sessions of a user, or all of them. The access tokens of those that nobody has revoked end."""
    statement = delete(AuthSession).where(col(AuthSession.user_id) == user_id)
    if ids is not None:
        statement = statement.where(col(AuthSession.id).in_(ids))
    deleted = await session.exec(statement.returning(col(AuthSession.id), col(AuthSession.revoked_at)))
    await record_ended_sessions(session, [row[0] for row in deleted.all() if row[1] is None])


async def _end_session(session: AsyncSession, row: AuthSession, now: datetime) -> None:
    row.revoked_at = now
    session.add(row)
    await session.flush()
    await record_ended_sessions(session, [row.id])


async def _lock_session(session: AsyncSession, token: RefreshToken) -> AuthSession | None:
    return (
        await session.exec(
            select(AuthSession)
            .where(col(AuthSession.user_id) == token.user_id, col(AuthSession.id) == token.session_id)
            .with_for_update()
        )
    ).first()


def _is_current(settings: AuthSettings, row: AuthSession, token: RefreshToken) -> bool:
    return hmac.compare_digest(row.token_hash, token.compute_hash(settings))


def _is_parent_in_grace(
    settings: AuthSettings, row: AuthSession, token: RefreshToken, successor: RefreshToken, now: datetime
) -> bool:
    return (
        row.previous_token_hash is not None
        and hmac.compare_digest(row.previous_token_hash, token.compute_hash(settings))
        and _is_current(settings, row, successor)
        and now - row.rotated_at <= GRACE
    )


def _is_ancestor(settings: AuthSettings, row: AuthSession, token: RefreshToken) -> bool:
    """Return whether rotations of `token` lead to the current one. Nobody can forge such a token."""
    for _ in range(min(row.generation, _MAX_ANCESTORS)):
        token = token.successor(settings)
        if _is_current(settings, row, token):
            return True
    return False
