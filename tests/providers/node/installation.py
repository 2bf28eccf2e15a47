"""The packages of npm that the tests can use: where they are, and how they get there.

They are installed once, into the user's cache, when `TEST_NODE_PROVIDERS=1` asks for it. So a plain test run never
needs a network: it uses what is there, or leaves the tests out that want it. `TEST_NODE_PROVIDERS=0` leaves them out
anyway.
"""

import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import platformdirs

SCRIPTS = Path(__file__).parent
PACKAGE = SCRIPTS / "package.json"

_OLDEST_NODE = 20
_NPM = ["install", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
_PATIENCE_SECONDS = 600


def folder() -> Path:
    """Say where the packages are, or would be: another version of `package.json` has another folder."""
    key = hashlib.sha256(PACKAGE.read_bytes()).hexdigest()[:16]
    return platformdirs.user_cache_path("exercise-buddy") / "test-providers" / key


@functools.cache
def why_not() -> str | None:
    """Say in one line why the packages cannot be used; install them first if that is asked for. None: they can.

    Raises:
        RuntimeError: it was asked for, and npm could not.

    """
    wanted = os.environ.get("TEST_NODE_PROVIDERS", "")
    if wanted == "0":
        return "TEST_NODE_PROVIDERS=0 leaves the providers of npm out"
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return "the providers of npm need node and npm, which are not here"
    found = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    if int(found.lstrip("v").partition(".")[0] or 0) < _OLDEST_NODE:
        return f"the providers of npm need Node {_OLDEST_NODE} or newer, and this is {found}"
    if (folder() / "node_modules").is_dir():
        return None
    if wanted != "1":
        return "the providers of npm are not installed: TEST_NODE_PROVIDERS=1 installs them, once, from npm's registry"
    _install(npm)
    return None


def _install(npm: str) -> None:
    place = folder()
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as name:
        unfinished = Path(name) / "packages"
        unfinished.mkdir()
        shutil.copy(PACKAGE, unfinished)
        outcome = subprocess.run(
            [npm, *_NPM], cwd=unfinished, capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False
        )
        if outcome.returncode != 0:
            raise RuntimeError(f"npm could not install the providers of the tests:\n{outcome.stderr[-2000:]}")
        try:
            # Whole or not at all: several processes of the tests may come here at once.
            unfinished.rename(place)
        except OSError:
            if not (place / "node_modules").is_dir():
                raise
