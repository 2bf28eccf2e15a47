"""The use cases of operators, who manage accounts from the command line."""

from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time_tokens, passwords
from exercise_buddy.auth.account.handlers import request_deletion
from exercise_buddy.auth.credentials import create_password, save_password
from exercise_buddy.auth.device import SERVER
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.handlers import build_profile
from exercise_buddy.auth.password_policy import PasswordPolicy
from exercise_buddy.auth.schemas import Registration
from exercise_buddy.auth.sessions.service import revoke_sessions
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.problems import NotFound
from exercise_buddy.users import public as users


async def create_account(
    session: AsyncSession, settings: AuthSettings, registration: Registration, *, verified: bool = True
) -> UUID:
    """Create an account with a password and return the user's id.

    Raises:
        InvalidInput: the password is refused.
        EmailTaken, UsernameTaken: another account has it.

    """
    await PasswordPolicy(settings).require_acceptable(
        registration.password,
        email=registration.email,
        username=registration.username,
        display_name=registration.display_name,
    )
    user_id = await users.create_user(session, **build_profile(registration), email_verified=verified)
    await create_password(session, user_id, await passwords.hash_password(settings, registration.password))
    record_event(session, Event.REGISTERED, SERVER, user_id=user_id, method="operator")
    return user_id


async def set_password(session: AsyncSession, settings: AuthSettings, user_id: UUID, password: str) -> None:
    """Set the password of a user. The rules for new passwords do not apply to operators."""
    await users.lock_account(session, user_id)
    await save_password(session, user_id, await passwords.hash_password(settings, password))


async def disable(session: AsyncSession, identifier: str) -> int:
    """Disable an account; revoke its sessions and links at once. Return the number of revoked sessions.

    Raises:
        NotFound: no account has this e-mail address or user name.

    """
    user_id = await _lock_account(session, identifier)
    await users.set_disabled(session, user_id, disabled=True)
    await one_time_tokens.revoke_tokens(session, user_id)
    revoked = await revoke_sessions(session, user_id, datetime.now(UTC))
    record_event(session, Event.ACCOUNT_DISABLED, SERVER, user_id=user_id, sessions=len(revoked))
    return len(revoked)


async def enable(session: AsyncSession, identifier: str) -> None:
    """Enable a disabled account, so that its user can sign in again.

    Raises:
        NotFound: no account has this e-mail address or user name.

    """
    user_id = await _lock_account(session, identifier)
    await users.set_disabled(session, user_id, disabled=False)
    record_event(session, Event.ACCOUNT_ENABLED, SERVER, user_id=user_id)


async def sign_out(session: AsyncSession, identifier: str) -> int:
    """Revoke the sessions and links of an account. Return the number of revoked sessions.

    Raises:
        NotFound: no account has this e-mail address or user name.

    """
    return await _sign_out(session, await _lock_account(session, identifier))


async def sign_everybody_out(database: Database) -> int:
    """Revoke the sessions and links of all accounts. Return the number of revoked sessions.

    Each account has a transaction of its own: none waits for the others.
    """
    revoked = 0
    async for user_id in users.iterate_account_ids(database):
        async with database.transaction() as session:
            # An account that is deleted meanwhile has no sessions.
            with suppress(users.AccountGone):
                await users.lock_account(session, user_id)
                revoked += await _sign_out(session, user_id)
    return revoked


async def _sign_out(session: AsyncSession, user_id: UUID) -> int:
    await one_time_tokens.revoke_tokens(session, user_id, *one_time_tokens.ENTERING)
    revoked = await revoke_sessions(session, user_id, datetime.now(UTC))
    if revoked:
        record_event(
            session, Event.SESSIONS_ENDED, SERVER, user_id=user_id, sessions=len(revoked), reason="administrator"
        )
    return len(revoked)


async def recount_usage(session: AsyncSession, identifier: str) -> bool:
    """Count again what an account stores; return whether the stored counters differed.

    Raises:
        NotFound: no account has this e-mail address or user name.

    """
    account = await users.require_account(session, identifier)
    await users.lock_user(session, account.id)
    return await users.recount_usage(session, account.id)


async def delete(session: AsyncSession, identifier: str, grace_days: int) -> datetime:
    """Delete an account after a grace period, as its user can. Return the time of the deletion.

    Raises:
        NotFound: no account has this e-mail address or user name.

    """
    user_id = await _find_user_id(session, identifier)
    await users.lock_user(session, user_id)
    account = await users.lock_account(session, user_id)
    return await request_deletion(session, account, grace_days, SERVER, datetime.now(UTC))


async def _lock_account(session: AsyncSession, identifier: str) -> UUID:
    user_id = await _find_user_id(session, identifier)
    await users.lock_account(session, user_id)
    return user_id


async def _find_user_id(session: AsyncSession, identifier: str) -> UUID:
    account = await users.find_account(session, identifier)
    if account is None:
        raise NotFound(f"No account has the address or the user name {identifier}.")
    return account.id
