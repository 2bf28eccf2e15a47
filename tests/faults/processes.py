"""The processes that drills break."""

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil

from exercise_buddy.core.db.embedded_server import Server
from tests.command.processes import Server as ServingProcess


def get_postmaster(folder: Path) -> psutil.Process:
    """Return the main process of the embedded PostgreSQL of a working directory."""
    return psutil.Process(int((folder / ".data/postgres/postmaster.pid").read_text().split("\n", 1)[0]))


def crash(server: ServingProcess, folder: Path) -> None:
    """Kill a server and its PostgreSQL at once, as a crash of the machine does."""
    postgres = get_postmaster(folder)
    family = [*postgres.children(), postgres]
    server.kill()
    for process in family:
        # Its keeper may have begun to stop it.
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, 30)


@contextlib.contextmanager
def freeze(process: psutil.Process) -> Iterator[None]:
    """Stop a process and its descendants, until the block ends."""
    # First the parent, so that it starts no other.
    family = [process]
    process.send_signal(signal.SIGSTOP)
    family += process.children(recursive=True)
    for child in family[1:]:
        child.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        for frozen in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                frozen.send_signal(signal.SIGCONT)


def get_embedded_url(folder: Path) -> str:
    """Return the URL of the embedded PostgreSQL of a working directory."""
    return Server(folder / ".data").url
