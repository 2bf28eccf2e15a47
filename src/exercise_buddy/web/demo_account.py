"""The demo account, which the sign-in page of a server on this machine offers in one click.

Anybody who may read the password may enter the account. So only a browser on the machine of the server gets it, from a
server that was started with `serve --demo`, listens on loopback and has no proxy in front.
"""

import ipaddress
import re
from typing import NamedTuple

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from exercise_buddy.core.problems import PathNotFound
from exercise_buddy.core.settings import CoreSettings

PATH = "/demo-account"

# A proxy on this machine connects from loopback too, for clients anywhere.
_OF_PROXIES = ("forwarded", "via", "x-real-ip", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto")
# Another site whose name leads to loopback (DNS rebinding) names itself.
_OWN_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:\d+)?")
# What browsers send for a page of this server, and for an address that a person has typed.
_OWN_SITES = {"same-origin", "none"}


class DemoAccount(NamedTuple):
    """The credentials of the demo account."""

    username: str
    password: str


def serve_demo_account(app: FastAPI, settings: CoreSettings, account: DemoAccount) -> None:
    """Serve the credentials, unless other machines can reach the server."""
    if not _is_loopback(settings.host) or settings.trusted_proxies:
        return

    async def get_demo_account(request: Request) -> JSONResponse:
        if not _is_from_this_machine(request):
            raise PathNotFound
        return JSONResponse(account._asdict(), headers={"Cache-Control": "no-store"})

    app.add_api_route(PATH, get_demo_account, include_in_schema=False)


def _is_from_this_machine(request: Request) -> bool:
    """Return whether a page of this server asks, in a browser on its machine."""
    headers = request.headers
    return (
        request.client is not None
        and _is_loopback(request.client.host)
        and _OWN_HOST.fullmatch(headers.get("host", "")) is not None
        and headers.get("sec-fetch-site", "none") in _OWN_SITES
        and not any(name in headers for name in _OF_PROXIES)
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
