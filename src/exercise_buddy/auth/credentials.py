"""The stored passwords."""

from uuid import UUID

from sqlalchemy import func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.tables import PasswordCredential


async def password_hash_of(session: AsyncSession, user_id: UUID) -> str | None:
    """Give the hash of a user's password, or None if the user has none."""
    owned = col(PasswordCredential.user_id) == user_id
    return (await session.exec(select(PasswordCredential.password_hash).where(owned))).first()


async def create_password(session: AsyncSession, user_id: UUID, password_hash: str) -> None:
    """Store the first password of a user."""
    session.add(PasswordCredential(user_id=user_id, password_hash=password_hash))
    await session.flush()


async def replace_password(
    session: AsyncSession, user_id: UUID, password_hash: str, *, instead_of: str | None = None
) -> bool:
    """Store another password of a user. False if there is none, or no longer the one that it is to replace."""
    statement = update(PasswordCredential).where(col(PasswordCredential.user_id) == user_id)
    if instead_of is not None:
        statement = statement.where(col(PasswordCredential.password_hash) == instead_of)
    replaced = await session.exec(statement.values(password_hash=password_hash, changed_at=func.now()))
    return replaced.rowcount == 1


async def store_password(session: AsyncSession, user_id: UUID, password_hash: str) -> None:
    """Store the password of a user, whether there was one or not. Hold the lock of the account."""
    if not await replace_password(session, user_id, password_hash):
        await create_password(session, user_id, password_hash)
