"""Reauthentication: the password, or a sign-in of the last ten minutes, before a sensitive change."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import passwords
from exercise_buddy.auth.credentials import get_password_hash
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import ReauthenticationRequired, WrongPassword
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.sessions.service import has_recent_sign_in
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.core.security.identity import Identity


async def require_reauthentication(
    database: Database,
    session: AsyncSession,
    settings: AuthSettings,
    user: Identity,
    password: str | None,
    device: Device,
    now: datetime,
    *,
    failure: Event,
    password_only: bool = False,
) -> str | None:
    """Check the password, or, without one, that the sign-in is recent. Return the password hash of the user, if any.

    Args:
        database: where the hash is read. No connection is held while the password is hashed.
        session: the transaction of the request. It must not have read or written anything.
        settings: the parameters of the hash.
        user: the signed-in user.
        password: what the client sent.
        device: the origin of the request.
        now: the present time, aware.
        failure: the event to record if the password is wrong.
        password_only: whether a recent sign-in is not enough for a user with a password.

    Raises:
        InvalidInput: the password is required and missing.
        WrongPassword: the password is wrong.
        ReauthenticationRequired: there is no password, and the sign-in is not recent.

    """
    async with database.sessions() as reading:
        stored = await get_password_hash(reading, user.user_id)
        if password is None and stored is not None and password_only:
            message = "Send the current password"
            raise InvalidInput(errors=[FieldError("/current_password", "missing", message)])
        if password is None or stored is None:
            if not await has_recent_sign_in(reading, user, now):
                raise ReauthenticationRequired
            return stored
    matches, _ = await passwords.verify_password(settings, password, stored)
    if not matches:
        record_event(session, failure, device, user_id=user.user_id, session_id=user.session_id)
        raise WrongPassword
    return stored
