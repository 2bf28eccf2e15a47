"""The use cases of auth."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import structlog
from fastapi import Request
from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import passwords
from exercise_buddy.auth.errors import InvalidCredentials
from exercise_buddy.auth.schemas import Registration
from exercise_buddy.auth.sessions import Device, SignedIn, start_session
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import Delivery, PasswordCredential
from exercise_buddy.core.rate_limits import Limit, RateLimits, refuse_if_exhausted
from exercise_buddy.users import public as users

FAILED_LOGINS_OF_ACCOUNT = Limit("failed_logins_account", "5/15 minutes")
FAILED_LOGINS_OF_ADDRESS = Limit("failed_logins_address", "50/15 minutes")
REGISTRATIONS_OF_ADDRESS = Limit("registrations_address", "5/hour")
REGISTRATIONS_OF_EMAIL = Limit("registrations_email", "5/hour")
REFRESHES_OF_SESSION = Limit("refreshes_session", "60/5 minutes")

DEFAULT_TIME_ZONE = "UTC"

log = structlog.get_logger()


async def register(session: AsyncSession, settings: AuthSettings, registration: Registration) -> UUID:
    """Create an account with a password, and give the user's id.

    Raises:
        InvalidInput: the password is easy to guess.
        EmailTaken, UsernameTaken: another account has it.

    """
    await passwords.require_strong(
        registration.password, registration.email, registration.username, registration.display_name
    )
    password_hash = await passwords.hash_password(settings, registration.password)
    user_id = await users.create_user(
        session,
        email=registration.email,
        username=registration.username,
        display_name=registration.display_name,
        time_zone=registration.time_zone or DEFAULT_TIME_ZONE,
    )
    session.add(PasswordCredential(user_id=user_id, password_hash=password_hash))
    await session.flush()
    log.info("registered", user_id=str(user_id))
    return user_id


async def log_in(
    session: AsyncSession,
    settings: AuthSettings,
    *,
    identifier: str,
    password: str,
    delivery: Delivery,
    device: Device,
    now: datetime,
) -> SignedIn:
    """Sign a user in by password.

    Args:
        session: the transaction.
        settings: hashing and lifetimes.
        identifier: e-mail address or user name.
        password: as typed.
        delivery: how the client will hold the refresh token.
        device: where it signs in from.
        now: the time of the sign-in, aware.

    Raises:
        InvalidCredentials: the same, and after the same time, whatever of it is wrong.

    """
    account = await users.find_account(session, identifier)
    # The same two look-ups for every identifier, known or not.
    stored = await _password_hash(session, account.id if account else UUID(int=0))
    # The connection goes back before the hashing, which takes longer than everything else here together.
    await session.rollback()
    matches, updated = await passwords.verify_password(settings, password, stored)
    if not matches or account is None or account.disabled:
        log.info("login_failed", user_id=str(account.id) if account else None)
        raise InvalidCredentials
    if updated is not None:
        await _store_hash(session, account.id, updated)
    signed_in = await start_session(session, settings, account.id, delivery, device, now)
    log.info("logged_in", user_id=str(account.id), session_id=str(signed_in.session_id))
    return signed_in


async def set_password(session: AsyncSession, settings: AuthSettings, user_id: UUID, password: str) -> None:
    """Give a user who has a password another one."""
    await _store_hash(session, user_id, await passwords.hash_password(settings, password))


async def _password_hash(session: AsyncSession, user_id: UUID) -> str | None:
    return (
        await session.exec(select(PasswordCredential.password_hash).where(col(PasswordCredential.user_id) == user_id))
    ).first()


async def _store_hash(session: AsyncSession, user_id: UUID, password_hash: str) -> None:
    await session.exec(
        update(PasswordCredential)
        .where(col(PasswordCredential.user_id) == user_id)
        .values(password_hash=password_hash, changed_at=func.now())
    )


@asynccontextmanager
async def count_failures(request: Request, limits: RateLimits, identifier: str, address: str) -> AsyncIterator[None]:
    """Let one attempt to log in run. `InvalidCredentials` that leaves the context counts as a failure.

    Failures count against the account, which a success clears, and against the address, which nothing does.

    Raises:
        TooManyRequests: too many have failed.

    """
    account = hashlib.sha256(identifier.strip().lower().encode("utf-8", "replace")).hexdigest()
    watched = ((FAILED_LOGINS_OF_ACCOUNT, account), (FAILED_LOGINS_OF_ADDRESS, address))
    async with limits.one_at_a_time(account):
        looks = [look for limit, key in watched if (look := await limits.look(limit, key)) is not None]
        request.state.charges.extend(looks)
        refuse_if_exhausted(looks)
        try:
            yield
        except InvalidCredentials:
            for limit, key in watched:
                await limits.charge(limit, key)
            raise
        await limits.forget(FAILED_LOGINS_OF_ACCOUNT, account)
