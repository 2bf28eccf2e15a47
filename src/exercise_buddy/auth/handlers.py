"""The use cases of registration and of login with a password."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time_tokens, passwords
from exercise_buddy.auth.credentials import create_password, get_password_hash, replace_password
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import InvalidCredentials
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.password_policy import PasswordPolicy
from exercise_buddy.auth.schemas import Registration
from exercise_buddy.auth.sessions.service import SessionGrant, create_session
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import PASSWORD, Delivery, Purpose
from exercise_buddy.auth.throttling import hash_key
from exercise_buddy.core.db.database import Database
from exercise_buddy.users import public as users

DEFAULT_TIME_ZONE = "UTC"


def build_profile(registration: Registration) -> dict[str, Any]:
    """Return the profile of a new user as arguments of `users.create_user`."""
    return registration.model_dump(exclude={"password"}) | {"time_zone": registration.time_zone or DEFAULT_TIME_ZONE}


async def register(
    session: AsyncSession,
    settings: AuthSettings,
    policy: PasswordPolicy,
    registration: Registration,
    device: Device,
    may_mail: Callable[[], Awaitable[bool]],
) -> bytes:
    """Create an account with a password and return the profile as JSON.

    If the settings hide taken addresses, the response for one looks like that for a free one, and its owner gets a
    mail. Before a mail is queued, `may_mail` charges it and decides.

    Raises:
        InvalidInput: the password is refused.
        EmailTaken, UsernameTaken: another account has it.

    """
    # Before the first statement: the session has no connection yet while the password is checked and hashed.
    await policy.require_acceptable(
        registration.password,
        email=registration.email,
        username=registration.username,
        display_name=registration.display_name,
    )
    password_hash = await passwords.hash_password(settings, registration.password)
    profile = build_profile(registration)
    if not settings.reveals_taken_email:
        # First, in both cases: then both take as many statements.
        owner = await users.find_by_email(session, registration.email)
        if owner is not None:
            return await _simulate_registration(session, profile, password_hash, device, may_mail, owner)
    try:
        async with session.begin_nested():
            # If addresses are hidden, a user name is not held before the address is verified: whether a stranger can
            # register it a second time would reveal whether the first registration created an account.
            holds_username = settings.reveals_taken_email
            user_id = await users.create_user(session, **profile, holds_username=holds_username)
            await create_password(session, user_id, password_hash)
    except users.EmailTaken:
        if settings.reveals_taken_email:
            raise
        # Another registration was faster.
        owner = await users.find_by_email(session, registration.email)
        return await _simulate_registration(session, profile, password_hash, device, may_mail, owner)
    record_event(session, Event.REGISTERED, device, user_id=user_id, method=PASSWORD)
    if await may_mail():
        queue_mail(session, MailKind.VERIFY_EMAIL, registration.email, user_id)
    await session.flush()
    return await users.profile.fetch(session, user_id=user_id)


async def _simulate_registration(
    session: AsyncSession,
    profile: dict[str, Any],
    password_hash: str,
    device: Device,
    may_mail: Callable[[], Awaitable[bool]],
    owner: users.Account | None,
) -> bytes:
    """Return the profile of an account that is created and rolled back, with as many statements; notify the owner."""
    savepoint = await session.begin_nested()
    user_id = await users.simulate_user_creation(session, **profile)
    await create_password(session, user_id, password_hash)
    content = await users.profile.fetch(session, user_id=user_id)
    await savepoint.rollback()
    record_event(session, Event.REGISTRATION_REFUSED, device, user_id=owner.id if owner else None)
    if await may_mail():
        # With the address as the owner wrote it, not as the stranger did.
        queue_mail(session, MailKind.EMAIL_IN_USE, owner.email if owner else profile["email"])
    await session.flush()
    return content


async def log_in(
    database: Database,
    session: AsyncSession,
    settings: AuthSettings,
    *,
    identifier: str,
    password: str,
    delivery: Delivery,
    device: Device,
    now: datetime,
) -> SessionGrant:
    """Check the password and create a session.

    If the settings hide taken addresses, an account whose address is not verified cannot log in: the stranger who
    registered it would learn that the address was free. The right password causes another mail with a link.

    Args:
        database: where the account is looked up. No connection is held while the password is hashed.
        session: the transaction.
        settings: hashing and lifetimes.
        identifier: the e-mail address or the user name.
        password: as typed.
        delivery: how the client will hold the refresh token.
        device: the origin of the request.
        now: the time of the login, aware.

    Raises:
        InvalidCredentials: the account or the password is wrong, or the address must be verified first. Response and
            time are the same in each case.

    """
    async with database.sessions() as reading:
        account = await users.find_account(reading, identifier)
        # An unknown identifier causes the same two queries as a known one.
        stored = await get_password_hash(reading, account.id if account else UUID(int=0))
    matches, updated = await passwords.verify_password(settings, password, stored)
    unverified = await _find_unverified(session, settings, account if matches else None, now)
    if unverified is not None:
        account, matches = unverified, False
        reason = "address_not_verified"
    elif account is None:
        # Sign-ins with the same unknown name can be joined by the hash.
        record_event(session, Event.SIGN_IN_FAILED, device, user_id=None, aimed_at=hash_key(identifier))
        raise InvalidCredentials(reason="unknown_account")
    else:
        reason = "account_disabled" if account.disabled else "wrong_password" if stored else "no_password"
    if not matches or account.disabled:
        record_event(session, Event.SIGN_IN_FAILED, device, user_id=account.id)
        raise InvalidCredentials(reason=reason)
    user_id = account.id
    account = await _lock_valid_account(session, settings, user_id, password, stored)
    if account is None:
        # The account may not exist any more: the event cannot refer to it.
        record_event(session, Event.SIGN_IN_FAILED, device, user_id=None, aimed_at=str(user_id))
        raise InvalidCredentials(reason="changed_meanwhile")
    if updated is not None:
        await replace_password(session, account.id, updated, former_hash=stored)
    return await create_session(session, settings, account, delivery, device, now, method=PASSWORD)


async def _find_unverified(
    session: AsyncSession, settings: AuthSettings, account: users.Account | None, now: datetime
) -> users.Account | None:
    """Return the account if its address must be verified first. Then queue another mail, at most one a day.

    Without an account it queries the same: one more query would tell that a registration has created an account.
    """
    if settings.reveals_taken_email:
        return None
    unverified = None if account is None or account.email_verified or account.disabled else account
    user_id = unverified.id if unverified else UUID(int=0)
    is_pending = await one_time_tokens.has_token(session, user_id, Purpose.VERIFY_EMAIL, now)
    if unverified and not is_pending:
        queue_mail(session, MailKind.VERIFY_EMAIL, unverified.email, unverified.id)
    return unverified


async def _lock_valid_account(
    session: AsyncSession, settings: AuthSettings, user_id: UUID, password: str, stored: str | None
) -> users.Account | None:
    """Lock the account and return it. None if the password is no longer valid: a reset may have been faster.

    Whatever revokes all sessions holds the same lock, so it cannot miss the session that this login creates.
    """
    try:
        account = await users.lock_account(session, user_id)
    except users.AccountGone:
        return None
    if account.disabled:
        return None
    current = await get_password_hash(session, user_id)
    # Another login may have hashed the same password with new parameters.
    if current == stored or (await passwords.verify_password(settings, password, current))[0]:
        return account
    return None
