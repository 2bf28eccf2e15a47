import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests import postgres
from tests.command.conftest import folder
from tests.command.processes import Server, ServerStarter

__all__ = ["folder"]

HERE = Path(__file__).parent


class DrillStarter(ServerStarter):
    """Starts servers whose limits leave room for writers that send without a pause."""

    def __call__(self, *options: str, **variables: Any) -> tuple[Server, httpx2.Client]:
        limits = "signed_in=100000/minute,anonymous=100000/minute,registrations_address=1000/hour"
        return super().__call__(*options, **{"RATE_LIMITS": limits, **variables})


@pytest.fixture(scope="session")
def prepared() -> Iterator[Path]:
    """The data of a server that has started once: to create and migrate a database takes longer than most drills."""
    folder = postgres.make_folder("exercise-buddy-drills-")
    starter = ServerStarter(folder)
    server, _ = starter()
    assert server.stop() == 0
    starter.close()
    yield folder / ".data"
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start(folder: Path, prepared: Path) -> Iterator[ServerStarter]:
    # With its owner, who is another user than root.
    subprocess.run(["cp", "-a", str(prepared), str(folder)], check=True)
    starter = DrillStarter(folder)
    yield starter
    starter.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the drills only where they are asked for: they take minutes."""
    drills = [item for item in items if item.path.is_relative_to(HERE)]
    for item in drills:
        item.add_marker("faults")
        # A busy machine can make a drill fail. It cannot make the server lose anything.
        item.add_marker(pytest.mark.flaky(reruns=1, rerun_except=["LostWriteError"]))
    if "faults" not in f"{config.getoption('markexpr')} {' '.join(config.args)}":
        config.hook.pytest_deselected(items=drills)
        items[:] = [item for item in items if item not in set(drills)]
