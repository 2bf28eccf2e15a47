"""The whole journey in Chromium: a web client on an origin of its own, the app really served, a provider elsewhere."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import uvicorn
from playwright.async_api import BrowserContext

from exercise_buddy.auth.oauth.tests.support import StartApp, until
from tests.providers.browser import Landing, Tab
from tests.providers.front_end import FrontEnd
from tests.providers.openid import GoogleAccount
from tests.providers.strict import StrictProvider, strict_provider
from tests.support import RunningApp

BOB = GoogleAccount(sub="2", email="bob@example.com", name="Bob")


@asynccontextmanager
async def served(app: RunningApp, listener: socket.socket) -> AsyncIterator[None]:
    config = uvicorn.Config(app.asgi, lifespan="off", ws="none", log_config=None, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        await until(lambda: server.started)
        yield
    finally:
        server.should_exit = True
        await task


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener


@pytest.fixture
def provider(listener: socket.socket) -> Iterator[StrictProvider]:
    callback = f"http://localhost:{listener.getsockname()[1]}/api/v1/auth/google/callback"
    with strict_provider(callback, GoogleAccount(), BOB) as provider:
        yield provider


@pytest.fixture
async def tab(
    chromium: BrowserContext,
    front_end: FrontEnd,
    listener: socket.socket,
    provider: StrictProvider,
    start_app: StartApp,
) -> AsyncIterator[Tab]:
    """A tab with the web client, whose API is served."""
    app = await start_app(**provider.settings(), frontend_url=front_end.origin, cors_origins=[front_end.origin])
    front_end.api = f"http://localhost:{listener.getsockname()[1]}"
    async with served(app, listener):
        tab = await Tab.opened(chromium, front_end)
        yield tab
        await tab.page.close()


async def test_somebody_signs_in_stays_and_leaves(tab: Tab, capfd: pytest.CaptureFixture[str]) -> None:
    assert (await tab.do("refresh")).status == 401

    await tab.start("google", "/workouts?day=1")
    assert await tab.landed() == Landing(error=None, next="/workouts?day=1")
    exchanged = await tab.do("exchange")
    me = await tab.do("me")
    again = await tab.do("exchange")

    assert exchanged.status == 200
    assert exchanged.body["refresh_token"] is None
    assert (me.status, me.body["email"]) == (200, "ann@example.com")
    assert again.status == 400
    # Everything that the page knew is gone; what is left is the cookie, which it cannot read.
    await tab.page.reload()
    assert await tab.page.evaluate("document.cookie") == ""
    assert (await tab.do("refresh")).status == 200
    assert (await tab.do("me")).body == me.body
    assert (await tab.do("logOut")).status == 204
    assert (await tab.do("refresh")).status == 401
    logged = "".join(capfd.readouterr())
    assert "signed_in" in logged
    assert "code=" not in logged
    assert "state=" not in logged


async def test_somebody_chooses_an_account_or_changes_their_mind(tab: Tab, provider: StrictProvider) -> None:
    provider.interactive = True

    await tab.start("google")
    await tab.page.get_by_role("button", name="Cancel").click()
    assert (await tab.landed()).error == "access_denied"
    await tab.start("google")
    await tab.page.get_by_role("button", name="Continue as Bob").click()
    assert (await tab.landed()).error is None
    await tab.do("exchange")

    assert (await tab.do("me")).body["email"] == "bob@example.com"


async def test_two_tabs_at_once(tab: Tab, chromium: BrowserContext, front_end: FrontEnd) -> None:
    other = await Tab.opened(chromium, front_end)
    await tab.start("google", "/one")
    await other.start("google", "/two")

    assert ((await tab.landed()).next, (await other.landed()).next) == ("/one", "/two")
    assert [(await each.do("exchange")).status for each in (tab, other)] == [200, 200]


async def test_somebody_who_is_lured_to_the_callback_of_another_is_not_signed_in(tab: Tab, front_end: FrontEnd) -> None:
    await tab.page.goto(f"{front_end.api}/api/v1/auth/google/callback?state={'s' * 43}&code=of-somebody-else")

    assert await tab.landed() == Landing(error="invalid_state", next=None)
