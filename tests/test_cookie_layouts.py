"""Sessions in Chromium: pages on the site of the API, and pages on another site (docs/sessions.md)."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import NamedTuple, TypeAlias

import pytest
from playwright.async_api import BrowserContext

from tests.providers.browser import Tab
from tests.providers.openid import OpenIDAccount, OpenIDProvider
from tests.providers.provider import run_provider
from tests.serving import serve_listener
from tests.support import PASSWORD, StartApp, sign_up


class Layout(NamedTuple):
    """The host names of the web client and of the API, and the setting for them. Chromium finds them on loopback."""

    page: str
    api: str
    samesite: str


SAME_SITE = [
    Layout("localhost", "localhost", "lax"),
    Layout("app.gym.localhost", "api.gym.localhost", "lax"),
    Layout("app.gym.localhost", "api.gym.localhost", "strict"),
]
# As `gym.web-host.example` and `gym.api-host.example`: the names below localhost are sites of their own.
OTHER_SITE = [Layout("localhost", "127.0.0.1", "none"), Layout("gym.localhost", "api.localhost", "none")]

BOB = OpenIDAccount(sub="2", email="bob@example.com", name="Bob")
OpenPage: TypeAlias = Callable[[Layout], AbstractAsyncContextManager[Tab]]


@pytest.fixture
async def open_page(chromium: BrowserContext, front_end: str, start_app: StartApp) -> OpenPage:
    """Open the web client of an API with an account, in a layout: `async with open_page(layout) as tab`."""

    @asynccontextmanager
    async def open_in(layout: Layout) -> AsyncIterator[Tab]:
        page = front_end.replace("localhost", layout.page)
        with socket.create_server(("127.0.0.1", 0)) as listener:
            api = f"http://{layout.api}:{listener.getsockname()[1]}"
            # A third site: both names above end with localhost or are the address of the provider's listener.
            with run_provider(OpenIDProvider, "google", f"{api}/api/v1/auth/providers/google/callback") as google:
                google.account = BOB
                app = await start_app(
                    **google.settings(),
                    frontend_url=page,
                    cors_origins=[page],
                    refresh_cookie_samesite=layout.samesite,
                )
                await (await sign_up(app, "ann")).client.aclose()
                await chromium.add_init_script(f"window.API = '{api}'")
                async with serve_listener(app, listener):
                    tab = await Tab.open(chromium, page)
                    yield tab
                    await tab.page.close()

    return open_in


@pytest.mark.parametrize("layout", [*SAME_SITE, *OTHER_SITE], ids="-".join)
async def test_log_in_refresh_reload_and_log_out(open_page: OpenPage, layout: Layout) -> None:
    async with open_page(layout) as tab:
        assert (await tab.run_step("refresh")).status == 401

        logged_in = await tab.log_in("ann@example.com", PASSWORD)

        assert (logged_in.status, logged_in.body["refresh_token"]) == (200, None)
        assert (await tab.run_step("refresh")).status == 200
        # The reload clears the page's memory; only the cookie is left, which the page cannot read.
        await tab.page.reload()
        assert await tab.page.evaluate("document.cookie") == ""
        assert (await tab.run_step("me")).status == 401
        assert (await tab.run_step("refresh")).status == 200
        assert (await tab.run_step("me")).body["email"] == "ann@example.com"
        cookies = await tab.page.context.cookies()
        assert len(cookies) == 2
        assert all(("partitionKey" in cookie) == (layout.samesite == "none") for cookie in cookies)
        assert (await tab.run_step("logOut")).status == 204
        assert (await tab.run_step("refresh")).status == 401
        assert len(await tab.page.context.cookies()) == 1


async def test_link_an_identity(open_page: OpenPage) -> None:
    async with open_page(SAME_SITE[2]) as tab:
        await tab.log_in("ann@example.com", PASSWORD)
        await tab.link("google", PASSWORD)

        assert (await tab.wait_for_callback())["linked"] == "google"
        assert (await tab.run_step("refresh")).status == 200


@pytest.mark.parametrize("layout", [SAME_SITE[2], *OTHER_SITE], ids="-".join)
async def test_sign_in_with_a_provider(open_page: OpenPage, layout: Layout) -> None:
    async with open_page(layout) as tab:
        await tab.start_sign_in("google", "/workouts")
        assert await tab.wait_for_callback() == {"error": None, "next": "/workouts"}
        assert (await tab.run_step("exchange")).status == 200
        await tab.page.reload()
        assert (await tab.run_step("refresh")).status == 200
        assert (await tab.run_step("me")).body["email"] == "bob@example.com"


async def test_with_lax_cookies_a_page_on_another_site_hears_what_is_wrong(open_page: OpenPage) -> None:
    async with open_page(Layout("localhost", "127.0.0.1", "lax")) as tab:
        assert (await tab.log_in("ann@example.com", PASSWORD)).status == 200

        refused = await tab.run_step("refresh")

        assert refused.status == 401
        assert "REFRESH_COOKIE_SAMESITE" in refused.body["detail"]


async def test_two_tabs_of_a_page_on_another_site_refresh_at_once(open_page: OpenPage) -> None:
    async with open_page(OTHER_SITE[1]) as tab:
        await tab.log_in("ann@example.com", PASSWORD)
        other = await Tab.open(tab.page.context, tab.origin)

        refreshed = await asyncio.gather(*(each.run_step("refresh") for each in (tab, other)))
        again = await asyncio.gather(*(each.run_step("refresh") for each in (tab, other)))

        assert [outcome.status for outcome in (*refreshed, *again)] == [200] * 4
