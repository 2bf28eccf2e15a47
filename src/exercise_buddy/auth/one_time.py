"""One-time tokens: in the links of mails, and as the code that ends a sign-in with a provider.

256 bits of chance, of which only the SHA-256 is stored. Using one deletes its row, so of twenty that try, one succeeds.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete
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
# Of these a new one ends the older ones.
_SINGLE = {Purpose.VERIFY_EMAIL, Purpose.CHANGE_EMAIL, Purpose.RESET_PASSWORD}


def digest(token: str) -> bytes:
    """Give what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()


async def make_token(
    session: AsyncSession,
    user_id: UUID,
    purpose: Purpose,
    now: datetime,
    *,
    email: str | None = None,
    challenge: str | None = None,
    **details: Any,  # noqa: ANN401  (any JSON value)
) -> str:
    """Make a token for a user. Older links of the same purpose end."""
    if purpose in _SINGLE:
        older = col(OneTimeToken.user_id) == user_id, col(OneTimeToken.purpose) == purpose
        await session.exec(delete(OneTimeToken).where(*older))
    token = secrets.token_urlsafe(32)
    session.add(
        OneTimeToken(
            user_id=user_id,
            token_hash=digest(token),
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
    """Look a token up without using it. None if it is used up, expired or was never one for that."""
    return (
        await session.exec(
            select(OneTimeToken).where(
                col(OneTimeToken.token_hash) == digest(token),
                col(OneTimeToken.purpose).in_(purposes),
                col(OneTimeToken.expires_at) > now,
            )
        )
    ).first()


async def use_token(session: AsyncSession, found: OneTimeToken) -> bool:
    """Use a token up. False if somebody else was faster."""
    used = await session.exec(
        delete(OneTimeToken).where(col(OneTimeToken.user_id) == found.user_id, col(OneTimeToken.id) == found.id)
    )
    return used.rowcount == 1


async def end_tokens(session: AsyncSession, user_id: UUID, *purposes: Purpose) -> None:
    """End a user's tokens of some purposes, or of all if none is named. Hold the lock of the account.

    A mail that waits to be sent gets its token only then: one that would bring such a token is not sent any more.
    """
    ended = purposes or tuple(Purpose)
    await session.exec(
        delete(OneTimeToken).where(col(OneTimeToken.user_id) == user_id, col(OneTimeToken.purpose).in_(ended))
    )
    await session.exec(
        delete(OutgoingMail).where(
            col(OutgoingMail.user_id) == user_id, col(OutgoingMail.kind).in_([purpose.value for purpose in ended])
        )
    )
