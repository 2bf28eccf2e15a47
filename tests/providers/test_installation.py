"""npm is asked for packages only if somebody wants that, and once. `node` and `npm` are scripts of the test here."""

import os
import sys
from pathlib import Path

import platformdirs
import pytest

from tests.providers.node import installation

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the programs of this test are shell scripts")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with a new Node and an npm that works, and an empty cache."""
    folder = tmp_path / "bin"
    folder.mkdir()
    put(folder / "node", "echo v22.4.0")
    put(folder / "npm", f"echo x >> {tmp_path}/npm-calls; mkdir node_modules")
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")
    monkeypatch.delenv("TEST_NODE_PROVIDERS", raising=False)
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache" / name)
    return folder


def put(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def why_not() -> str | None:
    return installation.why_not.__wrapped__()


def calls_of_npm(tmp_path: Path) -> int:
    calls = tmp_path / "npm-calls"
    return len(calls.read_text().splitlines()) if calls.exists() else 0


@pytest.mark.usefixtures("programs")
def test_nothing_is_installed_unless_somebody_asks_for_it(tmp_path: Path) -> None:
    assert "TEST_NODE_PROVIDERS=1 installs them" in str(why_not())
    assert calls_of_npm(tmp_path) == 0
    assert not (tmp_path / "cache").exists()


@pytest.mark.usefixtures("programs")
def test_it_is_installed_once_and_used_without_being_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_NODE_PROVIDERS", "1")
    first, second = why_not(), why_not()
    monkeypatch.delenv("TEST_NODE_PROVIDERS")

    assert (first, second, why_not()) == (None, None, None)
    assert calls_of_npm(tmp_path) == 1
    assert sorted(path.name for path in installation.folder().iterdir()) == ["node_modules", "package.json"]
    assert len(list(installation.folder().parent.iterdir())) == 1


@pytest.mark.usefixtures("programs")
def test_it_can_be_left_out_although_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_NODE_PROVIDERS", "1")
    why_not()

    monkeypatch.setenv("TEST_NODE_PROVIDERS", "0")

    assert "TEST_NODE_PROVIDERS=0" in str(why_not())


def test_a_failing_npm_is_an_error_and_leaves_nothing_behind(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(programs / "npm", "mkdir node_modules; echo 'no such host' >&2; exit 1")
    monkeypatch.setenv("TEST_NODE_PROVIDERS", "1")

    with pytest.raises(RuntimeError, match="no such host"):
        why_not()

    assert not installation.folder().exists()
    assert list(installation.folder().parent.iterdir()) == []


def test_whoever_comes_second_uses_what_the_first_has_installed(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = installation.folder()
    put(programs / "npm", f"mkdir -p node_modules {first}/node_modules/of-the-first")
    monkeypatch.setenv("TEST_NODE_PROVIDERS", "1")

    assert why_not() is None
    assert (first / "node_modules" / "of-the-first").exists()


def test_an_old_node_will_not_do(programs: Path) -> None:
    put(programs / "node", "echo v18.20.4")

    assert why_not() == "the providers of npm need Node 20 or newer, and this is v18.20.4"


def test_without_node_there_is_a_line_that_says_so(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (programs / "node").unlink()
    monkeypatch.setenv("PATH", str(programs))

    assert why_not() == "the providers of npm need node and npm, which are not here"


def test_another_version_has_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = installation.folder()
    other = tmp_path / "package.json"
    other.write_text(installation.PACKAGE.read_text().replace('"8.', '"9.'))

    monkeypatch.setattr(installation, "PACKAGE", other)

    assert installation.folder() != before
    assert installation.folder().parent == before.parent


def test_the_repository_names_exact_versions_and_no_registry() -> None:
    texts = [path.read_text() for path in installation.SCRIPTS.iterdir() if path.suffix in {".json", ".mjs"}]

    assert not any("registry" in text or "npmjs" in text for text in texts)
    assert not any(mark in installation.PACKAGE.read_text() for mark in "^~*")
