"""The sender of queued mails, in one process or in many: each mail is claimed by one of them, for two minutes.

A failed mail is retried for a day, after growing pauses, unless the server refuses it permanently. One that is given up
stays in the table for a week, for the operator. If a process dies between the delivery and the deletion of the mail,
the mail is sent twice, never lost.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from asyncpg import Connection
from prometheus_client import CollectorRegistry, Counter
from sqlalchemy import ColumnElement, delete, func, update
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time_tokens
from exercise_buddy.auth.active_sessions import NO_SESSION, is_session_active
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.mail.delivery import MailRefusedError, deliver
from exercise_buddy.auth.mail.messages import build_message
from exercise_buddy.auth.mail.queue import GIVEN_UP, MailKind
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import OutgoingMail, Purpose
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.notifications import Listener
from exercise_buddy.core.security.identity import Identity
from exercise_buddy.users import public as users

CHANNEL = "outgoing_mail"
# Also without a notification: for retries.
_POLL_SECONDS = 15.0
_CLAIM_DURATION = timedelta(minutes=2)
# Less than the duration of a claim.
_TIMEOUT_SECONDS = 60.0
_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(hours=1)
_MAX_AGE = timedelta(days=1)
_BATCH_SIZE = 20

log = structlog.get_logger()


class MailSender:
    """Sends queued mails as soon as the database notifies it.

    It opens transactions of its own: no request waits for a mail, and none stays open while a server accepts one.
    """

    def __init__(
        self, database: Database, listener: Listener, settings: AuthSettings, registry: CollectorRegistry | None = None
    ) -> None:
        self._deliveries = Counter(
            "mail_deliveries",
            "Attempts to send a mail, by outcome: sent, postponed (another attempt follows), given_up.",
            ["outcome"],
            registry=registry or CollectorRegistry(),
        )
        for outcome in ("sent", "postponed", "given_up"):
            # From 0 on, so that Prometheus sees the first one as an increase.
            self._deliveries.labels(outcome)
        self._database = database
        self._settings = settings
        self._notified = asyncio.Event()
        listener.on(CHANNEL, lambda _: self._notified.set(), self._catch_up)

    async def run(self) -> None:
        """Send mails until cancelled."""
        while True:
            # Before the query: it may miss a mail that is queued after it, whose notification must stay.
            self._notified.clear()
            try:
                while await self._send_due():
                    pass
            except Exception as error:  # noqa: BLE001  (for example, the database is down: the mails wait)
                log.warning("mail_sender_paused", error=type(error).__name__)
            try:
                async with asyncio.timeout(_POLL_SECONDS):
                    await self._notified.wait()
            except TimeoutError:
                continue

    async def _catch_up(self, _connection: Connection) -> None:
        self._notified.set()

    async def _send_due(self) -> int:
        async with self._database.transaction() as session:
            mails = await _claim(session)
        for mail in mails:
            await self._send(mail)
        return len(mails)

    async def _send(self, mail: OutgoingMail) -> None:
        next_attempt_at = None
        try:
            async with self._database.transaction() as session:
                if not await _renew_claim(session, mail):
                    return
                prepared = await _prepare(session, mail)
            if prepared is not None:
                final, token = prepared
                async with asyncio.timeout(_TIMEOUT_SECONDS):
                    await deliver(build_message(final, self._settings, token), self._settings, mail.id)
                self._deliveries.labels("sent").inc()
        except Exception as error:  # noqa: BLE001  (one failed mail must not stop the others)
            next_attempt_at = _record_failure(mail, error)
            self._deliveries.labels("given_up" if next_attempt_at is GIVEN_UP else "postponed").inc()
        this = col(OutgoingMail.id) == mail.id
        async with self._database.transaction() as session:
            if next_attempt_at is None:
                await session.exec(delete(OutgoingMail).where(this))
            else:
                await session.exec(update(OutgoingMail).where(this).values(next_attempt_at=next_attempt_at))


def _record_failure(mail: OutgoingMail, error: Exception) -> ColumnElement[datetime] | datetime:
    """Log a failure; return the time of the next attempt, which is `GIVEN_UP` for none."""
    smtp_code = error.code if isinstance(error, MailRefusedError) else None
    final = smtp_code is not None or datetime.now(UTC) - mail.created_at > _MAX_AGE
    log.error(
        "mail_given_up" if final else "mail_not_sent",
        mail_id=str(mail.id),
        kind=mail.kind,
        attempts=mail.attempts,
        error=type(error).__name__,
        smtp_code=smtp_code,
    )
    return GIVEN_UP if final else func.now() + min(_FIRST_PAUSE * 2 ** min(mail.attempts, 10), _LONGEST_PAUSE)


async def _claim(session: AsyncSession) -> list[OutgoingMail]:
    due = (
        select(OutgoingMail.id)
        .where(col(OutgoingMail.next_attempt_at) <= func.now())
        .order_by(col(OutgoingMail.next_attempt_at))
        .limit(_BATCH_SIZE)
        .with_for_update(skip_locked=True)
    )
    claimed = await session.exec(
        update(OutgoingMail)
        .where(col(OutgoingMail.id).in_(due))
        .values(attempts=OutgoingMail.attempts + 1, next_attempt_at=func.now() + _CLAIM_DURATION)
        .returning(OutgoingMail)
    )
    return sorted(claimed.scalars(), key=lambda mail: mail.id)


async def _lock_account(session: AsyncSession, user_id: UUID) -> bool:
    """Lock an account, so that the second of two processes that create a token finds and revokes the first token.

    Return whether the account exists.
    """
    try:
        await users.lock_account(session, user_id)
    except users.AccountGone:
        return False
    return True


async def _renew_claim(session: AsyncSession, mail: OutgoingMail) -> bool:
    """Renew the claim. Return False if another process has claimed the mail, or if it was deleted meanwhile.

    The account is locked before the mail: every transaction that revokes tokens and mails uses this order.
    """
    if mail.user_id is not None and not await _lock_account(session, mail.user_id):
        # It was queued while the account was deleted: nothing else would delete it.
        await session.exec(delete(OutgoingMail).where(col(OutgoingMail.id) == mail.id))
        return False
    renewed = await session.exec(
        update(OutgoingMail)
        .where(col(OutgoingMail.id) == mail.id, col(OutgoingMail.attempts) == mail.attempts)
        .values(next_attempt_at=func.now() + _CLAIM_DURATION)
    )
    return renewed.rowcount == 1


async def _prepare(session: AsyncSession, mail: OutgoingMail) -> tuple[OutgoingMail, str | None] | None:
    """Return the mail for the present state of the account, and the token of its link. None if it became pointless."""
    now = datetime.now(UTC)
    match MailKind(mail.kind):
        case MailKind.RESET_PASSWORD:
            account = await users.find_by_email(session, mail.recipient)
            if account is None or account.disabled or not await _lock_account(session, account.id):
                return None
            device = Device(mail.details.get("device"), mail.details.get("address") or "")
            record_event(session, Event.PASSWORD_RESET_REQUESTED, device, user_id=account.id)
            purpose = Purpose.RESET_PASSWORD
            token = await one_time_tokens.create_token(session, account.id, purpose, now, email=account.email)
            return OutgoingMail(**mail.model_dump() | {"recipient": account.email}), token
        case MailKind.VERIFY_EMAIL:
            account = await users.find_by_email(session, mail.recipient)
            if account is None or account.disabled or account.email_verified or account.id != mail.user_id:
                return None
            purpose = Purpose.VERIFY_EMAIL
            return mail, await one_time_tokens.create_token(session, account.id, purpose, now, email=account.email)
        case MailKind.CHANGE_EMAIL:
            return await _prepare_change(session, mail, now)
        case MailKind.EMAIL_IN_USE:
            return None if await users.find_by_email(session, mail.recipient) is None else (mail, None)
    return mail, None


async def _prepare_change(
    session: AsyncSession, mail: OutgoingMail, now: datetime
) -> tuple[OutgoingMail, str | None] | None:
    """Return the mail to a new address, or another one to the owner of a taken address."""
    assert mail.user_id is not None  # noqa: S101  (such a mail is queued with a user)
    requested_by = UUID(mail.details.get("session_id", NO_SESSION))
    if not await is_session_active(session, Identity(mail.user_id, requested_by), now):
        return None
    owner = await users.find_by_email(session, mail.recipient)
    if owner is not None:
        in_use = {"kind": MailKind.EMAIL_IN_USE.value, "recipient": owner.email}
        return OutgoingMail(**mail.model_dump() | in_use), None
    purpose = Purpose.CHANGE_EMAIL
    return mail, await one_time_tokens.create_token(
        session, mail.user_id, purpose, now, email=mail.recipient, **mail.details
    )
