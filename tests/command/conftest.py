import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import postgres
from tests.command.processes import ServerStarter
from tests.support import SECRET


@pytest.fixture
def folder() -> Iterator[Path]:
    """The working directory of the processes."""
    path = postgres.make_folder("exercise-buddy-command-")
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def start(folder: Path) -> Iterator[ServerStarter]:
    starter = ServerStarter(folder)
    yield starter
    starter.close()


@pytest.fixture
def given_database(database_url: str) -> dict[str, str]:
    """The environment of a process that uses a given, migrated database.

    The tests that use it are synchronous: they need the mark `usefixtures("anyio_backend")`.
    """
    return {"DATABASE_URL": database_url, "SECRET_KEY": SECRET}
