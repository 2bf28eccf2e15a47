"""The use cases of passwords: request a reset, reset, change."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time_tokens, passwords
from exercise_buddy.auth.credentials import delete_identities, get_password_hash, save_password
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import InvalidLink, WrongPassword
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.password.schemas import PasswordChange, PasswordReset
from exercise_buddy.auth.password_policy import PasswordPolicy
from exercise_buddy.auth.sessions.service import revoke_sessions
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.step_up import lock_account
from exercise_buddy.auth.tables import Purpose
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.security.identity import Identity
from exercise_buddy.users import public as users


async def request_reset(session: AsyncSession, email: str, device: Device) -> None:
    """Queue a mail with a reset link. The response and its time do not reveal whether the address has an account."""
    queue_mail(session, MailKind.RESET_PASSWORD, email, device=device.user_agent, address=device.address)


async def reset_password(
    database: Database,
    session: AsyncSession,
    settings: AuthSettings,
    policy: PasswordPolicy,
    reset: PasswordReset,
    device: Device,
    now: datetime,
) -> UUID:
    """Set the password with the token of a mail. Revoke all sessions, other links and pending address changes.

    Return the id of the user.

    Raises:
        InvalidLink: the token is consumed, expired or unknown.
        InvalidInput: the password is refused. The token stays valid.

    """
    # Not in the request's transaction: no connection is held while the password is checked and hashed.
    async with database.sessions() as reading:
        found = await one_time_tokens.find_token(reading, reset.token, now, Purpose.RESET_PASSWORD)
        if found is None:
            raise InvalidLink(reason="unknown")
        user_id, email = found.user_id, found.email
        account = await users.get_account(reading, user_id)
    await policy.require_acceptable(
        reset.password, email=account.email, username=account.username, display_name=account.display_name
    )
    password_hash = await passwords.hash_password(settings, reset.password)
    # The reset may verify the address, which the profile shows.
    await users.lock_user(session, user_id)
    account = await users.lock_account(session, user_id)
    found = await one_time_tokens.find_token(session, reset.token, now, Purpose.RESET_PASSWORD)
    if account.disabled or found is None or not await one_time_tokens.consume_token(session, found):
        raise InvalidLink(reason="used_or_account_disabled", aimed_at=user_id)
    if email is not None and not await users.verify_email(session, user_id, email):
        # The account has another address by now: the reader of the former one may be somebody else.
        raise InvalidLink(reason="other_address", aimed_at=user_id)
    await save_password(session, user_id, password_hash)
    unlinked = []
    # If the address was never verified, the person who registered it may have linked an identity.
    if reset.unlink_identities or not account.email_verified:
        unlinked = await delete_identities(session, user_id, device)
    await one_time_tokens.revoke_tokens(session, user_id)
    revoked = await revoke_sessions(session, user_id, now)
    record_event(session, Event.PASSWORD_RESET, device, user_id=user_id, sessions=len(revoked))
    queue_mail(session, MailKind.PASSWORD_CHANGED, account.email, user_id, sessions=len(revoked), unlinked=unlinked)
    return user_id


async def change_password(
    database: Database,
    session: AsyncSession,
    settings: AuthSettings,
    policy: PasswordPolicy,
    user: Identity,
    change: PasswordChange,
    stored: str | None,
    device: Device,
    now: datetime,
) -> None:
    """Change the password, or set the first one. Revoke pending ways in and, if requested, the other sessions.

    Args:
        database: where the account is read. No connection is held while the password is hashed.
        session: the transaction.
        settings: the parameters of the hash.
        policy: the rules of new passwords.
        user: the signed-in user, after a step-up.
        change: the new password, and what else to do.
        stored: the hash of the current password, which the step-up has checked.
        device: the origin of the request.
        now: the present time, aware.

    Raises:
        Unauthenticated: the session has ended meanwhile.
        WrongPassword: a concurrent request has changed the password.
        InvalidInput: the new password is refused.

    """
    # Not in the request's transaction: no connection is held while the password is checked and hashed.
    async with database.sessions() as reading:
        account = await users.get_account(reading, user.user_id)
    await policy.require_acceptable(
        change.new_password,
        email=account.email,
        username=account.username,
        display_name=account.display_name,
        pointer="/new_password",
    )
    password_hash = await passwords.hash_password(settings, change.new_password)
    await lock_account(session, user)
    if await get_password_hash(session, user.user_id) != stored:
        raise WrongPassword
    await save_password(session, user.user_id, password_hash)
    # The new password may have to keep out the person who requested the pending change of the address, or who has
    # signed in with a provider and waits to exchange the code.
    await one_time_tokens.revoke_tokens(session, user.user_id, *one_time_tokens.ENTERING)
    revoked = []
    if change.end_other_sessions:
        revoked = await revoke_sessions(session, user.user_id, now, except_id=user.session_id)
    unlinked = []
    if change.unlink_identities:
        unlinked = await delete_identities(session, user.user_id, device, user.session_id)
    record_event(
        session,
        Event.PASSWORD_CHANGED,
        device,
        user_id=user.user_id,
        session_id=user.session_id,
        sessions=len(revoked),
    )
    queue_mail(
        session, MailKind.PASSWORD_CHANGED, account.email, user.user_id, sessions=len(revoked), unlinked=unlinked
    )
