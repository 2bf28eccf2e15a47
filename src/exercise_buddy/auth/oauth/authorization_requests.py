"""Authorization requests: a sign-in at a provider, which one browser starts and completes once, within ten minutes."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.oauth.accounts import Preferences
from exercise_buddy.auth.oauth.providers import AuthorizationRequest
from exercise_buddy.auth.one_time_tokens import hash_token
from exercise_buddy.auth.tables import SignInAttempt
from exercise_buddy.core.security.identity import Identity

LIFETIME = timedelta(minutes=10)
_COOKIE = "exercise_buddy_signin_"


def cookie_name(state: str) -> str:
    """Return the name of the cookie of a request. Each has its own, so that two tabs do not overwrite each other's."""
    return _COOKIE + hashlib.sha256(state.encode("utf-8", "replace")).hexdigest()[:16]


async def store(
    session: AsyncSession,
    request: AuthorizationRequest,
    provider: str,
    now: datetime,
    *,
    challenge: str,
    next_path: str | None,
    preferences: Preferences,
    user: Identity | None = None,
) -> str:
    """Store a request; return the value of the cookie that binds it to its browser.

    Args:
        session: the transaction.
        request: what the provider was sent.
        provider: the name of the provider.
        now: the present time, aware.
        challenge: the code challenge of the web client for the exchange of the code; empty when linking.
        next_path: the path of the web client to return to.
        preferences: those of an account that the sign-in creates.
        user: who links an identity; None for a sign-in.

    """
    browser = secrets.token_urlsafe(32)
    session.add(
        SignInAttempt(
            state_hash=hash_token(request.state),
            browser_hash=hash_token(browser),
            provider=provider,
            code_verifier=request.code_verifier,
            nonce=request.nonce,
            challenge=challenge,
            next_path=next_path,
            time_zone=preferences.time_zone,
            locale=preferences.locale,
            user_id=user.user_id if user else None,
            session_id=user.session_id if user else None,
            expires_at=now + LIFETIME,
        )
    )
    await session.flush()
    return browser


async def consume(
    session: AsyncSession, provider: str, state: str, browser: str | None, now: datetime
) -> SignInAttempt | None:
    """Delete a request and return it.

    None, and nothing is deleted, if it does not exist, has expired, or another browser or at another provider started.
    """
    deleted = await session.exec(
        delete(SignInAttempt)
        .where(
            col(SignInAttempt.state_hash) == hash_token(state),
            col(SignInAttempt.browser_hash) == hash_token(browser or ""),
            col(SignInAttempt.provider) == provider,
            col(SignInAttempt.expires_at) > now,
        )
        .returning(SignInAttempt)
    )
    return deleted.scalars().first()


def matches_challenge(verifier: str, challenge: str) -> bool:
    """Return whether a code verifier matches an S256 code challenge (RFC 7636, section 4.6)."""
    return hmac.compare_digest(create_s256_code_challenge(verifier), challenge)
