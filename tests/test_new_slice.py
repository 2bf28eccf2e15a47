"""`exercise-buddy dev new-slice` writes a slice that migrates, passes its tests and keeps the rules."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from exercise_buddy.dev.commands import dev
from exercise_buddy.dev.new_slice import ROOT, SliceError, create_slice

CHECKS = [
    "src/exercise_buddy/zones",
    "tests/test_architecture.py",
    "tests/test_migrations.py::test_alembic_sees_nothing_left_to_do",
    "tests/test_migrations.py::test_form_one_line",
    "tests/test_openapi.py",
    "tests/test_built_sql.py",
    "tests/test_conventions.py",
    # mypy takes half a minute without its cache, and the slice has no .sql file.
    "--deselect=tests/test_conventions.py::test_is_clean[mypy]",
    "--deselect=tests/test_conventions.py::test_is_clean[sqlfluff lint --disable-progress-bar src]",
]
_NOT_COPIED = shutil.ignore_patterns(".git", ".venv", ".data", ".*_cache", ".hypothesis", "node_modules")


def test_a_new_slice_passes_its_tests_and_all_checks(tmp_path: Path, server_url: str) -> None:
    checkout = tmp_path / "checkout"
    shutil.copytree(ROOT, checkout, ignore=_NOT_COPIED)

    # Its import is the last of each list, where a comment at the end of the line would get lost.
    written = create_slice(checkout, "zones", "zone")

    assert "src/exercise_buddy/zones/handlers.py" in written
    # Coverage would look for the source of what it measured there, when that is gone.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", *CHECKS],
        cwd=checkout,
        env=inherited | {"PYTHONPATH": str(checkout / "src"), "TEST_DATABASE_URL": server_url},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert "src/exercise_buddy/zones/tests/test_zones.py ...." in outcome.stdout


@pytest.mark.parametrize(
    ("name", "item", "reason"),
    [
        ("users", "member", "'users' is taken"),
        ("logging", "line", "'logging' is taken"),
        ("gyms", "user_account", "The table 'user_account' exists already"),
        ("gyms", "user", "'user' is a reserved word of SQL"),
        ("routines", "plan", "The path '/routines' is taken"),
        ("gyms", "gyms", "need different names"),
        ("Gyms", "gym", "no valid name"),
        ("../gyms", "gym", "no valid name"),
        ("class", "lesson", "no valid name"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(name: str, item: str, reason: str) -> None:
    with pytest.raises(SliceError, match=reason):
        create_slice(ROOT, name, item)


def test_the_command_reports_why_it_refuses() -> None:
    outcome = CliRunner().invoke(dev, ["new-slice", "users"])

    assert outcome.exit_code == 1
    assert "The name 'users' is taken" in outcome.output
