"""`exercise-buddy dev new-slice` writes a slice that migrates, passes its tests and keeps the rules."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from exercise_buddy.dev.new_slice import SliceError, create_slice

ROOT = Path(__file__).parents[1]
CHECKS = [
    "src/exercise_buddy/gyms",
    "tests/test_architecture.py",
    "tests/test_migrations.py::test_alembic_sees_nothing_left_to_do",
    "tests/test_migrations.py::test_form_one_line",
    "tests/test_openapi.py",
    "tests/test_conventions.py",
    # It takes half a minute without its cache.
    "--deselect=tests/test_conventions.py::test_is_clean[mypy]",
]


def run(checkout: Path, *command: str, **variables: str) -> str:
    """Run Python on the code of a copied checkout, with the packages of this environment."""
    outcome = subprocess.run(
        [sys.executable, *command],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout / "src")} | variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    return outcome.stdout


def test_a_new_slice_passes_its_tests_and_all_checks(tmp_path: Path, server_url: str) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(".*", "node_modules"))

    # The group alone: the whole program takes seconds to import.
    command = "from exercise_buddy.dev.commands import dev; dev()"
    written = run(checkout, "-c", command, "new-slice", "gyms", "--item", "gym")
    tested = run(checkout, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *CHECKS, TEST_DATABASE_URL=server_url)

    assert "src/exercise_buddy/gyms/handlers.py" in written
    assert "src/exercise_buddy/gyms/tests/test_gyms.py ...." in tested


@pytest.mark.parametrize(
    ("name", "item", "reason"),
    [
        ("users", "member", "'users' is taken"),
        ("logging", "line", "'logging' is taken"),
        ("gyms", "user_account", "already a table named 'user_account'"),
        ("gyms", "gyms", "need different names"),
        ("Gyms", "gym", "no valid name"),
        ("../gyms", "gym", "no valid name"),
        ("class", "lesson", "no valid name"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(name: str, item: str, reason: str) -> None:
    with pytest.raises(SliceError, match=reason):
        create_slice(name, item)
