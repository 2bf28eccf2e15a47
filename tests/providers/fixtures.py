"""The providers as fixtures, on ports of their own, for one test each."""

from collections.abc import Iterator

import pytest

from tests.providers import discord, github, strict

__all__ = ["discord_stub", "github_stub", "strict_provider"]


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
