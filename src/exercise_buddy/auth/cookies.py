"""The cookies of auth: their names, their attributes, and how they are read.

Browsers accept a cookie whose name begins with `__Secure-` only over TLS (RFC 6265bis, 4.1.3), so no plain page of the
host can replace it. `__Host-` needs the path `/`; ours is narrower, so that other requests do not carry the cookies.

Pages on the site of the API send `SameSite` cookies. For pages on another site (`REFRESH_COOKIE_SAMESITE=none`), the
cookies are `SameSite=None` and `Partitioned` (CHIPS): the browser stores them for each such site separately, so that it
need not refuse them as third-party cookies. Only the cookie of a sign-in with a provider is not partitioned: the
provider returns the browser to the API itself, where the page that started it is no longer the top level.
"""

from typing import Literal

from fastapi import Request, Response

from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.problems import AmbiguousCredentials

PATH = "/api/v1/auth"
_PARTITIONED = "_partitioned"

CROSS_SITE_DETAIL = (
    "The browser sent no cookie, because the page is on another site than this API. Open the page with the same host "
    "name (localhost is not 127.0.0.1), or let the operator set REFRESH_COOKIE_SAMESITE=none."
)


def _full_name(settings: AuthSettings, name: str, *, partitioned: bool) -> str:
    # A name of its own: after a change of the setting, the browser still sends the cookie of before, too.
    name += _PARTITIONED if partitioned else ""
    # Without TLS, which DEBUG allows, a browser would refuse the prefix.
    return name if settings.debug else f"__Secure-{name}"


def read_cookie(request: Request, name: str, *, of_redirect: bool = False) -> str | None:
    """Return the value of one of our cookies, or None.

    Args:
        request: the request.
        name: the name without prefix and suffix.
        of_redirect: see `set_cookie`.

    Raises:
        AmbiguousCredentials: there are two. One may come from another host of the domain, and we cannot know which.

    """
    settings: AuthSettings = request.state.settings
    full_name = _full_name(settings, name, partitioned=settings.uses_partitioned_cookies and not of_redirect)
    pairs = [pair for header in request.headers.getlist("cookie") for pair in header.split(";")]
    if sum(pair.partition("=")[0].strip() == full_name for pair in pairs) > 1:
        raise AmbiguousCredentials(f"The request has two cookies named {full_name}.", reason="two_cookies")
    return request.cookies.get(full_name)


def withholds_cookies(request: Request, settings: AuthSettings) -> bool:
    """Return whether the browser withholds our cookies from a request, as its page is on another site."""
    return not settings.uses_partitioned_cookies and request.headers.get("sec-fetch-site") == "cross-site"


def set_cookie(
    response: Response, settings: AuthSettings, name: str, value: str, max_age: float, *, of_redirect: bool = False
) -> None:
    """Set a cookie that only the endpoints of auth receive, and no script.

    Args:
        response: the response with the cookie.
        settings: whether the service runs without TLS, and for pages of which sites.
        name: the name without prefix and suffix.
        value: the value; an empty one deletes the cookie.
        max_age: the lifetime in seconds.
        of_redirect: whether a provider's redirect must bring the cookie: a top-level navigation from another site,
            which `Lax` allows and `Strict` does not.

    """
    samesite: Literal["lax", "strict", "none"] = settings.refresh_cookie_samesite
    partitioned = settings.uses_partitioned_cookies and not of_redirect
    response.set_cookie(
        _full_name(settings, name, partitioned=partitioned),
        value,
        max_age=int(max_age),
        path=PATH,
        secure=not settings.debug,
        httponly=True,
        samesite="lax" if of_redirect and samesite == "strict" else samesite,
    )
    if partitioned:
        # Before Python 3.14, Starlette cannot add the attribute.
        header, content = response.raw_headers[-1]
        response.raw_headers[-1] = (header, content + b"; Partitioned")


def delete_cookie(response: Response, settings: AuthSettings, name: str, *, of_redirect: bool = False) -> None:
    """Delete a cookie in the browser. It must have the attributes of the one that was set."""
    set_cookie(response, settings, name, "", 0, of_redirect=of_redirect)
