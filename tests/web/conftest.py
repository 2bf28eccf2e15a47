"""Fixtures for journeys through the web client in Chromium."""

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

import pytest

from exercise_buddy.web.public import WebBuildError, build, is_outdated
from tests.serving import Serve
from tests.web.site import Site

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext


@pytest.fixture(scope="session")
def built_web_client() -> None:
    """The web client is built from its present source. Without Node.js and npm, the test is skipped."""
    if is_outdated():
        try:
            build(print)
        except WebBuildError as error:
            pytest.skip(f"The web client cannot be built: {error}")


@pytest.fixture
async def site(built_web_client: None, serve: Serve, chromium: "BrowserContext") -> AsyncIterator[Site]:
    """The web client on a server of this test. At the end, nothing that must never happen has happened."""
    del built_web_client
    server = await serve(web_enabled=True, frontend_url=None)
    site = Site(f"http://localhost:{server.port}", chromium)
    await site.prepare()
    yield site
    assert site.failures == []
