"""The processes of the embedded PostgreSQL, found by `postmaster.pid` and by the folder in which they work."""

import contextlib
from pathlib import Path

from exercise_buddy.core.db.embedded_account import EmbeddedPostgresError

_END_SECONDS = 5.0
_SOCKET_LINE = 4
_STATUS_LINE = 7
_LOG_TAIL_BYTES = 4096


def find_process(pgdata: Path) -> int | None:
    """Return the id of the server of a data folder, None if it does not run."""
    import psutil  # noqa: PLC0415  (comes with the package)

    lines = _read_pid_file(pgdata)
    try:
        process = psutil.Process(int(lines[0]))
        # Another process may have the same id by now. A server works in the folder of its data.
        is_ours = process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == pgdata
    except (IndexError, ValueError, psutil.Error):
        return None
    return process.pid if is_ours else None


def is_ready(pgdata: Path) -> bool:
    """Return whether the server has reported that it accepts connections."""
    return _read_pid_file(pgdata)[_STATUS_LINE:] == ["ready"]


def is_stopping(pgdata: Path) -> bool:
    """Return whether the server is about to end, and accepts no connections any more."""
    return _read_pid_file(pgdata)[_STATUS_LINE:] == ["stopping"]


def find_socket_folder(pgdata: Path) -> Path | None:
    """Return the folder of the socket, also after a crash of the server; None if no such folder exists."""
    lines = _read_pid_file(pgdata)
    return Path(lines[_SOCKET_LINE]) if len(lines) > _SOCKET_LINE and lines[_SOCKET_LINE] else None


def end_leftovers(pgdata: Path, uid: int) -> None:
    """End the processes of a server that has ended: they hold its memory, so that no other one can start.

    Also a server whose `postmaster.pid` somebody has deleted: two of them would destroy the data.

    Args:
        pgdata: the data.
        uid: the user of the processes.

    Raises:
        EmbeddedPostgresError: a process does not end.

    """
    import psutil  # noqa: PLC0415  (comes with the package)

    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error, OSError):
            if process.name() == "postgres" and process.uids().real == uid and Path(process.cwd()) == pgdata:
                process.kill()
                found.append(process)
    _, left = psutil.wait_procs(found, _END_SECONDS)
    if any(process.status() != psutil.STATUS_ZOMBIE for process in left):
        raise EmbeddedPostgresError(
            f"The process {left[0].pid} of an earlier embedded PostgreSQL does not end. End it, and start again."
        )


def remove_stale_pid_file(pgdata: Path) -> None:
    """Remove the file of a crashed server, if PostgreSQL would take another process with its id for the server."""
    import psutil  # noqa: PLC0415  (comes with the package)

    lines = _read_pid_file(pgdata)
    # Otherwise the file stays: by it, PostgreSQL recognises the memory of a former server that is still in use.
    if not lines or not lines[0].isdecimal() or psutil.pid_exists(int(lines[0])):
        (pgdata / "postmaster.pid").unlink(missing_ok=True)


def read_last_message(pgdata: Path) -> str:
    """Return a sentence with the path of the server's log and its last line."""
    path = pgdata / "log"
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - _LOG_TAIL_BYTES))
            lines = file.read().decode(errors="replace").strip().splitlines()
    except OSError:
        lines = []
    return f"Its log is {path}" + (f" and ends with: {lines[-1].strip()}" if lines else ".")


def _read_pid_file(pgdata: Path) -> list[str]:
    try:
        return [line.strip() for line in (pgdata / "postmaster.pid").read_text().splitlines()]
    except FileNotFoundError:
        return []
