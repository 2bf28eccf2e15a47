"""The endpoints of auth."""

from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Cookie, Depends, Request, Response
from fastapi.security import OAuth2PasswordRequestForm

from exercise_buddy.auth import errors, handlers, sessions
from exercise_buddy.auth.schemas import RefreshInput, Registration, Tokens
from exercise_buddy.auth.sessions import Device, SignedIn
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import Delivery
from exercise_buddy.auth.tokens import RefreshToken, issue_access_token
from exercise_buddy.core.database import SessionDep
from exercise_buddy.core.keys import KeyRing, KeysDep
from exercise_buddy.core.middleware import client_address
from exercise_buddy.core.problems import documented
from exercise_buddy.core.rate_limits import RateLimitsDep
from exercise_buddy.core.routing import Router
from exercise_buddy.users import public as users

COOKIE = "exercise_buddy_refresh"
COOKIE_PATH = "/api/v1/auth"
OFFLINE = "offline_access"

router = Router(prefix="/auth", tag="auth", no_store=True)


async def get_settings(request: Request) -> AuthSettings:
    """Give the settings of the running app."""
    settings: AuthSettings = request.state.settings
    return settings


async def require_own_page(request: Request, settings: Annotated[AuthSettings, Depends(get_settings)]) -> None:
    """Refuse requests that a page of another site makes: browsers send the cookie with them, and obey Set-Cookie.

    Raises:
        ForeignOrigin: the `Origin` is neither ours nor one of `CORS_ORIGINS`.

    """
    origin = request.headers.get("origin")
    if origin is None:
        if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin", "same-site"}:
            raise errors.ForeignOrigin
    elif origin not in settings.cors_origins and urlsplit(origin).netloc != request.headers.get("host"):
        raise errors.ForeignOrigin


SettingsDep = Annotated[AuthSettings, Depends(get_settings)]
OwnPage = Depends(require_own_page)
CookieToken = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]


def _device(request: Request) -> Device:
    agent = request.headers.get("user-agent")
    printable = "".join(character for character in agent if character.isprintable())[:255] if agent else None
    return Device(printable, request.client.host[:45] if request.client else "")


def _tokens(response: Response, settings: AuthSettings, keys: KeyRing, signed_in: SignedIn, now: datetime) -> Tokens:
    in_cookie = signed_in.delivery is Delivery.COOKIE
    if in_cookie:
        response.set_cookie(
            COOKIE,
            str(signed_in.refresh_token),
            max_age=int((signed_in.ends_at - now).total_seconds()),
            path=COOKIE_PATH,
            secure=not settings.debug,
            httponly=True,
            samesite="lax",
        )
    return Tokens(
        access_token=issue_access_token(settings, keys, signed_in.user_id, signed_in.session_id, now),
        token_type="bearer",  # noqa: S106  (the name of the scheme)
        expires_in=settings.access_token_expire_minutes * 60,
        refresh_token=None if in_cookie else str(signed_in.refresh_token),
    )


@router.post(
    "/register",
    status_code=201,
    response_model=users.Profile,
    responses=documented(users.EmailTaken, users.UsernameTaken),
)
async def register(
    request: Request, registration: Registration, session: SessionDep, settings: SettingsDep, limits: RateLimitsDep
) -> Response:
    """Create an account with an e-mail address and a password."""
    await limits.require(
        request,
        (handlers.REGISTRATIONS_OF_ADDRESS, client_address(request.scope)),
        (handlers.REGISTRATIONS_OF_EMAIL, registration.email.lower()),
    )
    user_id = await handlers.register(session, settings, registration)
    content = await users.profile_in(session, user_id)
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
) -> Tokens:
    """Sign in with an e-mail address or user name and a password.

    A browser gets the refresh token as a cookie. A client that asks for the scope `offline_access` gets it in the body.
    """
    now = datetime.now(UTC)
    async with handlers.count_failures(request, limits, form.username, client_address(request.scope)):
        signed_in = await handlers.log_in(
            session,
            settings,
            identifier=form.username,
            password=form.password,
            delivery=Delivery.BODY if OFFLINE in form.scopes else Delivery.COOKIE,
            device=_device(request),
            now=now,
        )
    return _tokens(response, settings, keys, signed_in, now)


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
    body: RefreshInput | None = None,
    cookie: CookieToken = None,
) -> Tokens:
    """Exchange the refresh token, from the cookie or the body, for a new one and a new access token."""
    token = _presented(body, cookie)
    if token is None:
        raise errors.InvalidRefreshToken
    await limits.require(request, (handlers.REFRESHES_OF_SESSION, str(token.session_id)))
    now = datetime.now(UTC)
    return _tokens(response, settings, keys, await sessions.rotate(session, settings, token, now), now)


@router.post("/logout", status_code=204, dependencies=[OwnPage], responses=documented(errors.ForeignOrigin))
async def log_out(
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
    body: RefreshInput | None = None,
    cookie: CookieToken = None,
) -> None:
    """End the session of the refresh token, from the cookie or the body. Doing it twice is no error."""
    token = _presented(body, cookie)
    if token is not None:
        await sessions.end_session(session, settings, token, datetime.now(UTC))
    response.delete_cookie(COOKIE, path=COOKIE_PATH, secure=not settings.debug, httponly=True, samesite="lax")


def _presented(body: RefreshInput | None, cookie: str | None) -> RefreshToken | None:
    text = body.refresh_token if body and body.refresh_token else cookie
    return RefreshToken.parse(text) if text else None
