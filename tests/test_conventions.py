"""The tools that hold the conventions, run as tests: one command is the whole gate."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        ["mypy"],
        ["lint-imports", "--no-cache"],
        ["sqlfluff", "lint", "--disable-progress-bar", "src"],
    ],
    ids=" ".join,
)
def test_is_clean(command: list[str]) -> None:
    program = Path(sys.executable).parent / command[0]

    outcome = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
