"""Supervision of the embedded PostgreSQL: it is restarted when it has ended, and stopped when its user was killed."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from exercise_buddy.core.db.embedded_account import EmbeddedPostgresError, environment
from exercise_buddy.core.db.embedded_process import read_last_message
from exercise_buddy.core.db.embedded_server import Server
from exercise_buddy.core.restart_limit import RestartLimit

CHECK_SECONDS = 0.25

log = structlog.get_logger()


@contextmanager
def supervise(server: Server, restart: Callable[[], None]) -> Iterator[str]:
    """Supervise a server for the duration of the context; yield its URL.

    If it ends too often, this process gets SIGTERM.

    Args:
        server: the server, which runs.
        restart: starts the server if it does not run, while no other process does so. It raises
            `EmbeddedPostgresError` if the server does not start.

    Raises:
        EmbeddedPostgresError: at the end of the context, if the server has ended too often.

    """
    supervisor = _Supervisor(server, restart)
    supervisor.start()
    try:
        yield server.url
    finally:
        supervisor.stop()
        if supervisor.failure is not None:
            raise EmbeddedPostgresError(supervisor.failure)


class _Supervisor:
    """A thread that restarts the server of this process when it has ended, at the same address.

    A server that does not respond is left alone: it may be suspended, and continues where it was.

    Attributes:
        failure: why the supervisor has given up, in one line. None if it has not.

    """

    def __init__(self, server: Server, restart: Callable[[], None]) -> None:
        self._server = server
        self._restart = restart
        self._url = server.url
        self._limit = RestartLimit()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="embedded-postgres-supervisor", daemon=True)
        self.failure: str | None = None

    def start(self) -> None:
        """Begin to supervise."""
        self._thread.start()

    def stop(self) -> None:
        """End the supervision. A restart in progress is awaited."""
        self._stopping.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.wait(CHECK_SECONDS):
            if not self._server.is_running() and not self._recover():
                # The process drains and ends; the process that started the server reports the failure.
                os.kill(os.getpid(), signal.SIGTERM)
                return

    def _recover(self) -> bool:
        """Restart the server. Return False if it has ended too often."""
        began = time.monotonic()
        reason = "it ended"
        while not self._stopping.is_set():
            if not self._server.pgdata.exists():
                return self._give_up(
                    f"The folder of the embedded PostgreSQL, {self._server.pgdata}, was moved or deleted while it was "
                    "used. If it was moved, start again with the new DATA_DIR."
                )
            if not self._limit.allow():
                return self._give_up(
                    f"The embedded PostgreSQL ended more than {self._limit.max_restarts} times within "
                    f"{self._limit.seconds:.0f} s ({reason}). {read_last_message(self._server.pgdata)}"
                )
            log.warning("embedded_postgres_ended", reason=reason)
            try:
                self._restart()
                if self._server.url == self._url:
                    log.warning("embedded_postgres_restarted", seconds=round(time.monotonic() - began, 1))
                    return True
                reason = "its socket has another address now"
            except (EmbeddedPostgresError, OSError) as error:
                reason = str(error)
            self._stopping.wait(CHECK_SECONDS)
        return True

    def _give_up(self, failure: str) -> bool:
        self.failure = failure
        log.error("embedded_postgres_given_up", reason=failure)
        return False


class Keeper:
    """A process that stops the server if this process is killed, unless others use it (see `embedded_keeper`)."""

    def __init__(self, data_dir: Path) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(  # noqa: S603  (a module of our own)
                [sys.executable, "-m", "exercise_buddy.core.db.embedded_keeper", str(data_dir)],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                # Nothing of our environment, which may hold secrets, but the way to its modules.
                env=environment() | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,
            )
        except OSError as error:
            # Without it the server runs as well: it would only stay if this process were killed.
            log.warning("embedded_postgres_without_keeper", reason=error.strerror)

    def dismiss(self) -> None:
        """End it. It has nothing to do any more, because this process stops the server itself."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
