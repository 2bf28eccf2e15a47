"""The use cases of the e-mail address: verify and change."""

from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time_tokens
from exercise_buddy.auth.active_sessions import NO_SESSION, is_session_active
from exercise_buddy.auth.credentials import delete_identities, get_password_hash
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.email.schemas import EmailChange
from exercise_buddy.auth.errors import InvalidLink, LastSignInMethod
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.sessions.service import revoke_sessions
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.step_up import lock_account
from exercise_buddy.auth.tables import Purpose
from exercise_buddy.core.security.identity import Identity
from exercise_buddy.users import public as users


async def request_verification(session: AsyncSession, account: users.Account) -> None:
    """Queue another verification mail, whose link replaces older ones. Does nothing if the address is verified."""
    if not account.email_verified:
        queue_mail(session, MailKind.VERIFY_EMAIL, account.email, account.id)


async def verify_email(session: AsyncSession, token: str, device: Device, now: datetime) -> None:
    """Verify the address of an account, or complete the change to a new one, with the token of a mail.

    Raises:
        InvalidLink: the token is consumed, expired or unknown, the account has another address by now, or the session
            that requested the change has ended.
        EmailTaken: another account has got the new address meanwhile.

    """
    found = await one_time_tokens.find_token(session, token, now, Purpose.VERIFY_EMAIL, Purpose.CHANGE_EMAIL)
    if found is None or found.email is None:
        raise InvalidLink(reason="unknown")
    # What follows changes the profile, which is data of the user.
    await users.lock_user(session, found.user_id)
    account = await users.lock_account(session, found.user_id)
    purpose, email, options = found.purpose, found.email, found.details
    if account.disabled or not await one_time_tokens.consume_token(session, found):
        raise InvalidLink(reason="used_or_account_disabled", aimed_at=account.id)
    if purpose is Purpose.VERIFY_EMAIL:
        if not await users.verify_email(session, account.id, email):
            raise InvalidLink(reason="other_address", aimed_at=account.id)
        record_event(session, Event.EMAIL_VERIFIED, device, user_id=account.id)
        return
    # Who revokes a session that is not theirs must also revoke what it has requested: the change would give the account
    # to the owner of the new address.
    requested_by = UUID(options.get("session_id", NO_SESSION))
    if not await is_session_active(session, Identity(account.id, requested_by), now):
        raise InvalidLink(reason="session_ended", aimed_at=account.id)
    await users.change_email(session, account.id, email)
    await one_time_tokens.revoke_tokens(session, account.id)
    revoked = []
    if options.get("end_other_sessions", True):
        revoked = await revoke_sessions(session, account.id, now, except_id=requested_by)
    unlinked = []
    if options.get("unlink_identities"):
        unlinked = await delete_identities(session, account.id, device)
    record_event(session, Event.EMAIL_CHANGED, device, user_id=account.id, sessions=len(revoked))
    queue_mail(session, MailKind.EMAIL_CHANGED, account.email, account.id, sessions=len(revoked), unlinked=unlinked)


async def request_change(
    session: AsyncSession,
    settings: AuthSettings,
    user: Identity,
    change: EmailChange,
    device: Device,
) -> None:
    """Queue a mail to a new address. The account gets the address when its link is opened while the session is active.

    Raises:
        Unauthenticated: the session has ended meanwhile.
        EmailTaken: another account has the address, and the settings allow to reveal that.
        LastSignInMethod: the user wants to unlink the identities and has no password.

    """
    account = await lock_account(session, user)
    if users.email_key(change.email) == users.email_key(account.email):
        # At most the spelling changes: all that may be missing is the verification.
        await request_verification(session, account)
        return
    if settings.reveals_taken_email and await users.find_by_email(session, change.email) is not None:
        raise users.EmailTaken
    record_event(session, Event.EMAIL_CHANGE_REQUESTED, device, user_id=account.id, session_id=user.session_id)
    if change.unlink_identities and await get_password_hash(session, account.id) is None:
        raise LastSignInMethod
    queue_mail(
        session,
        MailKind.CHANGE_EMAIL,
        change.email,
        account.id,
        session_id=str(user.session_id),
        end_other_sessions=change.end_other_sessions,
        unlink_identities=change.unlink_identities,
    )
