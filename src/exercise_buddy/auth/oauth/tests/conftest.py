from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from exercise_buddy.auth.oauth import openid
from exercise_buddy.auth.oauth.tests.support import Browser, Opened, StartApp
from tests.providers.discord import Discord
from tests.providers.fixtures import *  # noqa: F403  (the fixtures are what it exports)
from tests.providers.github import GitHub
from tests.providers.strict import StrictProvider
from tests.support import RunningApp


@pytest.fixture
def google(strict_provider: StrictProvider) -> StrictProvider:
    """Google, as strict as can be, and ready to lie."""
    return strict_provider


@pytest.fixture
async def app(start_app: StartApp, google: StrictProvider, github_stub: GitHub, discord_stub: Discord) -> RunningApp:
    """The app with all providers."""
    return await start_app(**google.settings(), **github_stub.settings(), **discord_stub.settings())


@pytest.fixture
async def opened() -> AsyncIterator[Opened]:
    """Open browsers: `await opened(app)`."""
    async with AsyncExitStack() as stack:

        async def open_one(app: RunningApp) -> Browser:
            return await stack.enter_async_context(Browser(app))

        yield open_one


@pytest.fixture
async def browser(app: RunningApp, opened: Opened) -> Browser:
    """A browser that nobody has used yet."""
    return await opened(app)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are looked for as often as one likes."""
    monkeypatch.setattr(openid, "_LOOK_AGAIN_SECONDS", 0.0)
