"""The endpoints of provider sign-ins and of linked identities."""

from datetime import UTC, datetime
from typing import Annotated, Any

import structlog
from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import FromClause, Select, Uuid, bindparam, select

from exercise_buddy.auth import errors, throttling
from exercise_buddy.auth.cookies import delete_cookie, read_cookie, set_cookie
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.known_devices import DeviceCookieDep, set_device_cookie
from exercise_buddy.auth.oauth import accounts, authorization_requests, handlers
from exercise_buddy.auth.oauth.http import ProviderError
from exercise_buddy.auth.oauth.registry import ProviderDep, Providers
from exercise_buddy.auth.oauth.schemas import (
    AuthorizationUrl,
    CodeChallenge,
    CodeExchange,
    IdentityPage,
    LinkRequest,
    NextPath,
    PreferredLocale,
    PreferredTimeZone,
    ProviderEntry,
    ProviderList,
    ProviderName,
)
from exercise_buddy.auth.schemas import TokenResponse
from exercise_buddy.auth.sessions.service import end_replaced_session
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.step_up import Action, StepUpDep, StepUpInput
from exercise_buddy.auth.tables import Delivery, ProviderIdentity
from exercise_buddy.auth.token_response import AllowedOrigin, RefreshCookie, SettingsDep, build_token_response
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.pagination import Cursor, Limit, PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.http.routing import MAX_SMALL_BODY_BYTES, Router, any_query
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import Unauthenticated, Unavailable, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.core.security.keys import KeysDep
from exercise_buddy.users import public as users

router = Router(prefix="/auth", tag="auth", max_body_size=MAX_SMALL_BODY_BYTES)
log = structlog.get_logger()

_identity = core_table(ProviderIdentity)


def _identity_columns(identity: FromClause) -> Select[Any]:
    return select(
        identity.c.provider, identity.c.email, identity.c.name, identity.c.created_at, identity.c.last_used_at
    )


identities = PagedList(
    {"provider": str},
    select(_identity).where(_identity.c.user_id == bindparam("user_id", type_=Uuid)),
    _identity_columns,
)


def _set_cookie(response: Response, settings: AuthSettings, redirect: handlers.AuthorizationRedirect) -> None:
    lifetime = authorization_requests.LIFETIME.total_seconds()
    set_cookie(response, settings, redirect.cookie_name, redirect.cookie_value, lifetime, of_redirect=True)


@router.get("/providers")
async def list_providers(providers: Providers) -> ProviderList:
    """List the sign-in providers.

    `login_url` starts a sign-in: send the browser there.
    """
    return ProviderList(
        items=[ProviderEntry(name=name, login_url=provider.login_url) for name, provider in providers.items()]
    )


@router.get(
    "/providers/{provider}/login",
    status_code=302,
    response_class=RedirectResponse,
    responses=documented(errors.ProviderNotFound),
)
async def provider_login(
    provider: ProviderDep,
    session: SessionDep,
    settings: SettingsDep,
    code_challenge: Annotated[
        CodeChallenge,
        Query(
            description="S256 of the verifier that the exchange will send (RFC 7636).",
            examples=["E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"],
        ),
    ],
    next_path: Annotated[
        NextPath | None, Query(alias="next", description="The path of the web client to return to.")
    ] = None,
    time_zone: Annotated[
        PreferredTimeZone,
        Query(
            description="The time zone of an account that the sign-in creates: an IANA name. UTC without a known one."
        ),
    ] = None,
    locale: Annotated[
        PreferredLocale,
        Query(description="The locale of an account that the sign-in creates: a language tag. en without a known one."),
    ] = None,
) -> Response:
    """Start a sign-in with a provider.

    Redirects the browser to the provider. It returns to `/auth/callback` of the web client. Send the time zone of the
    browser: the days of a new account begin and end there. An account that exists keeps its own.
    """
    try:
        redirect = await handlers.start_authorization(
            session,
            provider,
            datetime.now(UTC),
            challenge=code_challenge,
            next_path=next_path,
            preferences=accounts.Preferences(time_zone, locale),
        )
    except ProviderError as error:
        log.warning("provider_failed", provider=provider.name, reason=str(error))
        return RedirectResponse(handlers.front_end_url(settings, error="provider_error", next=next_path), 302)
    response = RedirectResponse(redirect.url, 302)
    _set_cookie(response, settings, redirect)
    return response


@router.get(
    "/providers/{provider}/callback",
    status_code=302,
    response_class=RedirectResponse,
    responses=documented(errors.ProviderNotFound),
)
@any_query
async def provider_callback(
    request: Request,
    provider: ProviderDep,
    database: DatabaseDep,
    session: SessionDep,
    settings: SettingsDep,
    device: DeviceDep,
    state: Annotated[str, Query(description="The state of the sign-in, which the provider returns.")] = "",
    code: Annotated[str | None, Query(description="The authorization code of the provider.")] = None,
    error: Annotated[str | None, Query(description="Why the provider refuses, instead of a code.")] = None,
    iss: Annotated[str | None, Query(description="The issuer that the provider says it is (RFC 9207).")] = None,
) -> Response:
    """Handle the callback of a provider.

    Redirects the browser to the web client with a `code` to exchange, or with an `error`.
    """
    # Invalid parameters are not a 422: a person sits at this browser, and only the web client can explain the error.
    now = datetime.now(UTC)
    name = authorization_requests.cookie_name(state)
    browser = read_cookie(request, name, of_redirect=True)
    attempt = await handlers.consume_attempt(database, provider, state, browser, device, now)
    if attempt is None:
        # The cookie stays: it may be of an attempt at another provider, whose callback is still to come.
        return RedirectResponse(handlers.front_end_url(settings, error="invalid_state"), 302)
    callback = handlers.Callback(state, code, error, iss)
    url = await handlers.complete_attempt(session, settings, provider, attempt, callback, device, now)
    response = RedirectResponse(url, 302)
    delete_cookie(response, settings, name, of_redirect=True)
    return response


@router.post("/exchange", dependencies=[AllowedOrigin], responses=documented(errors.InvalidCode, errors.ForeignOrigin))
async def exchange_code(
    request: Request,
    response: Response,
    exchange: CodeExchange,
    session: SessionDep,
    settings: SettingsDep,
    keys: KeysDep,
    limits: RateLimitsDep,
    device: DeviceDep,
    device_cookie: DeviceCookieDep,
    cookie: RefreshCookie = None,
) -> TokenResponse:
    """Exchange the code of a provider sign-in for tokens.

    The code works once, for 60 s: forget the verifier, because a second exchange ends the session. A browser gets the
    refresh token as a cookie, and the session of the cookie that it had ends.
    """
    now = datetime.now(UTC)
    grant = await handlers.exchange_code(session, settings, exchange, device, now)
    await limits.require(request, (throttling.SIGN_INS_OF_ACCOUNT, str(grant.user_id)))
    if grant.delivery is Delivery.COOKIE:
        set_device_cookie(response, settings, device_cookie, grant.user_id, now)
        await end_replaced_session(session, settings, cookie, device, now)
    return build_token_response(response, settings, keys, grant, now)


@router.get("/identities", response_model=IdentityPage, responses=documented(Unauthenticated))
async def list_identities(
    user: CurrentUser, database: DatabaseDep, limit: Limit = 20, cursor: Cursor = None
) -> Response:
    """List your identities at providers.

    You can sign in with each of them.
    """
    content = await identities.fetch(database, user.user_id, limit=limit, cursor=cursor)
    return Response(content, media_type="application/json")


@router.post(
    "/identities/{provider}",
    dependencies=[AllowedOrigin],
    responses=documented(
        Unauthenticated, errors.StepUpRequired, errors.WrongPassword, errors.ProviderNotFound, errors.ForeignOrigin
    ),
)
async def link_identity(
    response: Response,
    user: CurrentUser,
    provider: ProviderDep,
    step_up: StepUpDep,
    session: SessionDep,
    settings: SettingsDep,
    body: LinkRequest | None = None,
) -> AuthorizationUrl:
    """Start to link an identity to your account.

    Send the browser that has the cookie of this response to the URL.
    """
    await step_up.require(Action.LINK_IDENTITY, body)
    try:
        redirect = await handlers.start_authorization(
            session,
            provider,
            datetime.now(UTC),
            challenge="",
            next_path=body.next if body else None,
            preferences=accounts.Preferences(),
            user=user,
        )
    except ProviderError as error:
        log.warning("provider_failed", provider=provider.name, reason=str(error))
        raise Unavailable("The provider does not answer.", retry_after=5) from None
    _set_cookie(response, settings, redirect)
    return AuthorizationUrl(url=redirect.url)


@router.delete(
    "/identities/{provider}",
    status_code=204,
    responses=documented(
        Unauthenticated,
        errors.StepUpRequired,
        errors.WrongPassword,
        users.AccountGone,
        errors.IdentityNotFound,
        errors.LastSignInMethod,
    ),
)
async def unlink_identity(
    user: CurrentUser,
    step_up: StepUpDep,
    session: SessionDep,
    device: DeviceDep,
    provider: ProviderName,
    body: StepUpInput | None = None,
) -> None:
    """Unlink an identity from your account.

    A mail tells you. The last way to sign in cannot be unlinked.
    """
    await step_up.require(Action.UNLINK_IDENTITY, body)
    await accounts.unlink_identity(session, user, provider, device)
