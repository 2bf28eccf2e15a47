"""The cookies of auth: their names, their attributes, and how they are read.

Browsers accept a cookie whose name begins with `__Secure-` only over TLS (RFC 6265bis, 4.1.3), so no plain page of the
host can replace it. `__Host-` needs the path `/`; ours is narrower, so that other requests do not carry the cookies.
"""

from fastapi import Request, Response

from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.problems import AmbiguousCredentials

PATH = "/api/v1/auth"


def _full_name(settings: AuthSettings, name: str) -> str:
    # Without TLS, which DEBUG allows, a browser would refuse the prefix.
    return name if settings.debug else f"__Secure-{name}"


def read_cookie(request: Request, name: str) -> str | None:
    """Return the value of one of our cookies, or None.

    Raises:
        AmbiguousCredentials: there are two. One may come from another host of the domain, and we cannot know which.

    """
    full_name = _full_name(request.state.settings, name)
    pairs = [pair for header in request.headers.getlist("cookie") for pair in header.split(";")]
    if sum(pair.partition("=")[0].strip() == full_name for pair in pairs) > 1:
        raise AmbiguousCredentials(f"The request has two cookies named {full_name}.", reason="two_cookies")
    return request.cookies.get(full_name)


def set_cookie(response: Response, settings: AuthSettings, name: str, value: str, max_age: float) -> None:
    """Set a cookie that only the endpoints of auth receive, and no script.

    Args:
        response: the response with the cookie.
        settings: whether the service runs without TLS.
        name: the name without a prefix.
        value: the value.
        max_age: the lifetime in seconds.

    """
    response.set_cookie(
        _full_name(settings, name),
        value,
        max_age=int(max_age),
        path=PATH,
        secure=not settings.debug,
        httponly=True,
        # A provider redirects from another site by a top-level navigation, which Lax allows.
        samesite="lax",
    )


def delete_cookie(response: Response, settings: AuthSettings, name: str) -> None:
    """Delete a cookie in the browser."""
    response.delete_cookie(
        _full_name(settings, name), path=PATH, secure=not settings.debug, httponly=True, samesite="lax"
    )
