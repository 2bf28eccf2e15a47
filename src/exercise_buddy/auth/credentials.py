"""The stored password hashes."""

from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.tables import PasswordCredential


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
