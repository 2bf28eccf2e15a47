"""The tools that hold the conventions, run as tests: one command is the whole gate."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / command[0]
    return subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check"],
        ["ruff", "format", "--check"],
        # The types of some dependencies differ on later versions of Python.
        pytest.param(["mypy"], marks=pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="needs Python 3.11")),
        ["lint-imports", "--no-cache"],
        ["sqlfluff", "lint", "--disable-progress-bar", "src"],
    ],
    ids=" ".join,
)
def test_is_clean(command: list[str]) -> None:
    outcome = run(command)

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


# Words in URLs of examples and tests, hashes of an avatar and of rows, key pairs that were made for tests,
# built files, and values of examples: those of RFC 7636 and 8037, unsigned tokens, a version, a cursor.
NO_SECRETS = [
    "--no-verify",
    *("--exclude-lines", "//[a-z_]+:(password|p%40ss|secret|secret-word|hunter2)@"),
    *("--exclude-secrets", "8342729096ea3675442027381ff50dfe"),
    *("--exclude-secrets", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM|11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"),
    *("--exclude-secrets", r"eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9\.|eyJhbGciOiJIUzI1NiJ9\.e30|3f9f028a050c"),
    *(
        "--exclude-secrets",
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk|WyJjaGFuZ2VzIiw2LCIwMTljOTM0MC1|f618cb6a7244fa9d",
    ),
    *("--exclude-files", r"docs/openapi\.json|web/src/api/schema\.ts|docs/sql/|core/security/tests/test_key_files\.py"),
    # It takes every assignment to a name such as `token` for a secret.
    *("--disable-plugin", "KeywordDetector"),
]


def test_no_file_contains_a_secret() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("This is no git checkout.")
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()

    outcome = run(["detect-secrets-hook", *NO_SECRETS, *files])

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_a_secret_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "settings.py").write_text(f'KEY = "{"AKIA"}{"Z7Q4WX2NTRB5J8MC"}"\n')

    assert run(["detect-secrets-hook", *NO_SECRETS, str(tmp_path / "settings.py")]).returncode == 1


def test_actions_are_pinned_by_commit() -> None:
    workflows = [path.read_text() for path in (ROOT / ".github" / "workflows").iterdir()]
    used = [line.split("uses:", 1)[1] for text in workflows for line in text.splitlines() if "uses:" in line]

    assert used != []
    assert [action for action in used if not re.fullmatch(r" [\w./-]+@[0-9a-f]{40} # v[\d.]+", action)] == []
