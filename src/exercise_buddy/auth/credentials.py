"""The stored credentials: password hashes, and identities at providers."""

from uuid import UUID

from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import LastSignInMethod
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.one_time_tokens import revoke_tokens
from exercise_buddy.auth.tables import PasswordCredential, ProviderIdentity, Purpose
from exercise_buddy.users import public as users


async def get_password_hash(session: AsyncSession, user_id: UUID) -> str | None:
    """Return the hash of a user's password. None if the user has no password."""
    owned = col(PasswordCredential.user_id) == user_id
    return (await session.exec(select(PasswordCredential.password_hash).where(owned))).first()


async def create_password(session: AsyncSession, user_id: UUID, password_hash: str) -> None:
    """Store the first password of a user."""
    session.add(PasswordCredential(user_id=user_id, password_hash=password_hash))
    await session.flush()


async def replace_password(
    session: AsyncSession, user_id: UUID, password_hash: str, *, former_hash: str | None = None
) -> bool:
    """Replace the password of a user. Return whether there was one, with `former_hash` if it is given."""
    statement = update(PasswordCredential).where(col(PasswordCredential.user_id) == user_id)
    if former_hash is not None:
        statement = statement.where(col(PasswordCredential.password_hash) == former_hash)
    replaced = await session.exec(statement.values(password_hash=password_hash, changed_at=func.now()))
    return replaced.rowcount == 1


async def save_password(session: AsyncSession, user_id: UUID, password_hash: str) -> None:
    """Create or replace the password of a user. The caller holds the lock of the account."""
    if not await replace_password(session, user_id, password_hash):
        await create_password(session, user_id, password_hash)


async def delete_identities(
    session: AsyncSession, user_id: UUID, device: Device, session_id: UUID | None = None
) -> list[str]:
    """Unlink all identities of a user; return the names of their providers. The caller holds the lock of the account.

    A provider sign-in that waits for its exchange ends too.

    Raises:
        LastSignInMethod: the user has identities and no password.

    """
    providers = await remove_identities(session, user_id)
    await revoke_tokens(session, user_id, Purpose.EXCHANGE)
    if providers and await get_password_hash(session, user_id) is None:
        raise LastSignInMethod
    for provider in providers:
        record_event(
            session, Event.IDENTITY_UNLINKED, device, user_id=user_id, session_id=session_id, provider=provider
        )
    return providers


async def remove_identities(session: AsyncSession, user_id: UUID, provider: str | None = None) -> list[str]:
    """Delete the identities of a user, or that at one provider; return the names of their providers.

    From then on another user may link them. The caller holds the lock of the account.
    """
    statement = delete(ProviderIdentity).where(col(ProviderIdentity.user_id) == user_id)
    if provider is not None:
        statement = statement.where(col(ProviderIdentity.provider) == provider)
    deleted = await session.exec(statement.returning(col(ProviderIdentity.provider)))
    providers = sorted(row[0] for row in deleted.all())
    if providers:
        await users.release_identifiers(session, user_id, *providers)
    return providers
