"""Sign-ins in Chromium: the web client, the API and the provider have origins of their own."""

import socket
from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import BrowserContext

from tests.providers.browser import Tab
from tests.providers.openid import OpenIDAccount, OpenIDProvider
from tests.providers.provider import run_provider
from tests.serving import serve_listener
from tests.support import StartApp

BOB = OpenIDAccount(sub="2", email="bob@example.com", name="Bob")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def api(listener: socket.socket) -> str:
    return f"http://localhost:{listener.getsockname()[1]}"


@pytest.fixture
def google(api: str) -> Iterator[OpenIDProvider]:
    with run_provider(OpenIDProvider, "google", f"{api}/api/v1/auth/providers/google/callback") as provider:
        yield provider


@pytest.fixture
async def tab(
    chromium: BrowserContext,
    front_end: str,
    api: str,
    listener: socket.socket,
    google: OpenIDProvider,
    start_app: StartApp,
) -> AsyncIterator[Tab]:
    """A tab with the web client of a served API."""
    app = await start_app(**google.settings(), frontend_url=front_end, cors_origins=[front_end])
    await chromium.add_init_script(f"window.API = '{api}'")
    async with serve_listener(app, listener):
        tab = await Tab.open(chromium, front_end)
        yield tab
        await tab.page.close()


async def test_sign_in_refresh_and_log_out(tab: Tab, capfd: pytest.CaptureFixture[str]) -> None:
    assert (await tab.run_step("refresh")).status == 401

    await tab.start_sign_in("google", "/workouts?day=1")
    assert await tab.wait_for_callback() == {"error": None, "next": "/workouts?day=1"}
    exchanged = await tab.run_step("exchange")
    me = await tab.run_step("me")

    assert exchanged.status == 200
    assert exchanged.body["refresh_token"] is None
    assert (me.status, me.body["email"]) == (200, "ann@example.com")
    # The reload clears the page's memory; only the cookie is left, which the page cannot read.
    await tab.page.reload()
    assert await tab.page.evaluate("document.cookie") == ""
    assert (await tab.run_step("refresh")).status == 200
    assert (await tab.run_step("me")).body == me.body
    assert (await tab.run_step("logOut")).status == 204
    assert (await tab.run_step("refresh")).status == 401
    logged = "".join(capfd.readouterr())
    assert "signed_in" in logged
    assert "code=" not in logged
    assert "state=" not in logged


async def test_choose_an_account_or_cancel(tab: Tab, google: OpenIDProvider) -> None:
    google.accounts_to_choose = (OpenIDAccount(), BOB)

    await tab.start_sign_in("google")
    await tab.page.get_by_role("button", name="Cancel").click()
    assert (await tab.wait_for_callback())["error"] == "access_denied"
    await tab.start_sign_in("google")
    await tab.page.get_by_role("button", name="Continue as Bob").click()
    assert (await tab.wait_for_callback())["error"] is None
    await tab.run_step("exchange")

    assert (await tab.run_step("me")).body["email"] == "bob@example.com"


async def test_two_tabs_at_once(tab: Tab, chromium: BrowserContext, front_end: str) -> None:
    other = await Tab.open(chromium, front_end)
    await tab.start_sign_in("google", "/one")
    await other.start_sign_in("google", "/two")

    assert [(await page.wait_for_callback())["next"] for page in (tab, other)] == ["/one", "/two"]
    assert [(await page.run_step("exchange")).status for page in (tab, other)] == [200, 200]


async def test_a_callback_of_another_browser_is_refused(tab: Tab, api: str) -> None:
    await tab.page.goto(f"{api}/api/v1/auth/providers/google/callback?state={'s' * 43}&code=another-code")

    assert await tab.wait_for_callback() == {"error": "invalid_state", "next": None}


async def test_another_origin_cannot_read_responses(tab: Tab, front_end: str) -> None:
    await tab.page.goto(front_end.replace("localhost", "127.0.0.1"))

    assert (await tab.run_step("refresh")).status == 0
