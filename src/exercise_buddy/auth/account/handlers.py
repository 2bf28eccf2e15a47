"""The deletion of accounts: requested by users or operators, cancelled by a sign-in, completed after a grace period.

During the period nobody is signed in: the request revokes all sessions, and a sign-in cancels the deletion. The account
keeps its address and user name.
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, text
from sqlmodel import col
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time_tokens
from exercise_buddy.auth.device import SERVER, Device
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.events.trail import keep_trail
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.sessions.service import delete_sessions, revoke_sessions
from exercise_buddy.auth.tables import OneTimeToken, OutgoingMail, SignInAttempt
from exercise_buddy.users import public as users

log = structlog.get_logger()


async def request_deletion(
    session: AsyncSession,
    account: users.Account,
    grace_days: int,
    device: Device,
    now: datetime,
    *,
    session_id: UUID | None = None,
) -> datetime:
    """Schedule the deletion of an account, or delete it at once. Return the time of the deletion.

    A deletion that is scheduled for an earlier time stays as it is.

    Args:
        session: the transaction.
        account: the account. The caller holds the locks of the user and of the account, taken in this order.
        grace_days: the days in which a sign-in cancels the deletion; 0 deletes at once.
        device: the origin of the request.
        now: the present time, aware.
        session_id: the session of the request.

    """
    revoked = await revoke_sessions(session, account.id, now)
    if not grace_days:
        await _delete_account(session, account, device)
        return now
    # Links in mails must not change an account that nobody uses any more.
    await one_time_tokens.revoke_tokens(session, account.id)
    deletes_at = now + timedelta(days=grace_days)
    if account.deletes_at is not None and account.deletes_at <= deletes_at:
        return account.deletes_at
    await users.schedule_deletion(session, account.id, deletes_at)
    record_event(
        session,
        Event.ACCOUNT_DELETION_REQUESTED,
        device,
        user_id=account.id,
        session_id=session_id,
        sessions=len(revoked),
        deletes_at=deletes_at.isoformat(),
    )
    kind = MailKind.ACCOUNT_DELETION_REQUESTED
    queue_mail(session, kind, account.email, account.id, deletes_at=f"{deletes_at:%Y-%m-%d %H:%M} UTC")
    return deletes_at


async def delete_due_account(session: AsyncSession, user_id: UUID, now: datetime) -> None:
    """Delete an account whose grace period has ended. Does nothing if its user has signed in meanwhile.

    Raises:
        AccountGone: another process was faster.

    """
    # Nobody waits for it, and a large account takes longer than a request may. SQLModel's types do not know `text`.
    await session.exec(text("SET LOCAL statement_timeout = '5min'"))  # type: ignore[call-overload]
    # First: a write of the user's data holds this lock when it refers to the account.
    await users.lock_user(session, user_id)
    account = await users.lock_account(session, user_id)
    if account.deletes_at is not None and account.deletes_at <= now:
        await _delete_account(session, account, SERVER)


async def _delete_account(session: AsyncSession, account: users.Account, device: Device) -> None:
    await keep_trail(session, account.id, device.address)
    await delete_sessions(session, account.id)
    await users.delete_account(session, account.id)
    # After the account, whose lock was needed to create them. They have no foreign key that cascades.
    for table in (OneTimeToken, SignInAttempt, OutgoingMail):
        await session.exec(delete(table).where(col(table.user_id) == account.id))
    queue_mail(session, MailKind.ACCOUNT_DELETED, account.email)
    log.info("account_deleted", user_id=str(account.id), address=device.address)
