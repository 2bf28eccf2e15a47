"""Sends the queued mails, one process or many: each mail is claimed by one, for two minutes at a time.

A mail whose sending fails is tried again, after growing pauses, for a day; one that the server refuses for good is not.
A process that dies between the sending and the note of it leads to a second mail, never to none.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from asyncpg import Connection
from sqlalchemy import delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.events.log import Event, note
from exercise_buddy.auth.mail.delivery import MailRefusedError, deliver
from exercise_buddy.auth.mail.messages import compose
from exercise_buddy.auth.mail.queue import MailKind
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import OutgoingMail, Purpose
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.users import public as users

CHANNEL = "outgoing_mail"
# Also without a word from the database: for what is to be tried again.
_LOOK_EVERY_SECONDS = 15.0
_CLAIMED_FOR = timedelta(minutes=2)
# Less than that.
_TIMEOUT_SECONDS = 60.0
_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(hours=1)
_GIVEN_UP_AFTER = timedelta(days=1)
_AT_ONCE = 20

log = structlog.get_logger()


class MailSender:
    """Sends what is queued, as soon as the database tells of it."""

    def __init__(self, database: Database, listener: Listener, settings: AuthSettings) -> None:
        self._database = database
        self._settings = settings
        self._woken = asyncio.Event()
        listener.on(CHANNEL, lambda _: self._woken.set(), self._catch_up)

    async def run(self) -> None:
        """Send until cancelled."""
        while True:
            # Before looking: a mail that is queued after the look must not be forgotten.
            self._woken.clear()
            try:
                while await self._send_due():
                    pass
            except Exception as error:  # noqa: BLE001  (the database is down, say: the mails wait)
                log.warning("mail_sender_paused", error=type(error).__name__)
            try:
                async with asyncio.timeout(_LOOK_EVERY_SECONDS):
                    await self._woken.wait()
            except TimeoutError:
                continue

    async def _catch_up(self, _connection: Connection) -> None:
        self._woken.set()

    async def _send_due(self) -> int:
        async with self._database.transaction() as session:
            mails = await _claim(session)
        for mail in mails:
            await self._send(mail)
        return len(mails)

    async def _send(self, mail: OutgoingMail) -> None:
        try:
            async with self._database.transaction() as session:
                if not await _hold(session, mail):
                    return
                wanted = await _prepare(session, mail)
            if wanted is not None:
                mail, token = wanted
                async with asyncio.timeout(_TIMEOUT_SECONDS):
                    await deliver(compose(mail, self._settings, token), self._settings, mail.id)
        except Exception as error:  # noqa: BLE001  (whatever is wrong with this one, the others are to be sent)
            await self._put_off(mail, error)
            return
        async with self._database.transaction() as session:
            await session.exec(delete(OutgoingMail).where(col(OutgoingMail.id) == mail.id))

    async def _put_off(self, mail: OutgoingMail, error: Exception) -> None:
        pause = min(_FIRST_PAUSE * 2 ** min(mail.attempts, 10), _LONGEST_PAUSE)
        refused = error.code if isinstance(error, MailRefusedError) else None
        given_up = refused is not None or datetime.now(UTC) - mail.created_at > _GIVEN_UP_AFTER
        log.error(
            "mail_given_up" if given_up else "mail_not_sent",
            mail_id=str(mail.id),
            kind=mail.kind,
            attempts=mail.attempts,
            error=type(error).__name__,
            smtp_code=refused,
        )
        this = col(OutgoingMail.id) == mail.id
        async with self._database.transaction() as session:
            if given_up:
                await session.exec(delete(OutgoingMail).where(this))
            else:
                await session.exec(update(OutgoingMail).where(this).values(next_attempt_at=func.now() + pause))


async def _claim(session: AsyncSession) -> list[OutgoingMail]:
    due = (
        select(OutgoingMail.id)
        .where(col(OutgoingMail.next_attempt_at) <= func.now())
        .order_by(col(OutgoingMail.next_attempt_at))
        .limit(_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    claimed = await session.exec(
        update(OutgoingMail)
        .where(col(OutgoingMail.id).in_(due))
        .values(attempts=OutgoingMail.attempts + 1, next_attempt_at=func.now() + _CLAIMED_FOR)
        .returning(OutgoingMail)
    )
    return sorted(claimed.scalars(), key=lambda mail: mail.id)


async def _lock(session: AsyncSession, user_id: UUID) -> bool:
    """Lock an account: of two processes that make a token at once, the second is to find, and end, that of the first.

    False if it is gone.
    """
    try:
        await users.locked_account(session, user_id)
    except users.AccountGone:
        return False
    return True


async def _hold(session: AsyncSession, mail: OutgoingMail) -> bool:
    """Renew the claim. False if another process has it by now, or if the reason for the mail has gone meanwhile.

    The account is locked before the mail, as it is by whatever ends its tokens and mails.
    """
    if mail.user_id is not None and not await _lock(session, mail.user_id):
        return False
    held = await session.exec(
        update(OutgoingMail)
        .where(col(OutgoingMail.id) == mail.id, col(OutgoingMail.attempts) == mail.attempts)
        .values(next_attempt_at=func.now() + _CLAIMED_FOR)
    )
    return held.rowcount == 1


async def _prepare(session: AsyncSession, mail: OutgoingMail) -> tuple[OutgoingMail, str | None] | None:
    """Look at the account as it is now, and make the token of the link. None if there is no reason left to write."""
    now = datetime.now(UTC)
    match MailKind(mail.kind):
        case MailKind.RESET_PASSWORD:
            account = await users.find_by_email(session, mail.recipient)
            if account is None or account.disabled or not await _lock(session, account.id):
                return None
            device = Device(mail.details.get("device"), mail.details.get("address") or "")
            note(session, Event.PASSWORD_RESET_REQUESTED, device, user_id=account.id)
            token = await one_time.make_token(session, account.id, Purpose.RESET_PASSWORD, now, email=account.email)
            return OutgoingMail(**mail.model_dump() | {"recipient": account.email}), token
        case MailKind.VERIFY_EMAIL:
            account = await users.find_by_email(session, mail.recipient)
            if account is None or account.disabled or account.email_verified or account.id != mail.user_id:
                return None
            return mail, await one_time.make_token(session, account.id, Purpose.VERIFY_EMAIL, now, email=account.email)
        case MailKind.CHANGE_EMAIL:
            owner = await users.find_by_email(session, mail.recipient)
            if owner is not None:
                in_use = {"kind": MailKind.EMAIL_IN_USE.value, "recipient": owner.email}
                return OutgoingMail(**mail.model_dump() | in_use), None
            assert mail.user_id is not None  # noqa: S101  (it was queued with one)
            purpose = Purpose.CHANGE_EMAIL
            return mail, await one_time.make_token(session, mail.user_id, purpose, now, email=mail.recipient)
        case MailKind.EMAIL_IN_USE:
            return None if await users.find_by_email(session, mail.recipient) is None else (mail, None)
    return mail, None
