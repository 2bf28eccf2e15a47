from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from exercise_buddy.auth.oauth import openid
from exercise_buddy.auth.oauth.tests.support import Browser, OpenBrowser
from tests.providers.discord import Discord
from tests.providers.github import GitHub
from tests.providers.openid import OpenIDProvider
from tests.providers.provider import Provider, run_provider
from tests.support import RunningApp, StartApp


@pytest.fixture
def google() -> Iterator[OpenIDProvider]:
    """A strict OpenID provider in Google's place."""
    with run_provider(OpenIDProvider, "google") as provider:
        yield provider


@pytest.fixture
def github() -> Iterator[GitHub]:
    """GitHub, as documented."""
    with run_provider(GitHub, "github") as provider:
        yield provider


@pytest.fixture
def discord() -> Iterator[Discord]:
    """Discord, as documented."""
    with run_provider(Discord, "discord") as provider:
        yield provider


@pytest.fixture
def providers(google: OpenIDProvider, github: GitHub, discord: Discord) -> dict[str, Provider[Any]]:
    """All providers by their names."""
    return {"google": google, "github": github, "discord": discord}


@pytest.fixture
async def app(start_app: StartApp, providers: dict[str, Provider[Any]]) -> RunningApp:
    """The app with all providers."""
    settings: dict[str, str] = {}
    for provider in providers.values():
        settings |= provider.settings()
    return await start_app(**settings)


@pytest.fixture
async def open_browser() -> AsyncIterator[OpenBrowser]:
    """Open browsers: `await open_browser(app)`."""
    async with AsyncExitStack() as stack:

        async def enter_browser(app: RunningApp) -> Browser:
            return await stack.enter_async_context(Browser(app))

        yield enter_browser


@pytest.fixture
async def browser(app: RunningApp, open_browser: OpenBrowser) -> Browser:
    """A browser without cookies."""
    return await open_browser(app)


@pytest.fixture
def unlimited_key_requests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the pause between two requests for a provider's keys."""
    monkeypatch.setattr(openid, "_REFRESH_SECONDS", 0.0)
