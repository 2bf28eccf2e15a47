"""The security log: sign-ins, failures and changes of credentials, with their origin. Kept for 90 days."""

from enum import StrEnum
from typing import Any
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth.device import Device
from exercise_buddy.auth.tables import SecurityEvent, StrangerEvent

log = structlog.get_logger()


class Event(StrEnum):
    """The kinds of events."""

    REGISTERED = "registered"
    REGISTRATION_REFUSED = "registration_refused"
    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGNED_OUT = "signed_out"
    SESSIONS_ENDED = "sessions_ended"
    REFRESH_TOKEN_REUSED = "refresh_token_reused"  # noqa: S105  (an event)
    STEP_UP_FAILED = "step_up_failed"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105
    PASSWORD_RESET_REQUESTED = "password_reset_requested"  # noqa: S105
    PASSWORD_RESET = "password_reset"  # noqa: S105
    EMAIL_VERIFIED = "email_verified"
    EMAIL_CHANGE_REQUESTED = "email_change_requested"
    EMAIL_CHANGED = "email_changed"
    IDENTITY_LINKED = "identity_linked"
    IDENTITY_UNLINKED = "identity_unlinked"
    ACCOUNT_TAKEN_OVER = "account_taken_over"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    ACCOUNT_DELETION_REQUESTED = "account_deletion_requested"
    ACCOUNT_DELETION_CANCELLED = "account_deletion_cancelled"


def record_event(
    session: AsyncSession,
    event: Event,
    device: Device,
    *,
    user_id: UUID | None,
    session_id: UUID | None = None,
    **details: Any,  # noqa: ANN401  (any JSON value; never a secret)
) -> None:
    """Record an event in the user's security log, or in that of strangers, and in the log of the service.

    A problem that the request raises later rolls the former back, unless its class has `keeps_writes`.
    """
    values: dict[str, Any] = {
        "kind": event.value,
        "address": device.address or None,
        "user_agent": device.user_agent,
        "details": details,
    }
    if user_id is None:
        session.add(StrangerEvent(**values))
    else:
        session.add(SecurityEvent(user_id=user_id, session_id=session_id, **values))
    log.info(
        event.value,
        user_id=str(user_id) if user_id else None,
        session_id=str(session_id) if session_id else None,
        address=device.address,
        **details,
    )
