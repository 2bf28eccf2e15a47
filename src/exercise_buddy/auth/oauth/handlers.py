"""The use cases of provider sign-ins. No database connection is held during requests to a provider."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time_tokens
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import InvalidCode
from exercise_buddy.auth.events.log import Event, record_event
from exercise_buddy.auth.oauth import authorization_requests
from exercise_buddy.auth.oauth.accounts import (
    Preferences,
    SignInRefusedError,
    find_or_create_account,
    has_identity,
    link_identity,
)
from exercise_buddy.auth.oauth.http import ProviderError
from exercise_buddy.auth.oauth.providers import AuthorizationRequest, Provider, ProviderProfile
from exercise_buddy.auth.oauth.schemas import CodeExchange
from exercise_buddy.auth.sessions.service import SessionGrant, create_session, revoke_sessions
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import Delivery, Purpose, SignInAttempt
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.security.identity import Identity
from exercise_buddy.users import public as users

log = structlog.get_logger()

_MAX_CODE_LENGTH = 4096


@dataclass(frozen=True, slots=True)
class AuthorizationRedirect:
    """The URL of a provider, and the cookie that binds the authorization request to the browser."""

    url: str
    cookie_name: str
    cookie_value: str


@dataclass(frozen=True, slots=True)
class Callback:
    """The parameters with which a provider redirects a browser back."""

    state: str
    code: str | None
    error: str | None
    issuer: str | None


def front_end_url(settings: AuthSettings, **parameters: str | None) -> str:
    """Return the URL of the web client's callback page."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{settings.frontend_origin}/auth/callback?{urlencode(given)}"


async def start_authorization(
    session: AsyncSession,
    provider: Provider,
    now: datetime,
    *,
    challenge: str,
    next_path: str | None,
    preferences: Preferences,
    user: Identity | None = None,
) -> AuthorizationRedirect:
    """Start a sign-in, or, for a user, the linking of an identity.

    Raises:
        ProviderError: the provider does not publish its authorization URL.

    """
    request = AuthorizationRequest.generate()
    # Before the first statement: the session has no connection yet while the provider is asked.
    url = await provider.authorization_url(request)
    cookie = await authorization_requests.store(
        session,
        request,
        provider.name,
        now,
        challenge=challenge,
        next_path=next_path,
        preferences=preferences,
        user=user,
    )
    return AuthorizationRedirect(url, authorization_requests.cookie_name(request.state), cookie)


async def consume_attempt(
    database: Database, provider: Provider, state: str, browser: str | None, device: Device, now: datetime
) -> SignInAttempt | None:
    """Consume the attempt that a callback completes.

    None if it does not exist any more, or another browser or another provider's path started it: that attempt remains.
    """
    # A transaction of its own. It commits before the provider is asked, so that a state works once even if this process
    # dies; and the provider may take ten seconds, in which no transaction may stay open.
    async with database.transaction() as consuming:
        attempt = await authorization_requests.consume(consuming, provider.name, state, browser, now)
    if attempt is None:
        log.warning("sign_in_refused", provider=provider.name, reason="invalid_state", address=device.address)
    return attempt


async def complete_attempt(
    session: AsyncSession,
    settings: AuthSettings,
    provider: Provider,
    attempt: SignInAttempt,
    callback: Callback,
    device: Device,
    now: datetime,
) -> str:
    """Complete a sign-in at the provider and return the URL of the web client to redirect to.

    Its parameter is `code` (to exchange for tokens), `linked` (the name of the provider), or `error`: `access_denied`,
    `invalid_state`, `provider_error`, `email_unverified`, `account_disabled`, `identity_taken`, `identity_conflict`,
    `temporarily_unavailable`.
    """
    try:
        profile = await _fetch_profile(provider, attempt, callback)
        # A refusal rolls back to here, and the request still redirects.
        async with session.begin_nested():
            result = await _sign_in_or_link(session, provider, attempt, profile, device, now)
    except SignInRefusedError as refused:
        log.warning("sign_in_refused", provider=provider.name, reason=str(refused), address=device.address)
        return front_end_url(settings, error=str(refused), next=attempt.next_path)
    return front_end_url(settings, **result, next=attempt.next_path)


async def _fetch_profile(provider: Provider, attempt: SignInAttempt, callback: Callback) -> ProviderProfile:
    if callback.error is not None:
        raise SignInRefusedError("access_denied" if callback.error == "access_denied" else "provider_error")
    if not callback.code or len(callback.code) > _MAX_CODE_LENGTH:
        raise SignInRefusedError("provider_error")
    request = AuthorizationRequest(callback.state, attempt.code_verifier, attempt.nonce)
    try:
        return await provider.fetch_profile(request, callback.code, callback.issuer)
    except ProviderError as error:
        log.warning("provider_failed", provider=provider.name, reason=str(error))
        raise SignInRefusedError("provider_error") from None


async def _sign_in_or_link(
    session: AsyncSession,
    provider: Provider,
    attempt: SignInAttempt,
    profile: ProviderProfile,
    device: Device,
    now: datetime,
) -> dict[str, str]:
    if attempt.user_id is not None and attempt.session_id is not None:
        user = Identity(attempt.user_id, attempt.session_id)
        await link_identity(session, user, provider.name, profile, device, now)
        return {"linked": provider.name}
    preferences = Preferences(attempt.time_zone, attempt.locale)
    account = await find_or_create_account(session, provider.name, profile, preferences, device, now)
    code = await one_time_tokens.create_token(
        session, account.id, Purpose.EXCHANGE, now, challenge=attempt.challenge, provider=provider.name
    )
    return {"code": code}


async def exchange_code(
    session: AsyncSession, settings: AuthSettings, exchange: CodeExchange, device: Device, now: datetime
) -> SessionGrant:
    """Exchange the code of the callback for a session.

    Raises:
        InvalidCode: the code is consumed, expired or unknown, the verifier is wrong, or the identity was unlinked. The
            code stays consumed after a wrong verifier. A second exchange with the right one ends the session of the
            first.

    """
    found = await one_time_tokens.find_token(session, exchange.code, now, Purpose.EXCHANGE)
    if found is None:
        raise InvalidCode(reason="unknown")
    user_id = found.user_id
    try:
        # The account is locked before its rows: every transaction that locks both uses this order.
        account = await users.lock_account(session, user_id)
    except users.AccountGone:
        raise InvalidCode(reason="account_gone", aimed_at=user_id) from None
    found = await one_time_tokens.find_token(session, exchange.code, now, Purpose.EXCHANGE)
    if found is None:
        raise InvalidCode(reason="used", aimed_at=user_id)
    is_valid = authorization_requests.matches_challenge(exchange.code_verifier, found.challenge or "")
    earlier = one_time_tokens.exchanged_for(found)
    if earlier is not None:
        if is_valid:
            # One of the two clients has stolen code and verifier, and nobody knows which (RFC 6749, 4.1.2).
            await _end_session_of_code(session, user_id, earlier, device, now)
        raise InvalidCode(reason="used", aimed_at=user_id)
    method = str(found.details.get("provider"))
    if (refusal := await _find_refusal(session, account, method, is_valid=is_valid)) is not None:
        await one_time_tokens.consume_token(session, found)
        raise InvalidCode(reason=refusal, aimed_at=user_id)
    delivery = Delivery.BODY if exchange.scope == "offline_access" else Delivery.COOKIE
    grant = await create_session(session, settings, account, delivery, device, now, method=method)
    await one_time_tokens.record_exchange(session, found, grant.session_id)
    return grant


async def _find_refusal(session: AsyncSession, account: users.Account, provider: str, *, is_valid: bool) -> str | None:
    """Return why a code that nobody has exchanged yet is refused, or None."""
    if not is_valid:
        return "wrong_verifier"
    if account.disabled:
        return "account_disabled"
    return None if await has_identity(session, account.id, provider) else "identity_unlinked"


async def _end_session_of_code(
    session: AsyncSession, user_id: UUID, session_id: UUID, device: Device, now: datetime
) -> None:
    if await revoke_sessions(session, user_id, now, session_id=session_id):
        record_event(
            session,
            Event.SESSIONS_ENDED,
            device,
            user_id=user_id,
            session_id=session_id,
            sessions=1,
            ended_session_id=str(session_id),
            reason="code_reused",
        )
