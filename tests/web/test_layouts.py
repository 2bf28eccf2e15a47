"""The web client on another origin than the API: sessions in both layouts of cookies (docs/sessions.md)."""

import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response
from starlette.routing import Route

from exercise_buddy.web.build import DIST
from tests.providers.openid import OpenIDAccount, OpenIDProvider
from tests.providers.provider import run_provider
from tests.providers.server import serve
from tests.serving import serve_listener
from tests.support import PASSWORD, StartApp, sign_up
from tests.web.site import Site

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

# Two host names, and the setting for them: one site, whose ports do not matter, and two sites.
LAYOUTS = [("localhost", "localhost", "lax"), ("localhost", "127.0.0.1", "none")]
BOB = OpenIDAccount(sub="2", email="bob@example.com", name="Bob")
OpenSite: TypeAlias = Callable[[tuple[str, str, str]], AbstractAsyncContextManager[Site]]


def build_host(api: str) -> Starlette:
    """Return what a host of static files would be: the built client, which `index.html` leads to an API."""
    index = (DIST / "index.html").read_text()
    empty = '<meta name="api-origin" content="" />'
    assert empty in index
    named = index.replace(empty, empty.replace('""', f'"{api}"'))

    async def send(request: Request) -> Response:
        path = DIST / request.path_params["path"]
        # No service worker: it would have the `index.html` of the build.
        if path.is_file() and path.suffix != ".html" and path.name not in {"registerSW.js", "sw.js"}:
            return FileResponse(path)
        return HTMLResponse(named) if not path.suffix else Response(status_code=404)

    return Starlette(routes=[Route("/{path:path}", send)])


@pytest.fixture
async def open_site(built_web_client: None, chromium: "BrowserContext", start_app: StartApp) -> OpenSite:
    """Serve the client, and an API with an account and a provider: `async with open_site(layout) as site`."""
    del built_web_client

    @asynccontextmanager
    async def open_in(layout: tuple[str, str, str]) -> AsyncIterator[Site]:
        host, api_host, samesite = layout
        with socket.create_server(("127.0.0.1", 0)) as listener:
            api = f"http://{api_host}:{listener.getsockname()[1]}"
            callback = f"{api}/api/v1/auth/providers/google/callback"
            with (
                serve(lambda _: build_host(api), host) as origin,
                run_provider(OpenIDProvider, "google", callback) as google,
            ):
                google.account = BOB
                app = await start_app(
                    **google.settings(), frontend_url=origin, cors_origins=[origin], refresh_cookie_samesite=samesite
                )
                await (await sign_up(app, "ann")).client.aclose()
                async with serve_listener(app, listener):
                    site = Site(origin, chromium, api)
                    yield site
                    for page in chromium.pages:
                        await page.close()

    return open_in


@pytest.mark.parametrize("layout", LAYOUTS, ids="-".join)
async def test_a_session_survives_a_reload_and_ends(open_site: OpenSite, layout: tuple[str, str, str]) -> None:
    async with open_site(layout) as site:
        await site.prepare()
        page = await site.open("/workouts")
        await page.get_by_label("E-mail address or user name").fill("ann@example.com")
        await page.get_by_label("Password", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await page.wait_for_url(f"{site.origin}/workouts")
        await page.get_by_role("heading", name="Workouts", level=1).wait_for()

        # Only the cookie is left, which the browser sends to the other origin.
        await page.reload()
        await page.get_by_role("heading", name="Workouts", level=1).wait_for()
        other = await site.open("/settings")
        await other.get_by_text("Signed in as ann@example.com").wait_for()
        cookies = await site.context.cookies()
        assert {("partitionKey" in cookie) for cookie in cookies} == {layout[2] == "none"}

        await other.get_by_role("button", name="Log out").click()
        for tab in (page, other):
            await tab.get_by_role("button", name="Sign in", exact=True).wait_for()
        await page.reload()
        await page.get_by_role("button", name="Sign in", exact=True).wait_for()
        assert site.failures == []


@pytest.mark.parametrize("layout", LAYOUTS, ids="-".join)
async def test_a_provider_leads_back_to_the_client(open_site: OpenSite, layout: tuple[str, str, str]) -> None:
    async with open_site(layout) as site:
        page = await site.open("/settings")

        await page.get_by_role("button", name="Continue with Google").click()

        await page.wait_for_url(f"{site.origin}/settings")
        await page.get_by_text("Signed in as bob@example.com").wait_for()
        await page.reload()
        await page.get_by_text("Signed in as bob@example.com").wait_for()
