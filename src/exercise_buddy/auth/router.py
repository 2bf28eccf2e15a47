"""The endpoints of registration, login, refresh and logout. The routers of the sub-packages are mounted."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

from fastapi import Form, Request, Response

from exercise_buddy.auth import errors, handlers, throttling
from exercise_buddy.auth.account.router import router as account
from exercise_buddy.auth.cookies import CROSS_SITE_DETAIL, withholds_cookies
from exercise_buddy.auth.device import DeviceDep
from exercise_buddy.auth.email.router import router as email
from exercise_buddy.auth.events.router import router as events
from exercise_buddy.auth.known_devices import DeviceCookieDep, get_limit_key, set_device_cookie
from exercise_buddy.auth.oauth.router import router as oauth
from exercise_buddy.auth.password.router import router as password
from exercise_buddy.auth.password_policy import PasswordPolicyDep
from exercise_buddy.auth.schemas import LoginInput, RefreshInput, Registration, TokenResponse
from exercise_buddy.auth.sessions.router import router as sessions
from exercise_buddy.auth.sessions.service import end_replaced_session, revoke_session, rotate_refresh_token
from exercise_buddy.auth.tables import Delivery
from exercise_buddy.auth.token_response import (
    AllowedOrigin,
    RefreshCookie,
    SettingsDep,
    build_token_response,
    delete_refresh_cookie,
)
from exercise_buddy.auth.tokens import RefreshToken
from exercise_buddy.core.db.database import DatabaseDep, SessionDep
from exercise_buddy.core.http.middleware import client_address
from exercise_buddy.core.http.routing import MAX_SMALL_BODY_BYTES, Router, mount
from exercise_buddy.core.ops.rate_limits import RateLimitsDep
from exercise_buddy.core.problems import documented
from exercise_buddy.core.security.keys import KeysDep
from exercise_buddy.users import public as users

router = Router(
    prefix="/auth",
    tag="auth",
    about="Registration, sign-in with a password or a provider, sessions.",
    max_body_size=MAX_SMALL_BODY_BYTES,
)


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
    policy: PasswordPolicyDep,
    limits: RateLimitsDep,
    device: DeviceDep,
) -> Response:
    """Create an account with an e-mail address and a password.

    If the service hides addresses, the response for a taken address looks like that for a free one, the owner of the
    address gets a mail, and a new account can only log in after its address is verified.
    """
    await limits.require(request, (throttling.REGISTRATIONS_OF_ADDRESS, client_address(request.scope)))
    may_mail = partial(throttling.may_mail_registrant, limits, registration.email)
    content = await handlers.register(session, settings, policy, registration, device, may_mail)
    return Response(content, 201, {"Location": "/api/v1/users/me"}, media_type="application/json")


@router.post(
    "/login", dependencies=[AllowedOrigin], responses=documented(errors.InvalidCredentials, errors.ForeignOrigin)
)
async def login(
    request: Request,
    response: Response,
    credentials: Annotated[LoginInput, Form()],
    database: DatabaseDep,
    session: SessionDep,
    settings: SettingsDep,
    keys: KeysDep,
    limits: RateLimitsDep,
    device: DeviceDep,
    device_cookie: DeviceCookieDep,
    cookie: RefreshCookie = None,
) -> TokenResponse:
    """Log in with a password.

    The credentials are JSON or a form. A browser gets the refresh token as a cookie, and the session of
    the cookie that it had ends; a client that requests the scope `offline_access` gets it in the body.
    """
    now = datetime.now(UTC)
    key = await get_limit_key(request, database, credentials.username, device_cookie)
    async with throttling.count_failures(request, limits, key):
        grant = await handlers.log_in(
            database,
            session,
            settings,
            identifier=credentials.username,
            password=credentials.password,
            delivery=Delivery.BODY if credentials.is_offline else Delivery.COOKIE,
            device=device,
            now=now,
        )
    # After the check of the password: no stranger can exhaust it. A refusal rolls the new session back.
    await limits.require(request, (throttling.SIGN_INS_OF_ACCOUNT, str(grant.user_id)))
    if grant.delivery is Delivery.COOKIE:
        set_device_cookie(response, settings, device_cookie, grant.user_id, now)
        await end_replaced_session(session, settings, cookie, device, now)
    return build_token_response(response, settings, keys, grant, now)


@router.post(
    "/refresh",
    dependencies=[AllowedOrigin],
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
    cookie: RefreshCookie = None,
) -> TokenResponse:
    """Exchange a refresh token for new tokens.

    The refresh token is in the body or in the cookie. It works once.
    """
    token = _parse_refresh_token(body, cookie)
    if token is None:
        if cookie is None and withholds_cookies(request, settings):
            raise errors.InvalidRefreshToken(CROSS_SITE_DETAIL, reason="cookie_withheld_from_another_site")
        raise errors.InvalidRefreshToken(reason="missing_or_malformed")
    now = datetime.now(UTC)
    grant = await rotate_refresh_token(session, settings, token, device, now)
    # After the check of the token: its session is no secret, and a stranger could exhaust the limit of the owner. A
    # refusal rolls the rotation back.
    await limits.require(request, (throttling.REFRESHES_OF_SESSION, str(token.session_id)))
    return build_token_response(response, settings, keys, grant, now)


@router.post("/logout", status_code=204, dependencies=[AllowedOrigin], responses=documented(errors.ForeignOrigin))
async def logout(
    response: Response,
    session: SessionDep,
    settings: SettingsDep,
    device: DeviceDep,
    body: RefreshInput | None = None,
    cookie: RefreshCookie = None,
) -> None:
    """Log out: revoke the session of the refresh token.

    The refresh token is in the body or in the cookie. A second logout is not an error.
    """
    token = _parse_refresh_token(body, cookie)
    if token is not None:
        await revoke_session(session, settings, token, device, datetime.now(UTC))
    delete_refresh_cookie(response, settings)


def _parse_refresh_token(body: RefreshInput | None, cookie: str | None) -> RefreshToken | None:
    text = body.refresh_token if body and body.refresh_token else cookie
    return RefreshToken.parse(text) if text else None


mount(router, sessions, password, email, events, account, oauth)
