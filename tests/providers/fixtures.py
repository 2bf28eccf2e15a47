"""The providers as fixtures. Each test gets them as they are in the beginning."""

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.providers import browser, discord, github, strict
from tests.providers.front_end import FrontEnd
from tests.providers.front_end import front_end as run_front_end
from tests.providers.node import installation, servers
from tests.providers.openid import FaultyProvider, OpenIDProvider

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext

__all__ = [
    "chromium",
    "discord_stub",
    "faulty_provider",
    "front_end",
    "github_stub",
    "node",
    "oauth2_mock_server",
    "oidc_provider",
    "openid_provider",
    "running_oauth2_mock_server",
    "running_oidc_provider",
    "strict_provider",
]


@pytest.fixture
def strict_provider() -> Iterator[strict.StrictProvider]:
    """The tests' own OpenID provider, which plays Google."""
    with strict.strict_provider() as provider:
        yield provider


@pytest.fixture
def github_stub() -> Iterator[github.GitHub]:
    """GitHub, as it is documented."""
    with github.github_stub() as stub:
        yield stub


@pytest.fixture
def discord_stub() -> Iterator[discord.Discord]:
    """Discord, as it is documented."""
    with discord.discord_stub() as stub:
        yield stub


@pytest.fixture(scope="session")
def node() -> None:
    """Node with the packages of npm; the test is skipped where they cannot be had."""
    reason = installation.why_not()
    if reason is not None:
        pytest.skip(reason)


@pytest.fixture(scope="session")
def running_oidc_provider(node: None) -> Iterator[servers.OidcProvider]:  # noqa: ARG001
    """A process for all tests, since to start Node takes a second."""
    with servers.oidc_provider() as provider:
        yield provider


@pytest.fixture(scope="session")
def running_oauth2_mock_server(node: None) -> Iterator[servers.MockServer]:  # noqa: ARG001
    """A process for all tests, since to start Node takes a second."""
    with servers.mock_server() as provider:
        yield provider


@pytest.fixture
def oidc_provider(running_oidc_provider: servers.OidcProvider) -> servers.OidcProvider:
    """npm's `oidc-provider`, which plays Google; the test is skipped where it cannot be had."""
    running_oidc_provider.reset()
    return running_oidc_provider


@pytest.fixture
def oauth2_mock_server(running_oauth2_mock_server: servers.MockServer) -> servers.MockServer:
    """npm's `oauth2-mock-server`, for faults; the test is skipped where it cannot be had."""
    running_oauth2_mock_server.reset()
    return running_oauth2_mock_server


@pytest.fixture(params=["strict_provider", "oidc_provider"])
def openid_provider(request: pytest.FixtureRequest) -> OpenIDProvider:
    """Each OpenID provider that plays Google, one after the other."""
    provider: OpenIDProvider = request.getfixturevalue(request.param)
    return provider


@pytest.fixture(params=["strict_provider", "oauth2_mock_server"])
def faulty_provider(request: pytest.FixtureRequest) -> FaultyProvider:
    """Each OpenID provider that can be told to lie, one after the other."""
    provider: FaultyProvider = request.getfixturevalue(request.param)
    return provider


@pytest.fixture
async def chromium() -> AsyncIterator["BrowserContext"]:
    """Chromium with a new profile; the test is skipped where there is none."""
    reason = browser.why_not()
    if reason is not None:
        pytest.skip(reason)
    async with browser.chromium() as context:
        yield context


@pytest.fixture
def front_end() -> Iterator[FrontEnd]:
    """A web client on an origin of its own."""
    with run_front_end() as running:
        yield running
