"""The disks that the program writes to on this machine. That of a database elsewhere is not seen."""

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from anyio import to_thread
from prometheus_client.metrics_core import GaugeMetricFamily

from exercise_buddy.core.ops.backup_settings import S3_SCHEME, BackupSettings
from exercise_buddy.core.ops.observations import Observed


@dataclass(frozen=True, slots=True)
class Disk:
    """The disk of a folder, and its bytes: all of them, and those that are free for this user."""

    purpose: str
    folder: Path
    total: int
    free: int


def list_disks(settings: BackupSettings) -> list[Disk]:
    """Return the disks for data, temporary files and backups; each once, for the first of these purposes."""
    places = {"DATA_DIR": settings.data_dir, "temporary files": Path(tempfile.gettempdir())}
    if not settings.backup_place.startswith(S3_SCHEME):
        places["backups"] = Path(settings.backup_place)
    disks, seen = [], set()
    for purpose, place in places.items():
        # The folder may be created later.
        folder = next(path for path in (place.absolute(), *place.absolute().parents) if path.exists())
        device = folder.stat().st_dev
        if device not in seen:
            seen.add(device)
            usage = shutil.disk_usage(folder)
            disks.append(Disk(purpose, folder, usage.total, usage.free))
    return disks


async def measure_disks(settings: BackupSettings) -> Observed:
    """Return the size of each disk and what is free."""
    free = GaugeMetricFamily("disk_free_bytes", "Free bytes of a disk that the server writes to.", labels=["purpose"])
    size = GaugeMetricFamily("disk_size_bytes", "Size of that disk.", labels=["purpose"])
    # A network disk may not respond.
    for disk in await to_thread.run_sync(list_disks, settings):
        free.add_metric([disk.purpose], disk.free)
        size.add_metric([disk.purpose], disk.total)
    return free, size
