"""The servers of a benchmark: starting them, and what they take of the machine, from `/proc`."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from exercise_buddy.core.db.embedded import embedded_postgres
from exercise_buddy.core.settings import database_url

_TICKS = os.sysconf("SC_CLK_TCK")
_FIRST_TIME = 11
"""The index of `utime` in `/proc/PID/stat` after the name; `stime`, `cutime` and `cstime` follow."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server under load: its port, and the process whose tree it is."""

    name: str
    port: int
    pid: int


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def started(name: str, command: list[str], environment: dict[str, str], port: int) -> Iterator[Server]:
    """Run a server until the context ends; yield it once it accepts connections."""
    with Path(os.devnull).open("w") as nowhere:
        child = subprocess.Popen(command, env=os.environ | environment, stdout=nowhere, stderr=sys.stderr)
        try:
            _wait_for(port)
            yield Server(name, port, child.pid)
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(port)


@contextmanager
def database() -> Iterator[tuple[str, int | None]]:
    """Yield the URL of a database, and the process of its server: `DATABASE_URL` and None, or an embedded one."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield database_url(given), None
        return
    with ExitStack() as stack:
        data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="exercise-buddy-bench-")))
        with embedded_postgres(data_dir):
            pass
        with (data_dir / "postgres" / "postgresql.auto.conf").open("a") as configuration:
            # The disk of a shared machine is the noisiest part of it, and not what is measured here.
            configuration.write("fsync = off\nfull_page_writes = off\n")
        url = stack.enter_context(embedded_postgres(data_dir))
        pid = int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        yield database_url(url), pid


def tree(pid: int) -> list[int]:
    """Return a process and its descendants."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            fields = _stat(int(folder.name))
            if fields:
                children.setdefault(int(fields[1]), []).append(int(folder.name))
    found, waiting = [], [pid]
    while waiting:
        found.append(waiting.pop())
        waiting += children.get(found[-1], [])
    return found


def cpu_seconds(pid: int | None) -> float:
    """Return the CPU time of a process tree, with that of its children that have ended."""
    if pid is None:
        return 0.0
    ticks = sum(sum(map(int, _stat(one)[_FIRST_TIME : _FIRST_TIME + 4])) for one in tree(pid) if _stat(one))
    return ticks / _TICKS


def memory_bytes(pid: int | None) -> int:
    """Return the memory of a process tree: what is shared counts once, divided among those who share it."""
    return 0 if pid is None else sum(_pss_bytes(one) for one in tree(pid))


def _stat(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _pss_bytes(pid: int) -> int:
    try:
        lines: Iterable[str] = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
