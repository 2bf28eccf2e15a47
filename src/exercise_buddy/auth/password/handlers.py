"""The use cases of passwords: forgotten, reset, changed."""

from datetime import datetime

from sqlalchemy import delete
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time, passwords
from exercise_buddy.auth.credentials import password_hash_of, store_password
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import InvalidLink, WrongPassword
from exercise_buddy.auth.events.log import Event, note
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.password.schemas import PasswordChange, PasswordReset
from exercise_buddy.auth.reauthentication import require_proof
from exercise_buddy.auth.sessions.service import end_sessions
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import ProviderIdentity, Purpose
from exercise_buddy.core.security.identity import Identity
from exercise_buddy.users import public as users


async def ask_for_reset(session: AsyncSession, email: str, device: Device) -> None:
    """Have a mail sent to whoever has the address. Does, and takes, the same whether somebody has it or not."""
    queue_mail(session, MailKind.RESET_PASSWORD, email, device=device.user_agent, address=device.address)


async def reset_password(
    session: AsyncSession, settings: AuthSettings, given: PasswordReset, device: Device, now: datetime
) -> None:
    """Set the password by the token of a mail. Ends all sessions, other links and pending changes of the address.

    Raises:
        InvalidLink: the token is used up, expired or none.
        InvalidInput: the password is easy to guess. The token stays valid.

    """
    found = await one_time.find_token(session, given.token, now, Purpose.RESET_PASSWORD)
    if found is None:
        raise InvalidLink
    user_id, email = found.user_id, found.email
    account = await users.account_of(session, user_id)
    await session.rollback()
    await passwords.require_strong(given.password, account.email, account.username, account.display_name)
    password_hash = await passwords.hash_password(settings, given.password)
    account = await users.locked_account(session, user_id)
    found = await one_time.find_token(session, given.token, now, Purpose.RESET_PASSWORD)
    if account.disabled or found is None or not await one_time.use_token(session, found):
        raise InvalidLink
    if email is not None and not await users.verify_email(session, user_id, email):
        # The address is another one by now: who reads the mail of the former is not the user any more.
        raise InvalidLink
    if not account.email_verified:
        # Until now nobody had proved the address: who claimed it may have linked an identity to come back by.
        await session.exec(delete(ProviderIdentity).where(col(ProviderIdentity.user_id) == user_id))
    await store_password(session, user_id, password_hash)
    await one_time.end_tokens(session, user_id)
    ended = await end_sessions(session, user_id, now)
    note(session, Event.PASSWORD_RESET, device, user_id=user_id, sessions=len(ended))
    queue_mail(session, MailKind.PASSWORD_CHANGED, account.email, user_id)


async def change_password(
    session: AsyncSession,
    settings: AuthSettings,
    user: Identity,
    given: PasswordChange,
    device: Device,
    now: datetime,
) -> None:
    """Change the password, or set the first one. The other sessions and the links to reset it end.

    Raises:
        WrongPassword: the current one is wrong, or somebody has changed it in this moment.
        SignInAgain: there is none yet, and the sign-in is older than ten minutes.
        InvalidInput: the new one is easy to guess.

    """
    stored = await require_proof(
        session,
        settings,
        user,
        given.current_password,
        device,
        now,
        failure=Event.PASSWORD_CHANGE_FAILED,
        password_only=True,
    )
    account = await users.account_of(session, user.user_id)
    await session.rollback()
    await passwords.require_strong(
        given.new_password, account.email, account.username, account.display_name, pointer="/new_password"
    )
    password_hash = await passwords.hash_password(settings, given.new_password)
    await users.locked_account(session, user.user_id)
    if await password_hash_of(session, user.user_id) != stored:
        raise WrongPassword
    await store_password(session, user.user_id, password_hash)
    # Whoever made the change of address that is still pending may be the one whom the new password is to keep out.
    await one_time.end_tokens(session, user.user_id, Purpose.RESET_PASSWORD, Purpose.CHANGE_EMAIL)
    ended = await end_sessions(session, user.user_id, now, but=user.session_id)
    note(
        session,
        Event.PASSWORD_CHANGED,
        device,
        user_id=user.user_id,
        session_id=user.session_id,
        sessions=len(ended),
    )
    queue_mail(session, MailKind.PASSWORD_CHANGED, account.email, user.user_id)
