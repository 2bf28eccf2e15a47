"""Proof that whoever holds the access token is the user: the password, or a sign-in of the last ten minutes."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import passwords
from exercise_buddy.auth.credentials import password_hash_of
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import SignInAgain, WrongPassword
from exercise_buddy.auth.events.log import Event, note
from exercise_buddy.auth.sessions.service import is_fresh
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.problems import FieldError, InvalidInput
from exercise_buddy.core.security.identity import Identity


async def require_proof(
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
    """Ask for the password, or, if none was sent, for a fresh sign-in. Give the hash of the password if there is one.

    Call it before the transaction writes anything: its connection goes back while the password is hashed.

    Args:
        session: the transaction.
        settings: the parameters of the hash.
        user: who asks.
        password: what was sent.
        device: where from.
        now: the present, aware.
        failure: what to note if the password is wrong.
        password_only: a fresh sign-in is not enough for a user who has a password.

    Raises:
        InvalidInput: only the password will do, and none was sent.
        WrongPassword: the password is wrong.
        SignInAgain: there is no password, and no fresh sign-in either.

    """
    stored = await password_hash_of(session, user.user_id)
    if password is None and stored is not None and password_only:
        message = "Send the current password"
        raise InvalidInput(errors=[FieldError("/current_password", "missing", message)])
    if password is None or stored is None:
        if not await is_fresh(session, user, now):
            raise SignInAgain
        return stored
    await session.rollback()
    matches, _ = await passwords.verify_password(settings, password, stored)
    if not matches:
        note(session, failure, device, user_id=user.user_id, session_id=user.session_id)
        raise WrongPassword
    return stored
