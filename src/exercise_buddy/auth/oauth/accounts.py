"""Whose account somebody gets who comes from a provider, and how identities are linked and unlinked.

An identity is known by (provider, subject). An address leads to an account only if the provider says that it is
verified, and the account has it verified too. If the account has not, its address was claimed by somebody who never
proved it, and the newcomer has: everything by which the former could come back is removed first.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time
from exercise_buddy.auth.credentials import password_hash_of
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import IdentityNotFound, LastWayToSignIn
from exercise_buddy.auth.events.log import Event, note
from exercise_buddy.auth.handlers import DEFAULT_TIME_ZONE
from exercise_buddy.auth.mail.queue import MailKind, queue_mail
from exercise_buddy.auth.oauth.providers import Person
from exercise_buddy.auth.sessions.service import end_sessions, is_living
from exercise_buddy.auth.tables import PasswordCredential, ProviderIdentity
from exercise_buddy.core.problems import Conflict
from exercise_buddy.core.security.identity import Identity
from exercise_buddy.users import public as users

_TRIES = 5


class RefusedError(Exception):
    """The sign-in cannot go on. The text is the `error` that the web client gets."""


class _TryAgainError(Exception):
    """Somebody else has created the same account, or linked the same identity, in this moment."""


async def account_for(
    session: AsyncSession, provider: str, person: Person, device: Device, now: datetime
) -> users.Account:
    """Give the account of somebody who comes from a provider, one that is created if need be.

    Raises:
        RefusedError: `account_disabled`, `email_unverified`, or `identity_conflict` (the account with that address has
            another identity of this provider: sign in first, then link).

    """
    for _ in range(_TRIES):
        try:
            async with session.begin_nested():
                return await _account_for(session, provider, person, device, now)
        except _TryAgainError:
            continue
    raise Conflict


async def _account_for(
    session: AsyncSession, provider: str, person: Person, device: Device, now: datetime
) -> users.Account:
    identity = await _identity(session, provider, person.subject)
    if identity is not None:
        return await _account_of(session, identity.user_id, provider, person, now)
    email = users.email_of(person.email) if person.email is not None and person.email_verified else None
    if email is None:
        raise RefusedError("email_unverified")
    found = await users.find_by_email(session, email)
    if found is None:
        return await _new_account(session, provider, person, email, device, now)
    account = await _locked(session, found.id)
    if account.email.lower() != email.lower():
        raise _TryAgainError
    if account.disabled:
        raise RefusedError("account_disabled")
    if not account.email_verified:
        await _remove_all_ways_in(session, account, device, now)
        await users.verify_email(session, account.id, email)
    elif await _has_provider(session, account.id, provider):
        raise RefusedError("identity_conflict")
    await _add_identity(session, account.id, provider, person, device, now)
    if account.email_verified:
        queue_mail(session, MailKind.IDENTITY_LINKED, account.email, account.id, provider=provider.capitalize())
    return await users.account_of(session, account.id)


async def _account_of(
    session: AsyncSession, user_id: UUID, provider: str, person: Person, now: datetime
) -> users.Account:
    account = await _locked(session, user_id)
    # Until the account was ours alone, the identity may have been unlinked, or linked elsewhere.
    identity = await _identity(session, provider, person.subject)
    if identity is None or identity.user_id != user_id:
        raise _TryAgainError
    if account.disabled:
        raise RefusedError("account_disabled")
    identity.last_used_at, identity.email, identity.name = now, person.email, person.name
    session.add(identity)
    await session.flush()
    return account


async def _locked(session: AsyncSession, user_id: UUID) -> users.Account:
    try:
        return await users.locked_account(session, user_id)
    except users.AccountGone:
        raise _TryAgainError from None


async def _new_account(
    session: AsyncSession, provider: str, person: Person, email: str, device: Device, now: datetime
) -> users.Account:
    try:
        user_id = await users.create_user(
            session,
            email=email,
            username=await users.free_username(session, person.username or email.partition("@")[0]),
            display_name=users.display_name_of(person.name),
            time_zone=DEFAULT_TIME_ZONE,
            avatar_url=users.web_address_of(person.avatar_url),
            email_verified=True,
        )
    except (users.EmailTaken, users.UsernameTaken):
        raise _TryAgainError from None
    note(session, Event.REGISTERED, device, user_id=user_id, method=provider)
    await _add_identity(session, user_id, provider, person, device, now)
    return await users.account_of(session, user_id)


async def _remove_all_ways_in(session: AsyncSession, account: users.Account, device: Device, now: datetime) -> None:
    await session.exec(delete(PasswordCredential).where(col(PasswordCredential.user_id) == account.id))
    await session.exec(delete(ProviderIdentity).where(col(ProviderIdentity.user_id) == account.id))
    await one_time.end_tokens(session, account.id)
    ended = await end_sessions(session, account.id, now)
    note(session, Event.ACCOUNT_TAKEN_OVER, device, user_id=account.id, sessions=len(ended))


async def link(
    session: AsyncSession,
    user: Identity,
    provider: str,
    person: Person,
    device: Device,
    now: datetime,
) -> None:
    """Link somebody's identity to the account of the user who wanted that.

    Raises:
        RefusedError: `identity_taken` (by another account), `identity_conflict` (the user has another one of this
            provider), `account_disabled`, or `invalid_state` (the user's session, or the account, is gone meanwhile).

    """
    user_id, session_id = user.user_id, user.session_id
    try:
        account = await users.locked_account(session, user_id)
    except users.AccountGone:
        raise RefusedError("invalid_state") from None
    # Asked while nobody else can change the account: who takes it over, or ends its sessions, comes before or after.
    if not await is_living(session, user, now):
        raise RefusedError("invalid_state")
    if account.disabled:
        raise RefusedError("account_disabled")
    identity = await _identity(session, provider, person.subject)
    if identity is not None:
        if identity.user_id != user_id:
            raise RefusedError("identity_taken")
        return
    if await _has_provider(session, user_id, provider):
        raise RefusedError("identity_conflict")
    try:
        async with session.begin_nested():
            await _add_identity(session, user_id, provider, person, device, now, session_id=session_id)
    except _TryAgainError:
        raise RefusedError("identity_taken") from None
    queue_mail(session, MailKind.IDENTITY_LINKED, account.email, user_id, provider=provider.capitalize())


async def unlink(session: AsyncSession, user_id: UUID, session_id: UUID, provider: str, device: Device) -> None:
    """Remove an identity.

    Raises:
        IdentityNotFound: the user has none of this provider.
        LastWayToSignIn: the user has no password, and no other identity.

    """
    await users.locked_account(session, user_id)
    of_user = col(ProviderIdentity.user_id) == user_id
    linked = (await session.exec(select(ProviderIdentity.provider).where(of_user))).all()
    if provider not in linked:
        raise IdentityNotFound
    if len(linked) == 1 and await password_hash_of(session, user_id) is None:
        raise LastWayToSignIn
    await session.exec(delete(ProviderIdentity).where(of_user, col(ProviderIdentity.provider) == provider))
    note(session, Event.IDENTITY_UNLINKED, device, user_id=user_id, session_id=session_id, provider=provider)


async def _identity(session: AsyncSession, provider: str, subject: str) -> ProviderIdentity | None:
    return (
        await session.exec(
            select(ProviderIdentity)
            .where(col(ProviderIdentity.provider) == provider, col(ProviderIdentity.subject) == subject)
            .execution_options(populate_existing=True)
        )
    ).first()


async def _has_provider(session: AsyncSession, user_id: UUID, provider: str) -> bool:
    found = select(ProviderIdentity.subject).where(
        col(ProviderIdentity.user_id) == user_id, col(ProviderIdentity.provider) == provider
    )
    return (await session.exec(found)).first() is not None


async def _add_identity(
    session: AsyncSession,
    user_id: UUID,
    provider: str,
    person: Person,
    device: Device,
    now: datetime,
    *,
    session_id: UUID | None = None,
) -> None:
    session.add(
        ProviderIdentity(
            user_id=user_id,
            provider=provider,
            subject=person.subject,
            email=person.email,
            name=person.name,
            last_used_at=now,
        )
    )
    note(session, Event.IDENTITY_LINKED, device, user_id=user_id, session_id=session_id, provider=provider)
    try:
        await session.flush()
    except IntegrityError:
        raise _TryAgainError from None
