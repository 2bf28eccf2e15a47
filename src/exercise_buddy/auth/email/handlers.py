"""The use cases of the e-mail address: confirmed, and changed."""

from datetime import datetime

from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.email.schemas import EmailChange
from exercise_buddy.auth.errors import InvalidLink
from exercise_buddy.auth.events.log import Event, note
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.reauthentication import require_proof
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import Purpose
from exercise_buddy.core.security.identity import Identity
from exercise_buddy.users import public as users


async def ask_for_verification(session: AsyncSession, account: users.Account) -> None:
    """Send the link to confirm the address once more. Older links end. Does nothing if it is confirmed already."""
    if not account.email_verified:
        queue_mail(session, MailKind.VERIFY_EMAIL, account.email, account.id)


async def confirm_email(session: AsyncSession, token: str, device: Device, now: datetime) -> None:
    """Confirm the address of an account, or the one that it is to change to, by the token of a mail.

    Raises:
        InvalidLink: the token is used up, expired or none, or the account has another address by now.
        EmailTaken: another account has taken the new address meanwhile.

    """
    found = await one_time.find_token(session, token, now, Purpose.VERIFY_EMAIL, Purpose.CHANGE_EMAIL)
    if found is None or found.email is None:
        raise InvalidLink
    account = await users.locked_account(session, found.user_id)
    purpose, email = found.purpose, found.email
    if account.disabled or not await one_time.use_token(session, found):
        raise InvalidLink
    if purpose is Purpose.VERIFY_EMAIL:
        if not await users.verify_email(session, account.id, email):
            raise InvalidLink
        note(session, Event.EMAIL_VERIFIED, device, user_id=account.id)
        return
    await users.change_email(session, account.id, email)
    await one_time.end_tokens(session, account.id)
    note(session, Event.EMAIL_CHANGED, device, user_id=account.id)
    queue_mail(session, MailKind.EMAIL_CHANGED, account.email, account.id)


async def ask_for_change(
    session: AsyncSession, settings: AuthSettings, user: Identity, given: EmailChange, device: Device, now: datetime
) -> None:
    """Have a link sent to another address, which becomes that of the account when it is followed.

    Raises:
        WrongPassword: the password is wrong.
        SignInAgain: none was sent, and the sign-in is older than ten minutes.
        EmailTaken: another account has it, and that may be revealed.

    """
    await require_proof(session, settings, user, given.current_password, device, now, failure=Event.EMAIL_CHANGE_FAILED)
    account = await users.account_of(session, user.user_id)
    if given.email.lower() == account.email.lower():
        # Nothing changes but, perhaps, the way it is written; confirming it is all that there is to do.
        await ask_for_verification(session, account)
        return
    if settings.reveals_taken_email and await users.find_by_email(session, given.email) is not None:
        raise users.EmailTaken
    note(session, Event.EMAIL_CHANGE_REQUESTED, device, user_id=account.id, session_id=user.session_id)
    queue_mail(session, MailKind.CHANGE_EMAIL, given.email, account.id)
