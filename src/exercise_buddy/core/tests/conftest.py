import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

# Time passes for a client by checks of the event loop: on a busy machine it passes more slowly.
from exercise_buddy.core.tests.raw_http import Impatient, serving
from tests import postgres


@pytest.fixture
async def port() -> AsyncIterator[int]:
    async with serving(Impatient) as port:
        yield port


@pytest.fixture
def data_dir() -> Iterator[Path]:
    path = postgres.make_folder("exercise-buddy-embedded-")
    yield path
    shutil.rmtree(path, ignore_errors=True)
