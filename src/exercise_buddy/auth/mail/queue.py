"""The queue of mails: a mail is queued in the transaction of its cause and sent after the commit."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.tables import OutgoingMail
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.ops.observations import Observed, build_gauge

GIVEN_UP = datetime.max.replace(tzinfo=UTC)
"""The next attempt of a mail that has none. The driver stores it as infinity."""


class MailKind(StrEnum):
    """The kinds of mails. The first group has a link; its recipient is looked up when the mail is sent."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  (a kind of mail)
    CHANGE_EMAIL = "change_email"
    # ---
    EMAIL_IN_USE = "email_in_use"
    EMAIL_CHANGED = "email_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    NEW_DEVICE = "new_device"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    ACCOUNT_DELETION_REQUESTED = "account_deletion_requested"
    ACCOUNT_DELETION_CANCELLED = "account_deletion_cancelled"
    ACCOUNT_DELETED = "account_deleted"


def queue_mail(
    session: AsyncSession,
    kind: MailKind,
    recipient: str,
    user_id: UUID | None = None,
    **details: Any,  # noqa: ANN401  (any JSON value; never a secret)
) -> None:
    """Queue a mail.

    Args:
        session: the transaction. The mail is sent after its commit.
        kind: the kind of the mail.
        recipient: the address.
        user_id: the user; the mail is deleted with the account. None if the time of the response must not reveal
            whether the address has an account: then the sender looks the account up.
        details: the values of the text.

    """
    session.add(OutgoingMail(user_id=user_id, kind=kind.value, recipient=recipient, details=details))


async def measure_queue(database: Database) -> Observed:
    """Return how many mails wait, and for how many seconds the oldest of them."""
    age = func.extract("epoch", func.clock_timestamp() - func.min(col(OutgoingMail.created_at)))
    waits = select(func.count(), age).where(col(OutgoingMail.next_attempt_at) < GIVEN_UP)
    async with database.sessions() as session:
        waiting, seconds = (await session.exec(waits)).one()
    return [
        build_gauge("mails_waiting", "Mails that are not sent yet.", waiting),
        build_gauge("mail_oldest_wait_seconds", "For how long the oldest of them has waited.", float(seconds or 0)),
    ]
