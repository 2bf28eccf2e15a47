"""The use cases of auth."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import passwords
from exercise_buddy.auth.credentials import create_password, password_hash_of, replace_password
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import InvalidCredentials
from exercise_buddy.auth.events.log import Event, note
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.schemas import Registration
from exercise_buddy.auth.sessions.service import SignedIn, start_session
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import Delivery
from exercise_buddy.users import public as users

DEFAULT_TIME_ZONE = "UTC"


async def register(session: AsyncSession, settings: AuthSettings, registration: Registration, device: Device) -> bytes:
    """Create an account with a password, and give the `Profile` document of its user.

    Where a taken address is not to be revealed, the answer is that about a free one, and its owner gets a mail.

    Raises:
        InvalidInput: the password is easy to guess.
        EmailTaken, UsernameTaken: another account has it.

    """
    await passwords.require_strong(
        registration.password, registration.email, registration.username, registration.display_name
    )
    password_hash = await passwords.hash_password(settings, registration.password)
    profile: dict[str, Any] = {
        "email": registration.email,
        "username": registration.username,
        "display_name": registration.display_name,
        "time_zone": registration.time_zone or DEFAULT_TIME_ZONE,
    }
    try:
        async with session.begin_nested():
            user_id = await users.create_user(session, **profile)
            await create_password(session, user_id, password_hash)
    except users.EmailTaken:
        if settings.reveals_taken_email:
            raise
        return await _pretend_to_register(session, profile, password_hash, device)
    note(session, Event.REGISTERED, device, user_id=user_id, method="password")
    queue_mail(session, MailKind.VERIFY_EMAIL, registration.email, user_id)
    await session.flush()
    return await users.profile.fetch(session, user_id=user_id)


async def _pretend_to_register(
    session: AsyncSession, profile: dict[str, Any], password_hash: str, device: Device
) -> bytes:
    savepoint = await session.begin_nested()
    user_id = await users.pretend_to_create_user(session, **profile)
    await create_password(session, user_id, password_hash)
    content = await users.profile.fetch(session, user_id=user_id)
    await savepoint.rollback()
    owner = await users.find_by_email(session, profile["email"])
    note(session, Event.REGISTRATION_REFUSED, device, user_id=owner.id if owner else None)
    # To the address as its owner has written it, not as the stranger did.
    queue_mail(session, MailKind.EMAIL_IN_USE, owner.email if owner else profile["email"])
    await session.flush()
    return content


async def counted_as(session: AsyncSession, identifier: str) -> str:
    """Give the name under which wrong passwords are counted: an account has one, by whatever it is called."""
    account = await users.find_account(session, identifier)
    # No connection is held while the attempts at one account wait for each other.
    await session.rollback()
    return str(account.id) if account else identifier


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
    stored = await password_hash_of(session, account.id if account else UUID(int=0))
    # The connection goes back before the hashing, which takes longer than everything else here together.
    await session.rollback()
    matches, updated = await passwords.verify_password(settings, password, stored)
    if not matches or account is None or account.disabled:
        note(session, Event.SIGN_IN_FAILED, device, user_id=account.id if account else None)
        raise InvalidCredentials
    if not await _is_still_right(session, settings, account.id, password, stored):
        note(session, Event.SIGN_IN_FAILED, device, user_id=None)
        raise InvalidCredentials
    if updated is not None:
        await replace_password(session, account.id, updated, instead_of=stored)
    return await start_session(session, settings, account, delivery, device, now, method="password")


async def _is_still_right(
    session: AsyncSession, settings: AuthSettings, user_id: UUID, password: str, stored: str | None
) -> bool:
    """Look again, now that nobody else can change the account: a reset or an operator may have been faster.

    What ends all sessions holds the same lock. A session that began after it would be one that it has missed.
    """
    try:
        account = await users.locked_account(session, user_id)
    except users.AccountGone:
        return False
    if account.disabled:
        return False
    current = await password_hash_of(session, user_id)
    # Another sign-in may have hashed the same password anew.
    return current == stored or (await passwords.verify_password(settings, password, current))[0]
