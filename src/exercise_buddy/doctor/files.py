"""Checks of what is on this machine: settings, disks, keys and backups."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

import asyncpg

from exercise_buddy.backups.archive import read_manifest
from exercise_buddy.backups.encryption import is_encrypted
from exercise_buddy.backups.errors import BackupError
from exercise_buddy.backups.files import find_secret_file
from exercise_buddy.backups.places import Place, StoredBackup, open_place
from exercise_buddy.backups.programs import Programs
from exercise_buddy.core.ops.disks import list_disks
from exercise_buddy.core.private_files import UnsafePathError, check_folder, check_secret_file
from exercise_buddy.core.security.key_files import SigningKeysError, read_keys
from exercise_buddy.core.threads import start_daemon
from exercise_buddy.doctor.findings import Check, Finding
from exercise_buddy.settings import Settings

_LOW_BYTES, _LOW_SHARE = 2 * 1024**3, 0.1
_EMPTY_BYTES = 256 * 1024**2
_OLD_KEY = timedelta(days=365)
_OLD_BACKUP = timedelta(days=7)
_PLACE_SECONDS = 30.0
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}


def check_settings(settings: Settings) -> list[Finding]:
    """Return which settings are valid but weaken a service that others reach."""
    check = Check("settings")
    found = []
    if settings.debug and settings.host not in _LOOPBACK:
        found.append(check.error("DEBUG is on, and other machines can connect.", "Turn it off, or set HOST=127.0.0.1."))
    if settings.host not in _LOOPBACK and settings.frontend_url is None:
        found.append(
            check.warning("FRONTEND_URL is not set: links in mails lead to localhost.", "Set it to the public address.")
        )
    return found or [check.ok("All are valid.")]


def check_disk(settings: Settings) -> list[Finding]:
    """Return how much room there is for data, backups and uploads. The disk of another server is not seen."""
    check, found = Check("disk"), []
    for disk in list_disks(settings):
        free, total = f"{disk.free / 1e9:,.1f} GB", f"{disk.total / 1e9:,.1f} GB"
        message = f"{free} of {total} are free for {disk.purpose} ({disk.folder})."
        if disk.free < _EMPTY_BYTES:
            found.append(check.error(message, "Make room now: PostgreSQL stops when its disk is full."))
        elif disk.free < min(_LOW_BYTES, disk.total * _LOW_SHARE):
            found.append(check.warning(message, "Make room."))
        else:
            found.append(check.ok(message))
    return found


def check_keys(settings: Settings) -> list[Finding]:
    """Return whether the secret and the signing keys are private, and how old the active key is."""
    check, found = Check("keys"), []
    paths = [path for path in (find_secret_file(settings),) if path is not None]
    if settings.key_pair_algorithm is not None:
        paths.append(settings.signing_keys_path)
        try:
            keys = read_keys(settings.signing_keys_path)
        except SigningKeysError as error:
            found.append(check.error(str(error), ""))
        else:
            active = [key for key in keys if key.not_before <= time.time()]
            age = timedelta(seconds=time.time() - active[-1].not_before) if active else timedelta(0)
            if not active:
                found.append(check.error("No signing key is active yet.", "Run: exercise-buddy keys rotate"))
            elif age > _OLD_KEY:
                message = f"The signing key is {age.days} days old."
                found.append(check.warning(message, "Run: exercise-buddy keys rotate"))
            else:
                found.append(check.ok(f"{settings.algorithm} signs; {len(keys)} keys verify."))
    for path in paths:
        try:
            check_secret_file(path)
            check_folder(path.parent)
        except UnsafePathError as error:
            found.append(check.error(str(error), ""))
    return found or [check.ok(f"{settings.algorithm} signs, with a secret that nobody else can read.")]


async def check_backups(settings: Settings, url: str | None) -> list[Finding]:
    """Return how old the newest backup is, whether it can be read, and whether another one can be made."""
    check, found = Check("backups"), []
    place = open_place(settings)
    try:
        looking = asyncio.wrap_future(start_daemon(lambda: _look_at_backups(place)))
        backups, damage = await asyncio.wait_for(looking, _PLACE_SECONDS)
    except (BackupError, TimeoutError) as error:
        reason = str(error) or f"{place} has not responded within {_PLACE_SECONDS:.0f} s."
        return [check.error(f"Their place cannot be read: {reason}", "Check BACKUP_TO and the BACKUP_S3_… settings.")]
    advice = "Run: exercise-buddy backup, and set BACKUP_EVERY=24h."
    if not backups:
        found.append(check.warning(f"{place} has none.", advice))
    else:
        newest = backups[-1]
        age = datetime.now(UTC) - newest.created_at
        limit = 2 * settings.backup_every if settings.backup_every else _OLD_BACKUP
        message = f"The newest is {_format_age(age)} old: {newest.name}."
        found.append(check.error(message, advice) if age > limit else check.ok(message))
        if damage is not None:
            found.append(check.error(f"{newest.name}: {damage}", "Make another one: exercise-buddy backup"))
        if len(backups) > 1 and newest.size < backups[-2].size / 2:
            message = "The newest is less than half as large as the one before."
            found.append(check.warning(message, "Look for lost data."))
    if url is not None:
        found += await _check_programs(check, url)
    return found


def _look_at_backups(place: Place) -> tuple[list[StoredBackup], str | None]:
    """Return the backups, and why the newest one cannot be read, if so."""
    backups = place.list()
    if not backups:
        return backups, None
    try:
        with place.open(backups[-1].name) as source:
            # A server cannot decrypt its backups.
            if not is_encrypted(source):
                read_manifest(source)
    except (BackupError, OSError) as error:
        return backups, str(error)
    return backups, None


async def _check_programs(check: Check, url: str) -> list[Finding]:
    try:
        connection = await asyncpg.connect(url, timeout=5)
    except (OSError, asyncpg.PostgresError):
        # The check of the database says so.
        return []
    try:
        Programs.find(url, connection)
    except BackupError as error:
        return [check.error(str(error), "")]
    finally:
        await connection.close()
    return []


def _format_age(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours / 24:.0f} days" if hours > 48 else f"{hours:.0f} hours"  # noqa: PLR2004
