"""The endpoints of signing in with a provider, and of the identities that a user has linked."""

from datetime import UTC, datetime
from typing import Annotated, Any

import structlog
from fastapi import Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import FromClause, Select, Uuid, bindparam, select

from exercise_buddy.auth import errors
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.oauth import authorization_requests, handlers
from exercise_buddy.auth.oauth.accounts import unlink
from exercise_buddy.auth.oauth.http import ProviderError
from exercise_buddy.auth.oauth.registry import ProviderDep, Providers
from exercise_buddy.auth.oauth.schemas import (
    CodeChallenge,
    CodeExchange,
    IdentityPage,
    LinkStart,
    LinkTarget,
    NextPath,
    ProviderEntry,
    ProviderList,
)
from exercise_buddy.auth.schemas import Tokens
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import ProviderIdentity
from exercise_buddy.auth.token_response import COOKIE_PATH, OwnPage, SettingsDep, tokens
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.db.pagination import Cursor, Limit, PagedList
from exercise_buddy.core.db.tables import core_table
from exercise_buddy.core.http.routing import Router, any_query
from exercise_buddy.core.problems import Unauthenticated, Unavailable, documented
from exercise_buddy.core.security.identity import CurrentUser
from exercise_buddy.core.security.keys import KeysDep

router = Router(prefix="/auth", tag="auth", no_store=True)
log = structlog.get_logger()

_identity = core_table(ProviderIdentity)


def _shown(identity: FromClause) -> Select[Any]:
    return select(
        identity.c.provider, identity.c.email, identity.c.name, identity.c.created_at, identity.c.last_used_at
    )


identities = PagedList(
    {"provider": str}, select(_identity).where(_identity.c.user_id == bindparam("user_id", type_=Uuid)), _shown
)


def _bind(response: Response, settings: AuthSettings, begun: authorization_requests.Begun) -> None:
    response.set_cookie(
        begun.cookie_name,
        begun.cookie_value,
        max_age=int(authorization_requests.LIFETIME.total_seconds()),
        path=COOKIE_PATH,
        secure=not settings.debug,
        httponly=True,
        # The provider sends the browser back from another site, by a top-level navigation: Lax lets that pass.
        samesite="lax",
    )


@router.get("/providers")
async def list_providers(providers: Providers) -> ProviderList:
    """List the providers that one can sign in with, and where a sign-in with each begins."""
    return ProviderList(
        items=[
            ProviderEntry(name=name, login_url=provider.us.redirect_uri.removesuffix("/callback") + "/login")
            for name, provider in providers.items()
        ]
    )


@router.get(
    "/{provider}/login",
    status_code=302,
    response_class=RedirectResponse,
    responses=documented(errors.ProviderNotFound),
)
async def log_in_with_provider(
    provider: ProviderDep,
    database: DatabaseDep,
    settings: SettingsDep,
    code_challenge: Annotated[
        CodeChallenge, Query(description="S256 of the verifier that the exchange will send (RFC 7636).")
    ],
    next_path: Annotated[
        NextPath | None, Query(alias="next", description="The path of the web client to come back to.")
    ] = None,
) -> Response:
    """Send the browser to a provider to sign in. It comes back to the web client's `/auth/callback`."""
    try:
        url, begun = await handlers.send_away(
            database, provider, datetime.now(UTC), challenge=code_challenge, next_path=next_path
        )
    except ProviderError as error:
        log.warning("provider_failed", provider=provider.name, reason=str(error))
        return RedirectResponse(handlers.front_end_url(settings, error="provider_error", next=next_path), 302)
    response = RedirectResponse(url, 302)
    _bind(response, settings, begun)
    return response


@router.get(
    "/{provider}/callback",
    status_code=302,
    response_class=RedirectResponse,
    responses=documented(errors.ProviderNotFound),
)
@any_query
async def come_back_from_provider(
    request: Request,
    provider: ProviderDep,
    database: DatabaseDep,
    settings: SettingsDep,
    device: DeviceDep,
    state: str = "",
    code: str | None = None,
    error: str | None = None,
    iss: str | None = None,
) -> Response:
    """Take a browser back from a provider, and send it to the web client with a code to exchange, or an error."""
    # Nonsense is no 422 here: somebody sits at this browser, whom only the web client can tell what went wrong.
    callback = handlers.Callback(state, code, error, iss)
    url = await handlers.take_back(database, settings, provider, callback, request.cookies, device, datetime.now(UTC))
    response = RedirectResponse(url, 302)
    if (name := authorization_requests.cookie_name(state)) in request.cookies:
        response.delete_cookie(name, path=COOKIE_PATH, secure=not settings.debug, httponly=True, samesite="lax")
    return response


@router.post("/exchange", dependencies=[OwnPage], responses=documented(errors.InvalidCode, errors.ForeignOrigin))
async def exchange_code(
    response: Response,
    given: CodeExchange,
    session: SessionDep,
    settings: SettingsDep,
    keys: KeysDep,
    device: DeviceDep,
) -> Tokens:
    """End a sign-in with a provider: exchange the code of the callback for tokens. It works once, for 60 s."""
    now = datetime.now(UTC)
    return tokens(response, settings, keys, await handlers.exchange(session, settings, given, device, now), now)


@router.get("/identities", response_model=IdentityPage, responses=documented(Unauthenticated))
async def list_identities(
    user: CurrentUser, database: DatabaseDep, limit: Limit = 20, cursor: Cursor = None
) -> Response:
    """List the identities that you can sign in with."""
    content = await identities.fetch(database, user.user_id, limit=limit, cursor=cursor)
    return Response(content, media_type="application/json")


@router.post(
    "/identities/{provider}",
    dependencies=[OwnPage],
    responses=documented(Unauthenticated, errors.ProviderNotFound, errors.ForeignOrigin),
)
async def start_linking(
    response: Response,
    user: CurrentUser,
    provider: ProviderDep,
    database: DatabaseDep,
    settings: SettingsDep,
    given: LinkStart | None = None,
) -> LinkTarget:
    """Begin to link an identity: send the browser, which has the cookie of this answer, to the address."""
    try:
        url, begun = await handlers.send_away(
            database,
            provider,
            datetime.now(UTC),
            challenge="",
            next_path=given.next if given else None,
            user=user,
        )
    except ProviderError as error:
        log.warning("provider_failed", provider=provider.name, reason=str(error))
        raise Unavailable("The provider does not answer.", retry_after=5) from None
    _bind(response, settings, begun)
    return LinkTarget(url=url)


@router.delete(
    "/identities/{provider}",
    status_code=204,
    responses=documented(Unauthenticated, errors.IdentityNotFound, errors.LastWayToSignIn),
)
async def unlink_identity(user: CurrentUser, session: SessionDep, device: DeviceDep, provider: str) -> None:
    """Unlink an identity. The last way to sign in stays."""
    await unlink(session, user.user_id, user.session_id, provider, device)
