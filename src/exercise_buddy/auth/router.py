"""The endpoints of auth: registration, signing in by password, refreshing, signing out; the others are mounted."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from exercise_buddy.auth import errors, handlers, throttling
from exercise_buddy.auth.account.router import router as account
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.email.router import router as email
from exercise_buddy.auth.events.router import router as events
from exercise_buddy.auth.oauth.router import router as oauth
from exercise_buddy.auth.password.router import router as password
from exercise_buddy.auth.schemas import RefreshInput, Registration, Tokens
from exercise_buddy.auth.sessions.router import router as sessions
from exercise_buddy.auth.sessions.service import end_session, rotate
from exercise_buddy.auth.tables import Delivery
from exercise_buddy.auth.token_response import CookieToken, OwnPage, SettingsDep, forget_cookie, tokens
from exercise_buddy.auth.tokens import RefreshToken
from exercise_buddy.core.db.database import SessionDep
from exercise_buddy.core.http.middleware import client_address
from exercise_buddy.core.http.routing import Router, mount
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import documented
from exercise_buddy.core.security.keys import KeysDep
from exercise_buddy.users import public as users

OFFLINE = "offline_access"

router = Router(prefix="/auth", tag="auth", no_store=True)


@router.post(
    "/register",
    status_code=201,
    response_model=users.Profile,
    responses=documented(users.EmailTaken, users.UsernameTaken),
)
async def register(
    request: Request,
    registration: Registration,
    session: SessionDep,
    settings: SettingsDep,
    limits: RateLimitsDep,
    device: DeviceDep,
) -> Response:
    """Create an account with an e-mail address and a password.

    Where the service sends mail, a taken address is answered like a free one, and its owner gets a mail.
    """
    await limits.require(
        request,
        (throttling.REGISTRATIONS_OF_ADDRESS, client_address(request.scope)),
        (throttling.REGISTRATIONS_OF_EMAIL, throttling.key_of(registration.email)),
    )
    content = await handlers.register(session, settings, registration, device)
    return Response(content, 201, {"Location": "/api/v1/users/me"}, media_type="application/json")


@router.post("/login", dependencies=[OwnPage], responses=documented(errors.InvalidCredentials, errors.ForeignOrigin))
async def log_in(
    request: Request,
    response: Response,
    form: Annotated[OAuth2PasswordRequestForm, Depends()],
    session: SessionDep,
    settings: SettingsDep,
    keys: KeysDep,
    limits: RateLimitsDep,
    device: DeviceDep,
) -> Tokens:
    """Sign in with an e-mail address or user name and a password.

    A browser gets the refresh token as a cookie. A client that asks for the scope `offline_access` gets it in the body.
    """
    now = datetime.now(UTC)
    counted_as = await handlers.counted_as(session, form.username)
    async with throttling.count_failures(request, limits, counted_as):
        signed_in = await handlers.log_in(
            session,
            settings,
            identifier=form.username,
            password=form.password,
            delivery=Delivery.BODY if OFFLINE in form.scopes else Delivery.COOKIE,
            device=device,
            now=now,
        )
    return tokens(response, settings, keys, signed_in, now)


@router.post(
    "/refresh",
    dependencies=[OwnPage],
    responses=documented(errors.InvalidRefreshToken, errors.RefreshTokenReused, errors.ForeignOrigin),
)
async def refresh(
    request: Request,
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
    keys: KeysDep,
    limits: RateLimitsDep,
    device: DeviceDep,
    body: RefreshInput | None = None,
    cookie: CookieToken = None,
) -> Tokens:
    """Exchange the refresh token, from the cookie or the body, for a new one and a new access token."""
    token = _presented(body, cookie)
    if token is None:
        raise errors.InvalidRefreshToken
    await limits.require(request, (throttling.REFRESHES_OF_SESSION, str(token.session_id)))
    now = datetime.now(UTC)
    return tokens(response, settings, keys, await rotate(session, settings, token, device, now), now)


@router.post("/logout", status_code=204, dependencies=[OwnPage], responses=documented(errors.ForeignOrigin))
async def log_out(
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
    device: DeviceDep,
    body: RefreshInput | None = None,
    cookie: CookieToken = None,
) -> None:
    """End the session of the refresh token, from the cookie or the body. Doing it twice is no error."""
    token = _presented(body, cookie)
    if token is not None:
        await end_session(session, settings, token, device, datetime.now(UTC))
    forget_cookie(response, settings)


def _presented(body: RefreshInput | None, cookie: str | None) -> RefreshToken | None:
    text = body.refresh_token if body and body.refresh_token else cookie
    return RefreshToken.parse(text) if text else None


mount(router, sessions, password, email, events, account, oauth)
