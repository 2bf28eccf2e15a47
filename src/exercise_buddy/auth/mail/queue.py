"""Mail that is to be sent: it is queued in the transaction of what it tells of, and sent after the commit."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.tables import OutgoingMail


class MailKind(StrEnum):
    """What a mail is about. Those above the line carry a link; who they go to is looked up when they are sent."""

    VERIFY_EMAIL = "verify_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105  (a kind of mail)
    CHANGE_EMAIL = "change_email"
    # ---
    EMAIL_IN_USE = "email_in_use"
    EMAIL_CHANGED = "email_changed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    NEW_DEVICE = "new_device"
    IDENTITY_LINKED = "identity_linked"
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
        session: the transaction. The mail goes out when it has committed, and not if it rolls back.
        kind: what it is about.
        recipient: the address.
        user_id: whose; the mail dies with the account. None where nobody must be able to tell, from the time that an
            answer takes, whether the address has an account: then the sender looks.
        details: what the text needs.

    """
    session.add(OutgoingMail(user_id=user_id, kind=kind.value, recipient=recipient, details=details))
