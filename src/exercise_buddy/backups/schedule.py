"""Backups at intervals, in processes of their own: a backup takes a minute of a core, and requests go on."""

import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import structlog

from exercise_buddy.backups.errors import BackupError
from exercise_buddy.backups.places import open_place
from exercise_buddy.core.ops.backup_settings import BackupSettings

COMMAND = (sys.executable, "-m", "exercise_buddy", "backup")
_RETRY = timedelta(minutes=15)
# A backup that is due waits until the service has started.
_START = timedelta(seconds=30)
_STOP_SECONDS = 10

log = structlog.get_logger()


def find_due_time(settings: BackupSettings, every: timedelta, now: datetime) -> datetime:
    """Return when the next backup is due: an interval after the newest one, or now if there is none.

    So a service that restarts often makes no more backups, and of several servers only the first one makes each.

    Raises:
        BackupError: the place cannot be read.

    """
    backups = open_place(settings).list()
    return max(now, backups[-1].created_at + every) if backups else now


class Schedule:
    """Makes a backup whenever one is due, until it is stopped."""

    def __init__(self, settings: BackupSettings, every: timedelta, options: Sequence[str] = ()) -> None:
        self._settings = settings
        self._every = every
        self._command = [*COMMAND, *options]
        self._stopped = threading.Event()

    def run(self, wait: timedelta = timedelta(0)) -> None:
        """Make backups until `stop` is called. The first one begins after `wait`."""
        while not self._stopped.wait(wait.total_seconds()):
            now = datetime.now(UTC)
            try:
                due = find_due_time(self._settings, self._every, now)
                if due <= now:
                    self._make_backup()
                    due = now + self._every
                wait = due - datetime.now(UTC)
            except (BackupError, OSError) as error:
                log.error("backup_failed", reason=str(error), retry_minutes=int(self._retry.total_seconds() // 60))  # noqa: TRY400  (a line for the operator)
                wait = self._retry
            wait = max(wait, timedelta(0))

    @property
    def _retry(self) -> timedelta:
        return min(_RETRY, self._every)

    def stop(self) -> None:
        """End `run`, and the backup that it makes."""
        self._stopped.set()

    def _make_backup(self) -> None:
        with subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
            while process.poll() is None:
                if self._stopped.wait(0.5):
                    process.terminate()
                    try:
                        process.wait(_STOP_SECONDS)
                    except subprocess.TimeoutExpired:
                        process.kill()
                    return
            said = process.stderr.read() if process.stderr else ""
        if process.returncode != 0:
            lines = said.strip().splitlines()
            raise BackupError(lines[-1] if lines else f"The process ended with the status {process.returncode}.")
        log.info("backup_completed", place=self._settings.backup_place)


@contextmanager
def scheduled_backups(settings: BackupSettings) -> Iterator[None]:
    """Make backups in the background for the duration of the context, if `BACKUP_EVERY` is set."""
    if settings.backup_every is None:
        yield
        return
    schedule = Schedule(settings, settings.backup_every)
    thread = threading.Thread(target=schedule.run, args=(_START,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        schedule.stop()
        thread.join(_STOP_SECONDS + 1)
