"""The mark of a user whose whole account is being imported, or whose import is being undone.

Either is one transaction of up to minutes. Other writes of the user would wait for its lock and fail. So each statement
that locks the user requires that there is no mark: it is refused at once instead. The restore removes the mark in its
own transaction, in which all statements work as usual, and which nobody else sees before it ends.
"""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.core.db.jobs import is_job_running
from exercise_buddy.core.restore_problem import RestoreRunning
from exercise_buddy.users.errors import AccountGone
from exercise_buddy.users.tables import UserRevision


async def begin_restore(session: AsyncSession, user_id: UUID, import_id: UUID) -> None:
    """Mark a user, so that all other writes are refused. The caller runs the only job of the user.

    Raises:
        AccountGone: the account no longer exists.

    """
    marked = update(UserRevision).where(col(UserRevision.user_id) == user_id).values(restore_id=import_id)
    if (await session.exec(marked)).rowcount == 0:
        raise AccountGone


async def end_restore(session: AsyncSession, user_id: UUID) -> None:
    """Remove the mark of a user, and lock the user until the transaction ends."""
    await session.exec(update(UserRevision).where(col(UserRevision.user_id) == user_id).values(restore_id=None))


async def require_unrestored(session: AsyncSession, user_id: UUID) -> None:
    """Check why a statement has not found a user without a mark. If this returns, it does now.

    A process that was killed leaves a mark behind, but no job.

    Raises:
        AccountGone: the account no longer exists.
        RestoreRunning: the account is being restored.

    """
    found = (await session.exec(select(UserRevision.restore_id).where(col(UserRevision.user_id) == user_id))).all()
    if not found:
        raise AccountGone
    (restore_id,) = found
    if restore_id is None:
        # It has ended just now.
        return
    if await is_job_running(session, user_id):
        raise RestoreRunning(restore_id)
    await end_restore(session, user_id)
