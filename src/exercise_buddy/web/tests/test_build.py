"""Whether the web client of a checkout is up to date, and what happens if it cannot be built."""

import shutil
from pathlib import Path

import pytest

from exercise_buddy.web import build


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    source = tmp_path / "web"
    shutil.copytree(build.CHECKOUT / "web" / "src", source / "src")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(build.CHECKOUT / "web" / name, source)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "openapi.json").write_text("{}")
    monkeypatch.setattr(build, "CHECKOUT", tmp_path)
    monkeypatch.setattr(build, "_SOURCE", source)
    monkeypatch.setattr(build, "_CONTRACT", tmp_path / "docs" / "openapi.json")
    monkeypatch.setattr(build, "DIST", tmp_path / "dist")
    return tmp_path


def test_a_change_of_the_source_or_the_contract_makes_it_outdated(checkout: Path) -> None:
    assert build.is_outdated()
    (checkout / "dist").mkdir()

    for path in (checkout / "web" / "src" / "main.tsx", checkout / "docs" / "openapi.json"):
        (checkout / "dist" / "fingerprint").write_text(build.compute_fingerprint())
        assert not build.is_outdated()
        path.write_text(path.read_text() + "\n")
        assert build.is_outdated()


def test_what_the_build_writes_changes_nothing(checkout: Path) -> None:
    before = build.compute_fingerprint()
    (checkout / "web" / "node_modules").mkdir()
    (checkout / "web" / "node_modules" / "module.js").write_text("")
    (checkout / "web" / "src" / "api" / "schema.ts").write_text("generated")

    assert build.compute_fingerprint() == before


def test_an_installed_package_is_never_outdated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "_SOURCE", tmp_path / "web")

    assert not build.is_outdated()


@pytest.mark.usefixtures("checkout")
def test_without_node_the_reason_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(build, "find_spec", lambda _name: None)

    with pytest.raises(build.WebBuildError, match=r"^Node\.js 22 or newer is not installed, and neither is \S+$"):
        build.build(print)


def test_a_build_that_fails_leaves_the_last_one(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    node = checkout / "bin" / "node"
    node.parent.mkdir()
    node.write_text("#!/bin/sh\n[ \"$1\" = --version ] && echo v24.0.0 && exit\necho 'E404 not found' >&2\nexit 1\n")
    node.chmod(0o755)
    shutil.copy(node, node.with_name("npm"))
    monkeypatch.setenv("PATH", f"{node.parent}:/bin:/usr/bin")
    (checkout / "dist").mkdir()
    (checkout / "dist" / "index.html").write_text("the last one")

    with pytest.raises(build.WebBuildError, match="npm ci failed: E404 not found"):
        build.build(print)

    assert (checkout / "dist" / "index.html").read_text() == "the last one"
