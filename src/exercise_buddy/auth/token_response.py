"""What the endpoints of auth share: the tokens of an answer, the cookie, and who may send it."""

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Cookie, Depends, Request, Response

from exercise_buddy.auth.errors import ForeignOrigin
from exercise_buddy.auth.schemas import Tokens
from exercise_buddy.auth.sessions.service import SignedIn
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import Delivery
from exercise_buddy.auth.tokens import issue_access_token
from exercise_buddy.core.security.keys import KeyRing

COOKIE = "exercise_buddy_refresh"
COOKIE_PATH = "/api/v1/auth"


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
    try:
        netloc = urlsplit(origin or "").netloc
    except ValueError:
        raise ForeignOrigin from None
    if origin is None:
        if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin", "same-site"}:
            raise ForeignOrigin
    elif origin not in settings.cors_origins and netloc != request.headers.get("host"):
        raise ForeignOrigin


SettingsDep = Annotated[AuthSettings, Depends(get_settings)]
OwnPage = Depends(require_own_page)
CookieToken = Annotated[str | None, Cookie(alias=COOKIE, include_in_schema=False)]


def tokens(response: Response, settings: AuthSettings, keys: KeyRing, signed_in: SignedIn, now: datetime) -> Tokens:
    """Answer with a session's tokens; the refresh token goes into the cookie if that is how the client holds it."""
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


def forget_cookie(response: Response, settings: AuthSettings) -> None:
    """Have the browser drop the refresh token."""
    response.delete_cookie(COOKIE, path=COOKIE_PATH, secure=not settings.debug, httponly=True, samesite="lax")
