"""The workflows and the release: valid, safe, and of what exists."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
DEPENDABOT = ROOT / ".github" / "dependabot.yml"
PARSED: dict[str, dict[str, Any]] = {path.name: yaml.safe_load(path.read_text()) for path in WORKFLOWS}
STEPS = [step for workflow in PARSED.values() for job in workflow["jobs"].values() for step in job["steps"]]
SCRIPTS = [step["run"] for step in STEPS if "run" in step]
NOTES = ".ci/release-notes"


def run(*command: str | Path, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / command[0]
    return subprocess.run(
        [program if program.exists() else command[0], *command[1:]],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("github-workflows", WORKFLOWS),
        ("dependabot", [DEPENDABOT]),
        ("compose-spec", [ROOT / "docker-compose.yml"]),
    ],
)
def test_files_have_the_form_that_their_reader_expects(schema: str, files: list[Path]) -> None:
    outcome = run("check-jsonschema", "--builtin-schema", f"vendor.{schema}", *files)

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_workflows_are_safe() -> None:
    outcome = run("zizmor", "--offline", "--no-progress", ".github")

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_an_unsafe_workflow_would_be_found(tmp_path: Path) -> None:
    unsafe = re.sub(r"(\.ci/release-notes) \S+", r"\1 ${{ github.event.head_commit.message }}", read("release.yml"))
    (tmp_path / "release.yml").write_text(unsafe)

    outcome = run("zizmor", "--offline", "--no-progress", tmp_path / "release.yml")

    assert outcome.returncode != 0
    assert "template-injection" in outcome.stdout


def read(name: str) -> str:
    return next(path for path in WORKFLOWS if path.name == name).read_text()


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_script_is_valid(script: str) -> None:
    # An expression would be replaced before the shell reads it: names of branches could be commands.
    assert "${{" not in script
    assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


def test_what_workflows_run_exists() -> None:
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    text = "\n".join(SCRIPTS)
    files = set(re.findall(r"(?:\./|\s|^)(\.ci/[\w-]+|src/[\w/.-]+\.py)", text, re.MULTILINE))
    modules = set(re.findall(r"python -m ((?:tests|benchmarks)[\w.]*)", text))

    assert {".ci/run", NOTES} <= files
    assert [file for file in files if not (ROOT / file).is_file()] == []
    assert [name for name in modules if not (ROOT / f"{name.replace('.', '/')}.py").is_file()] == []
    assert set(re.findall(r"-group[ =](\w+)", text)) <= groups.keys()


def test_uv_has_one_version() -> None:
    places = [ROOT / ".ci" / "run", ROOT / "Dockerfile", *WORKFLOWS]

    assert len({version for path in places for version in re.findall(r"uv==(\S+)", path.read_text())}) == 1


def test_dependabot_updates_each_place() -> None:
    updates = yaml.safe_load(DEPENDABOT.read_text())["updates"]
    places = {(update["package-ecosystem"], update["directory"].strip("/")) for update in updates}
    files = {
        "uv": "uv.lock",
        "docker": "Dockerfile",
        "docker-compose": "docker-compose.yml",
        "npm": "package-lock.json",
    }
    tracked = run("git", "ls-files").stdout.split() if (ROOT / ".git").exists() else []
    expected = {
        (kind, path.removesuffix(name).strip("/"))
        for kind, name in files.items()
        for path in tracked
        if path.rpartition("/")[2] == name
    }

    assert ("github-actions", "") in places
    assert places - {("github-actions", "")} == expected or not tracked


def test_only_the_release_may_write() -> None:
    allowed = {
        ("release.yml", "image"): {"packages"},
        ("release.yml", "publish"): {"contents", "packages", "id-token", "attestations"},
        ("codeql.yml", "analyze"): {"security-events"},
    }
    found = {
        (name, job): {permission for permission, access in own.items() if access == "write"}
        for name, workflow in PARSED.items()
        for job, content in workflow["jobs"].items()
        if (own := {**(workflow.get("permissions") or {}), **content.get("permissions", {})})
    }

    assert {key: writes for key, writes in found.items() if writes} == allowed
    assert all("permissions" in workflow for workflow in PARSED.values())


CHANGELOG = """# Changelog

## [Unreleased]

## [1.2.3] - 2026-12-01

### Added

- A thing.

## [1.2.2] - 2026-11-01

- Old.
"""


@pytest.mark.parametrize(
    ("version", "changelog", "expected"),
    [
        ("1.2.3", CHANGELOG, "### Added\n\n- A thing.\n"),
        ("1.2.4", CHANGELOG, "The version of pyproject.toml is not 1.2.4."),
        ("1.2.3", CHANGELOG.replace("[1.2.3]", "[1.2.30]"), "CHANGELOG.md has no section [1.2.3]."),
        ("1.2.3", "## [1.2.3]\n\n## [1.2.2]\n\n- Old.\n", "CHANGELOG.md has no section [1.2.3]."),
    ],
)
def test_the_notes_of_a_release_are_its_section(tmp_path: Path, version: str, changelog: str, expected: str) -> None:
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / NOTES, tmp_path / NOTES)
    (tmp_path / "CHANGELOG.md").write_text(changelog)
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')

    outcome = run(tmp_path / NOTES, version, folder=tmp_path)

    assert outcome.stdout.strip() + outcome.stderr.strip() == expected.strip()
    assert (outcome.returncode == 0) == expected.startswith("###")
