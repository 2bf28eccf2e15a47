"""The providers as fixtures."""

from collections.abc import Iterator

import pytest

from tests.providers.strict import StrictProvider
from tests.providers.strict import strict_provider as run_strict_provider

__all__ = ["strict_provider"]


@pytest.fixture
def strict_provider() -> Iterator[StrictProvider]:
    """The tests' own OpenID provider, which plays Google."""
    with run_strict_provider() as provider:
        yield provider
