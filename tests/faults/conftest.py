from pathlib import Path

import pytest

from tests.command.conftest import folder, start

__all__ = ["folder", "start"]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Run the drills only where they are asked for: they take minutes."""
    drills = [item for item in items if item.path.is_relative_to(HERE)]
    for item in drills:
        item.add_marker("faults")
    if "faults" not in f"{config.getoption('markexpr')} {' '.join(config.args)}":
        config.hook.pytest_deselected(items=drills)
        items[:] = [item for item in items if item not in set(drills)]
