"""Sign-ins that are under way at a provider: begun in one browser, ended in the same one, once, within ten minutes."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.oauth.providers import Attempt
from exercise_buddy.auth.one_time import digest
from exercise_buddy.auth.tables import SignInAttempt
from exercise_buddy.core.security.identity import Identity

LIFETIME = timedelta(minutes=10)
_COOKIE = "exercise_buddy_signin_"


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt that has just begun, and the cookie that binds it to its browser."""

    attempt: Attempt
    cookie_name: str
    cookie_value: str


def cookie_name(state: str) -> str:
    """Name the cookie of an attempt. Each has its own: two tabs must not take each other's away."""
    return _COOKIE + hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()[:16]


async def begin(
    session: AsyncSession,
    provider: str,
    now: datetime,
    *,
    challenge: str,
    next_path: str | None,
    user: Identity | None = None,
) -> Begun:
    """Begin an attempt.

    Args:
        session: the transaction.
        provider: where it leads.
        now: the present, aware.
        challenge: what the web client must answer when it exchanges the code; empty when linking.
        next_path: where the web client wants to go afterwards.
        user: who wants to link an identity; None to sign in.

    """
    attempt = Attempt(secrets.token_urlsafe(32), secrets.token_urlsafe(48), secrets.token_urlsafe(24))
    browser = secrets.token_urlsafe(32)
    session.add(
        SignInAttempt(
            state_hash=digest(attempt.state),
            browser_hash=digest(browser),
            provider=provider,
            code_verifier=attempt.code_verifier,
            nonce=attempt.nonce,
            challenge=challenge,
            next_path=next_path,
            user_id=user.user_id if user else None,
            session_id=user.session_id if user else None,
            expires_at=now + LIFETIME,
        )
    )
    await session.flush()
    return Begun(attempt, cookie_name(attempt.state), browser)


async def take(
    session: AsyncSession, provider: str, state: str, browser: str | None, now: datetime
) -> SignInAttempt | None:
    """Take an attempt up again, for the last time. None if there is none, or it was begun in another browser."""
    found = await session.exec(
        delete(SignInAttempt)
        .where(
            col(SignInAttempt.state_hash) == digest(state),
            col(SignInAttempt.browser_hash) == digest(browser or ""),
            col(SignInAttempt.provider) == provider,
            col(SignInAttempt.expires_at) > now,
        )
        .returning(SignInAttempt)
    )
    return found.scalars().first()


def answers(challenge: str, verifier: str) -> bool:
    """Say whether a verifier is the one of an S256 challenge (RFC 7636, section 4.6)."""
    computed = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).decode().rstrip("=")
    return hmac.compare_digest(computed, challenge)
