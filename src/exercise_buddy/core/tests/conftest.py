from collections.abc import AsyncIterator

import pytest

# Time passes for a client by checks of the event loop: on a busy machine it passes more slowly.
from exercise_buddy.core.tests.raw_http import Impatient, serving


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(Impatient) as port:
        yield port
