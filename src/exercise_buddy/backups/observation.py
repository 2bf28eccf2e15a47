"""What the metrics say about backups."""

import asyncio

from exercise_buddy.backups.places import open_place
from exercise_buddy.core.ops.backup_settings import BackupSettings
from exercise_buddy.core.ops.observations import Observed, build_gauge
from exercise_buddy.core.threads import start_daemon


async def measure_backups(settings: BackupSettings) -> Observed:
    """Return the time of the newest backup (0 if there is none), and the interval in which `serve` makes them, if any.

    Raises:
        BackupError: their place cannot be read.

    """
    backups = await asyncio.wrap_future(start_daemon(lambda: open_place(settings).list()))
    newest = backups[-1].created_at.timestamp() if backups else 0
    found = [build_gauge("backup_newest_time_seconds", "Unix time of the newest backup; 0: there is none.", newest)]
    if settings.backup_every is not None:
        interval = settings.backup_every.total_seconds()
        found.append(build_gauge("backup_interval_seconds", "Seconds between backups (BACKUP_EVERY).", interval))
    return found
