"""The use cases of signing in with a provider. No database connection is held while the provider is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from exercise_buddy.auth import one_time
from exercise_buddy.auth.device import Device
from exercise_buddy.auth.errors import InvalidCode
from exercise_buddy.auth.oauth import authorization_requests
from exercise_buddy.auth.oauth.accounts import RefusedError, account_for, link
from exercise_buddy.auth.oauth.http import ProviderError
from exercise_buddy.auth.oauth.providers import Attempt, Person, Provider
from exercise_buddy.auth.oauth.schemas import CodeExchange
from exercise_buddy.auth.sessions.service import SignedIn, start_session
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import Delivery, Purpose, SignInAttempt
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.security.identity import Identity
from exercise_buddy.users import public as users

log = structlog.get_logger()

_MAX_CODE = 4096


@dataclass(frozen=True, slots=True)
class Callback:
    """What a provider sends a browser back with."""

    state: str
    code: str | None
    error: str | None
    issuer: str | None


def front_end_url(settings: AuthSettings, **parameters: str | None) -> str:
    """Give the address of the web client's callback page."""
    given = {name: value for name, value in parameters.items() if value is not None}
    return f"{settings.frontend_url}/auth/callback?{urlencode(given)}"


async def send_away(
    database: Database,
    provider: Provider,
    now: datetime,
    *,
    challenge: str,
    next_path: str | None,
    user: Identity | None = None,
) -> tuple[str, authorization_requests.Begun]:
    """Begin a sign-in, or, for a user, the linking of an identity; give the provider's address and the cookie.

    Raises:
        ProviderError: the provider does not say where to go.

    """
    async with database.transaction() as session:
        begun = await authorization_requests.begin(
            session, provider.name, now, challenge=challenge, next_path=next_path, user=user
        )
    return await provider.authorization_url(begun.attempt), begun


async def take_back(
    database: Database,
    settings: AuthSettings,
    provider: Provider,
    callback: Callback,
    cookies: Mapping[str, str],
    device: Device,
    now: datetime,
) -> str:
    """End the part of a sign-in that the provider has a part in, and give the address of the web client to go to.

    It carries a `code` to exchange, or `linked`, or an `error`: `access_denied`, `invalid_state`, `provider_error`,
    `email_unverified`, `account_disabled`, `identity_taken`, `identity_conflict`.
    """
    browser = cookies.get(authorization_requests.cookie_name(callback.state))
    async with database.transaction() as session:
        attempt = await authorization_requests.take(session, provider.name, callback.state, browser, now)
    if attempt is None:
        log.warning("sign_in_refused", provider=provider.name, reason="invalid_state", address=device.address)
        return front_end_url(settings, error="invalid_state")
    try:
        person = await _ask(provider, attempt, callback)
        async with database.transaction() as session:
            outcome = await _finish(session, provider, attempt, person, device, now)
    except RefusedError as refused:
        log.warning("sign_in_refused", provider=provider.name, reason=str(refused), address=device.address)
        return front_end_url(settings, error=str(refused), next=attempt.next_path)
    return front_end_url(settings, **outcome, next=attempt.next_path)


async def _ask(provider: Provider, attempt: SignInAttempt, callback: Callback) -> Person:
    if callback.error is not None:
        raise RefusedError("access_denied" if callback.error == "access_denied" else "provider_error")
    if not callback.code or len(callback.code) > _MAX_CODE:
        raise RefusedError("provider_error")
    sent = Attempt(callback.state, attempt.code_verifier, attempt.nonce)
    try:
        return await provider.person(sent, callback.code, callback.issuer)
    except ProviderError as error:
        log.warning("provider_failed", provider=provider.name, reason=str(error))
        raise RefusedError("provider_error") from None


async def _finish(
    session: AsyncSession, provider: Provider, attempt: SignInAttempt, person: Person, device: Device, now: datetime
) -> dict[str, str]:
    if attempt.user_id is not None and attempt.session_id is not None:
        await link(session, Identity(attempt.user_id, attempt.session_id), provider.name, person, device, now)
        return {"linked": provider.name}
    account = await account_for(session, provider.name, person, device, now)
    code = await one_time.make_token(
        session, account.id, Purpose.EXCHANGE, now, challenge=attempt.challenge, provider=provider.name
    )
    return {"code": code}


async def exchange(
    session: AsyncSession, settings: AuthSettings, given: CodeExchange, device: Device, now: datetime
) -> SignedIn:
    """End a sign-in with the code of the callback: start the session.

    Raises:
        InvalidCode: the code is used up, expired or none, or the verifier is not the one that it began with. A wrong
            verifier uses the code up, and that is kept.

    """
    found = await one_time.find_token(session, given.code, now, Purpose.EXCHANGE)
    if found is None:
        raise InvalidCode
    user_id, challenge, method = found.user_id, found.challenge or "", str(found.details.get("provider"))
    try:
        # The account first, then what hangs on it, as everybody does who locks both.
        account = await users.locked_account(session, user_id)
    except users.AccountGone:
        raise InvalidCode from None
    if not await one_time.use_token(session, found) or not authorization_requests.answers(
        challenge, given.code_verifier
    ):
        raise InvalidCode
    if account.disabled:
        raise InvalidCode
    delivery = Delivery.BODY if given.scope == "offline_access" else Delivery.COOKIE
    return await start_session(session, settings, account, delivery, device, now, method=method)
