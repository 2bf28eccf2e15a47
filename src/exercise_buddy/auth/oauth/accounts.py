"""Account resolution for provider sign-ins; linking and unlinking of identities.

The key of an identity is (provider, subject). An address identifies an account only if both the provider and the
account have verified it. If the account has not, somebody claimed the address without proof, and the new user has the
proof: all credentials, sessions and links of the former user are removed first (account pre-hijacking).
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time_tokens
from exercise_buddy.auth.active_sessions import is_session_active
from exercise_buddy.auth.credentials import get_password_hash, remove_identities
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import IdentityNotFound, LastSignInMethod
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.handlers import DEFAULT_TIME_ZONE
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.oauth.providers import ProviderProfile
from exercise_buddy.auth.sessions.service import revoke_sessions
from exercise_buddy.auth.step_up import lock_account
from exercise_buddy.auth.tables import PasswordCredential, ProviderIdentity, Purpose
from exercise_buddy.core.problems import Conflict
from exercise_buddy.core.restore_problem import RestoreRunning
from exercise_buddy.core.security.identity import Identity
from exercise_buddy.users import public as users

_MAX_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class Preferences:
    """What the browser of a sign-in prefers, as far as its client tells: only a new account gets it."""

    time_zone: str | None = None
    locale: str | None = None


class SignInRefusedError(Exception):
    """The sign-in is refused. The text is the `error` parameter for the web client."""


class _RetryError(Exception):
    """A concurrent request created the same account or linked the same identity."""


async def find_or_create_account(
    session: AsyncSession,
    provider: str,
    profile: ProviderProfile,
    preferences: Preferences,
    device: Device,
    now: datetime,
) -> users.Account:
    """Return the account of a provider profile; create one with the preferences if none exists.

    Raises:
        SignInRefusedError: `account_disabled`, `email_unverified`, or `identity_conflict` (the account with this
            address has another identity of this provider: sign in first, then link), or `temporarily_unavailable`.

    """
    for _ in range(_MAX_ATTEMPTS):
        try:
            async with session.begin_nested():
                return await _find_or_create_account(session, provider, profile, preferences, device, now)
        except _RetryError:
            continue
    raise Conflict


async def _find_or_create_account(
    session: AsyncSession,
    provider: str,
    profile: ProviderProfile,
    preferences: Preferences,
    device: Device,
    now: datetime,
) -> users.Account:
    identity = await _find_identity(session, provider, profile.subject)
    if identity is not None:
        return await _sign_in_with_identity(session, identity.user_id, provider, profile, now)
    email = users.parse_email(profile.email) if profile.email is not None and profile.email_verified else None
    if email is None:
        raise SignInRefusedError("email_unverified")
    found = await users.find_by_email(session, email)
    if found is None:
        return await _create_account(session, provider, profile, preferences, email, device, now)
    account = await _lock_account(session, found.id, changes_profile=True)
    if users.email_key(account.email) != users.email_key(email):
        raise _RetryError
    if account.disabled:
        raise SignInRefusedError("account_disabled")
    if not account.email_verified:
        await _remove_all_credentials(session, account, device, now)
        await users.verify_email(session, account.id, email)
    elif await has_identity(session, account.id, provider):
        raise SignInRefusedError("identity_conflict")
    await _add_identity(session, account.id, provider, profile, device, now)
    if account.email_verified:
        queue_mail(session, MailKind.IDENTITY_LINKED, account.email, account.id, provider=provider.capitalize())
    return await users.get_account(session, account.id)


async def _sign_in_with_identity(
    session: AsyncSession, user_id: UUID, provider: str, profile: ProviderProfile, now: datetime
) -> users.Account:
    account = await _lock_account(session, user_id)
    # Before the account was locked, the identity may have been unlinked, or linked elsewhere.
    identity = await _find_identity(session, provider, profile.subject)
    if identity is None or identity.user_id != user_id:
        raise _RetryError
    if account.disabled:
        raise SignInRefusedError("account_disabled")
    identity.last_used_at, identity.email, identity.name = now, profile.email, profile.name
    session.add(identity)
    await session.flush()
    return account


async def _lock_account(session: AsyncSession, user_id: UUID, *, changes_profile: bool = False) -> users.Account:
    try:
        if changes_profile:
            await users.lock_user(session, user_id)
        return await users.lock_account(session, user_id)
    except users.AccountGone:
        raise _RetryError from None
    except RestoreRunning:
        raise SignInRefusedError("temporarily_unavailable") from None


async def _create_account(
    session: AsyncSession,
    provider: str,
    profile: ProviderProfile,
    preferences: Preferences,
    email: str,
    device: Device,
    now: datetime,
) -> users.Account:
    try:
        user_id = await users.create_user(
            session,
            email=email,
            username=await users.find_free_username(session, profile.username or email.partition("@")[0]),
            display_name=users.parse_display_name(profile.name),
            time_zone=preferences.time_zone or DEFAULT_TIME_ZONE,
            locale=preferences.locale,
            avatar_url=users.parse_web_address(profile.avatar_url),
            email_verified=True,
        )
    except (users.EmailTaken, users.UsernameTaken):
        raise _RetryError from None
    record_event(session, Event.REGISTERED, device, user_id=user_id, method=provider)
    await _add_identity(session, user_id, provider, profile, device, now)
    return await users.get_account(session, user_id)


async def _remove_all_credentials(session: AsyncSession, account: users.Account, device: Device, now: datetime) -> None:
    await session.exec(delete(PasswordCredential).where(col(PasswordCredential.user_id) == account.id))
    await remove_identities(session, account.id)
    await one_time_tokens.revoke_tokens(session, account.id)
    revoked = await revoke_sessions(session, account.id, now)
    record_event(session, Event.ACCOUNT_TAKEN_OVER, device, user_id=account.id, sessions=len(revoked))


async def link_identity(
    session: AsyncSession,
    user: Identity,
    provider: str,
    profile: ProviderProfile,
    device: Device,
    now: datetime,
) -> None:
    """Link an identity to the account of the user who started it.

    Raises:
        SignInRefusedError: `identity_taken` (by another account), `identity_conflict` (the user has another identity of
            this provider), `account_disabled`, or `invalid_state` (the session or the account does not exist any more).

    """
    user_id, session_id = user.user_id, user.session_id
    try:
        account = await users.lock_account(session, user_id)
    except users.AccountGone:
        raise SignInRefusedError("invalid_state") from None
    # Checked under the lock of the account: a takeover or a revocation happens before or after, not in between.
    if not await is_session_active(session, user, now):
        raise SignInRefusedError("invalid_state")
    if account.disabled:
        raise SignInRefusedError("account_disabled")
    identity = await _find_identity(session, provider, profile.subject)
    if identity is not None:
        if identity.user_id != user_id:
            raise SignInRefusedError("identity_taken")
        return
    if await has_identity(session, user_id, provider):
        raise SignInRefusedError("identity_conflict")
    try:
        async with session.begin_nested():
            await _add_identity(session, user_id, provider, profile, device, now, session_id=session_id)
    except _RetryError:
        raise SignInRefusedError("identity_taken") from None
    queue_mail(session, MailKind.IDENTITY_LINKED, account.email, user_id, provider=provider.capitalize())


async def unlink_identity(session: AsyncSession, user: Identity, provider: str, device: Device) -> None:
    """Delete an identity. Provider sign-ins that wait for their exchange end.

    Raises:
        Unauthenticated: the session of the user has ended.
        IdentityNotFound: the user has no identity of this provider.
        LastSignInMethod: the user has neither a password nor another identity.

    """
    account = await lock_account(session, user)
    user_id = user.user_id
    of_user = col(ProviderIdentity.user_id) == user_id
    linked = (await session.exec(select(ProviderIdentity.provider).where(of_user))).all()
    if provider not in linked:
        raise IdentityNotFound
    if len(linked) == 1 and await get_password_hash(session, user_id) is None:
        raise LastSignInMethod
    await remove_identities(session, user_id, provider)
    await one_time_tokens.revoke_tokens(session, user_id, Purpose.EXCHANGE)
    record_event(
        session, Event.IDENTITY_UNLINKED, device, user_id=user_id, session_id=user.session_id, provider=provider
    )
    queue_mail(session, MailKind.IDENTITY_UNLINKED, account.email, user_id, provider=provider.capitalize())


async def _find_identity(session: AsyncSession, provider: str, subject: str) -> ProviderIdentity | None:
    user_id = await users.find_user_id(session, provider, subject)
    found = select(ProviderIdentity).where(
        col(ProviderIdentity.user_id) == user_id,
        col(ProviderIdentity.provider) == provider,
        col(ProviderIdentity.subject) == subject,
    )
    return (await session.exec(found.execution_options(populate_existing=True))).first()


async def has_identity(session: AsyncSession, user_id: UUID, provider: str) -> bool:
    """Return whether a user has an identity of a provider."""
    found = select(ProviderIdentity.subject).where(
        col(ProviderIdentity.user_id) == user_id, col(ProviderIdentity.provider) == provider
    )
    return (await session.exec(found)).first() is not None


async def _add_identity(
    session: AsyncSession,
    user_id: UUID,
    provider: str,
    profile: ProviderProfile,
    device: Device,
    now: datetime,
    *,
    session_id: UUID | None = None,
) -> None:
    if not await users.claim_identifier(session, provider, profile.subject, user_id):
        raise _RetryError
    session.add(
        ProviderIdentity(
            user_id=user_id,
            provider=provider,
            subject=profile.subject,
            email=profile.email,
            name=profile.name,
            last_used_at=now,
        )
    )
    record_event(session, Event.IDENTITY_LINKED, device, user_id=user_id, session_id=session_id, provider=provider)
    try:
        await session.flush()
    except IntegrityError:
        raise _RetryError from None
