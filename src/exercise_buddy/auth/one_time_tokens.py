"""One-time tokens: in the links of mails, and as the code that completes a provider sign-in.

A token is 256 random bits; only its SHA-256 is stored. Consuming a token deletes its row, so one of twenty parallel
attempts succeeds. The row of an exchanged code stays until it expires and names its session, which a second exchange
ends.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.tables import OneTimeToken, OutgoingMail, Purpose

MAX_LENGTH = 64

_LIFETIMES = {
    Purpose.VERIFY_EMAIL: timedelta(hours=24),
    Purpose.CHANGE_EMAIL: timedelta(hours=24),
    Purpose.RESET_PASSWORD: timedelta(minutes=30),
    Purpose.EXCHANGE: timedelta(seconds=60),
}
# A new token revokes older ones of these purposes.
_SINGLE = {Purpose.VERIFY_EMAIL, Purpose.CHANGE_EMAIL, Purpose.RESET_PASSWORD}

# Tokens that lead into an account. A link to verify its address gives nobody a session and changes nothing.
ENTERING = [purpose for purpose in Purpose if purpose is not Purpose.VERIFY_EMAIL]


_SESSION = "session_id"


def hash_token(token: str) -> bytes:
    """Return the hash that is stored for a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def create_token(
    session: AsyncSession,
    user_id: UUID,
    purpose: Purpose,
    now: datetime,
    *,
    email: str | None = None,
    challenge: str | None = None,
    **details: Any,  # noqa: ANN401  (any JSON value)
) -> str:
    """Create a token for a user. Older links of the same purpose are revoked."""
    if purpose in _SINGLE:
        older = col(OneTimeToken.user_id) == user_id, col(OneTimeToken.purpose) == purpose
        await session.exec(delete(OneTimeToken).where(*older))
    token = secrets.token_urlsafe(32)
    session.add(
        OneTimeToken(
            user_id=user_id,
            token_hash=hash_token(token),
            purpose=purpose,
            email=email,
            challenge=challenge,
            details=details,
            expires_at=now + _LIFETIMES[purpose],
        )
    )
    await session.flush()
    return token


async def find_token(session: AsyncSession, token: str, now: datetime, *purposes: Purpose) -> OneTimeToken | None:
    """Return a token without consuming it. None if it is consumed or expired, or has another purpose."""
    found = select(OneTimeToken).where(
        col(OneTimeToken.token_hash) == hash_token(token),
        col(OneTimeToken.purpose).in_(purposes),
        col(OneTimeToken.expires_at) > now,
    )
    # A second search, after a lock, sees what others have changed.
    return (await session.exec(found.execution_options(populate_existing=True))).first()


async def has_token(session: AsyncSession, user_id: UUID, purpose: Purpose, now: datetime) -> bool:
    """Return whether a user has a token of a purpose that has not expired."""
    valid = (col(OneTimeToken.user_id) == user_id, col(OneTimeToken.expires_at) > now)
    found = select(OneTimeToken.id).where(*valid, col(OneTimeToken.purpose) == purpose)
    return (await session.exec(found)).first() is not None


async def consume_token(session: AsyncSession, found: OneTimeToken) -> bool:
    """Delete a token. Return whether it still existed."""
    deleted = await session.exec(
        delete(OneTimeToken).where(col(OneTimeToken.user_id) == found.user_id, col(OneTimeToken.id) == found.id)
    )
    return deleted.rowcount == 1


async def record_exchange(session: AsyncSession, found: OneTimeToken, session_id: UUID) -> None:
    """Consume a code and keep its row, which names the session. The caller holds the lock of the account."""
    # No flush of the changed object: a cleanup may have deleted the row meanwhile.
    await session.exec(
        update(OneTimeToken)
        .where(col(OneTimeToken.user_id) == found.user_id, col(OneTimeToken.id) == found.id)
        .values(details={**found.details, _SESSION: str(session_id)})
    )


def exchanged_for(found: OneTimeToken) -> UUID | None:
    """Return the session that a code was exchanged for. None if it was not exchanged."""
    session_id = found.details.get(_SESSION)
    return None if session_id is None else UUID(session_id)


async def revoke_tokens(session: AsyncSession, user_id: UUID, *purposes: Purpose) -> None:
    """Delete a user's tokens of some purposes, or all without any. The caller holds the lock of the account.

    A queued mail gets its token when it is sent: mails that would bring such a token are deleted too.
    """
    revoked = purposes or tuple(Purpose)
    await session.exec(
        delete(OneTimeToken).where(col(OneTimeToken.user_id) == user_id, col(OneTimeToken.purpose).in_(revoked))
    )
    await session.exec(
        delete(OutgoingMail).where(
            col(OutgoingMail.user_id) == user_id, col(OutgoingMail.kind).in_([purpose.value for purpose in revoked])
        )
    )
