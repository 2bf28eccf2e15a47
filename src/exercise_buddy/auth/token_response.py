"""The token response of the endpoints of auth, the cookie with the refresh token, and who may send it."""

import math
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Response

from exercise_buddy.auth.cookies import delete_cookie, read_cookie, set_cookie
from exercise_buddy.auth.errors import ForeignOrigin
from exercise_buddy.auth.schemas import TokenResponse
from exercise_buddy.auth.sessions.service import SessionGrant
from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.auth.tables import Delivery
from exercise_buddy.auth.tokens import issue_access_token
from exercise_buddy.core.security.keys import KeyRing

COOKIE = "exercise_buddy_refresh"


async def get_settings(request: Request) -> AuthSettings:
    """Return the settings of the running application."""
    settings: AuthSettings = request.state.settings
    return settings


async def require_allowed_origin(request: Request, settings: Annotated[AuthSettings, Depends(get_settings)]) -> None:
    """Check that no page of another site sent the request: browsers attach the cookie and obey `Set-Cookie`.

    Raises:
        ForeignOrigin: the `Origin` is neither ours nor one of `CORS_ORIGINS`.

    """
    origin = request.headers.get("origin")
    try:
        netloc = urlsplit(origin or "").netloc
    except ValueError:
        raise ForeignOrigin(reason=origin) from None
    if origin is None:
        site = request.headers.get("sec-fetch-site", "none")
        if site not in {"none", "same-origin", "same-site"}:
            raise ForeignOrigin(reason=site)
    elif origin not in settings.cors_origins and netloc != request.headers.get("host"):
        raise ForeignOrigin(reason=origin)


SettingsDep = Annotated[AuthSettings, Depends(get_settings)]
AllowedOrigin = Depends(require_allowed_origin)


async def get_refresh_cookie(request: Request) -> str | None:
    """Return the refresh token of the cookie, or None."""
    return read_cookie(request, COOKIE)


RefreshCookie = Annotated[str | None, Depends(get_refresh_cookie)]


def build_token_response(
    response: Response, settings: AuthSettings, keys: KeyRing, grant: SessionGrant, now: datetime
) -> TokenResponse:
    """Return the tokens of a session. The refresh token is in the cookie if the client holds it there.

    The access token expires with the session at the latest: what revokes sessions leaves out the expired ones.
    """
    remaining = (grant.expires_at - now).total_seconds()
    lifetime = min(settings.access_token_expire_minutes * 60, math.ceil(remaining))
    in_cookie = grant.delivery is Delivery.COOKIE
    if in_cookie:
        set_cookie(response, settings, COOKIE, str(grant.refresh_token), remaining)
    return TokenResponse(
        access_token=issue_access_token(
            keys,
            grant.user_id,
            grant.session_id,
            now,
            lifetime=lifetime,
            authenticated_at=grant.authenticated_at,
            method=grant.method,
        ),
        token_type="bearer",  # noqa: S106  (the name of the scheme)
        expires_in=lifetime,
        refresh_token=None if in_cookie else str(grant.refresh_token),
        deletion_cancelled=grant.deletion_cancelled,
    )


def delete_refresh_cookie(response: Response, settings: AuthSettings) -> None:
    """Delete the cookie with the refresh token in the browser."""
    delete_cookie(response, settings, COOKIE)
