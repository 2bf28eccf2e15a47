"""What operators do with accounts, from the command line."""

from datetime import UTC, datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time, passwords
from exercise_buddy.auth.credentials import create_password, store_password
from exercise_buddy.auth.device import SERVER
from exercise_buddy.auth.events.log import Event, note
from exercise_buddy.auth.handlers import DEFAULT_TIME_ZONE
from exercise_buddy.auth.schemas import Registration
from exercise_buddy.auth.sessions.service import end_sessions
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.users import public as users


async def sign_up(
    session: AsyncSession, settings: AuthSettings, registration: Registration, *, verified: bool = True
) -> UUID:
    """Create an account with a password on behalf of somebody, and give the user's id.

    Raises:
        InvalidInput: the password is easy to guess.
        EmailTaken, UsernameTaken: another account has it.

    """
    await passwords.require_strong(
        registration.password, registration.email, registration.username, registration.display_name
    )
    user_id = await users.create_user(
        session,
        email=registration.email,
        username=registration.username,
        display_name=registration.display_name,
        time_zone=registration.time_zone or DEFAULT_TIME_ZONE,
        email_verified=verified,
    )
    await create_password(session, user_id, await passwords.hash_password(settings, registration.password))
    note(session, Event.REGISTERED, SERVER, user_id=user_id, method="operator")
    return user_id


async def give_password(session: AsyncSession, settings: AuthSettings, user_id: UUID, password: str) -> None:
    """Give a user another password. It may be an easy one: operators know what they do."""
    await users.locked_account(session, user_id)
    await store_password(session, user_id, await passwords.hash_password(settings, password))


async def disable(session: AsyncSession, user_id: UUID) -> int:
    """Disable an account, and end all its sessions and links at once; give the number of the sessions."""
    await users.locked_account(session, user_id)
    await users.disable(session, user_id, disabled=True)
    await one_time.end_tokens(session, user_id)
    ended = await end_sessions(session, user_id, datetime.now(UTC))
    note(session, Event.ACCOUNT_DISABLED, SERVER, user_id=user_id, sessions=len(ended))
    return len(ended)


async def enable(session: AsyncSession, user_id: UUID) -> None:
    """Let a disabled account sign in again."""
    await users.locked_account(session, user_id)
    await users.disable(session, user_id, disabled=False)
    note(session, Event.ACCOUNT_ENABLED, SERVER, user_id=user_id)
