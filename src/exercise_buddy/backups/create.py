"""The use case of a backup: a dump of the database and the files of the server, verified before it has its name."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import asyncpg
from pyrage import x25519

from exercise_buddy.backups.archive import DUMP, FORMAT, Manifest, describe_member, read_archive, write_archive
from exercise_buddy.backups.encryption import decrypt, encrypt
from exercise_buddy.backups.errors import BackupError
from exercise_buddy.backups.files import copy_files, find_files, fingerprint_secret
from exercise_buddy.backups.places import Place, StoredBackup, build_name, make_draft
from exercise_buddy.backups.programs import Programs
from exercise_buddy.core.db.connections import connect
from exercise_buddy.core.private_files import prepare_folder
from exercise_buddy.settings import Settings

# Held while a backup of a database is written: the rules of retention see all backups but this one.
_LOCK = 4_815_162_343
UNLIMITED = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0", "lock_timeout": "10s"}
_TABLES = """
SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname
"""
# The embedded programs know no better compression. Level 6, the default, takes three times as long for a tenth less.
_COMPRESSION = "--compress=gzip:1"
# Other schemas and extensions of the database belong to its operator.
_CONTENT = ("--schema=public", "--extension=pg_trgm")
PORTABLE = ("--no-owner", "--no-privileges")


@contextmanager
def work_folder(settings: Settings) -> Iterator[Path]:
    """Yield a private folder that is deleted at the end, on the disk of the data: a dump may be large and is secret.

    Raises:
        BackupError: it cannot be created, or the disk is full.

    """
    try:
        prepare_folder(settings.data_dir)
        for former in settings.data_dir.glob("backup-work-*"):
            # Of a process that was killed. A running one writes to its folder all the time.
            if datetime.now(UTC).timestamp() - former.stat().st_mtime > 24 * 60 * 60:
                shutil.rmtree(former, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix="backup-work-", dir=settings.data_dir))
    except OSError as error:
        raise BackupError(f"DATA_DIR: {settings.data_dir} cannot be used: {error.strerror}") from None
    try:
        yield folder
    except OSError as error:
        raise BackupError(f"{error.filename or folder.parent}: {error.strerror or error}") from None
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def create_backup(settings: Settings, url: str, place: Place) -> tuple[StoredBackup, Manifest]:
    """Write a backup to a place, and return it with its manifest. Whatever fails leaves no backup and no draft.

    Args:
        settings: the settings of the server, with the files and the recipients.
        url: the database, in the form of `settings.database_url`.
        place: where the backup is stored.

    Raises:
        BackupError: it cannot be written, or is not what was written.

    """
    recipients = [x25519.Recipient.from_str(text) for text in settings.backup_recipients]
    # Only in memory: with it, the backup can be decrypted once, to verify it.
    witness = x25519.Identity.generate()
    with work_folder(settings) as work:
        draft_folder = place.find_draft_folder(work)
        async with _snapshot(url) as (connection, snapshot):
            manifest = await _dump(settings, url, connection, snapshot, work)
        draft, file = make_draft(draft_folder)
        try:
            with file:
                _write(file, manifest, work, [*recipients, witness.to_public()] if recipients else [])
                size = file.tell()
                _write_to_disk(file)
                _verify(file, manifest, witness if recipients else None)
            name = build_name(manifest.created_at, is_encrypted=bool(recipients))
            place.store(draft, name)
        except OSError as error:
            raise BackupError(f"{draft_folder}: {error.strerror or error}. No backup was stored.") from None
        finally:
            draft.unlink(missing_ok=True)
    return StoredBackup(manifest.created_at.replace(microsecond=0), name, size), manifest


@asynccontextmanager
async def _snapshot(url: str) -> AsyncIterator[tuple[asyncpg.Connection, str]]:
    """Yield a connection in a transaction, and the name of its snapshot, which other connections can read."""
    connection = await connect(url, server_settings=UNLIMITED)
    try:
        if not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
            raise BackupError("Another backup of this database is being written.")
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            yield connection, await connection.fetchval("SELECT pg_export_snapshot()")
    finally:
        await connection.close()


async def _dump(settings: Settings, url: str, connection: asyncpg.Connection, snapshot: str, work: Path) -> Manifest:
    """Write the dump and the files to a folder, and return their manifest."""
    programs = Programs.find(url, connection)
    created_at = datetime.now(UTC)
    tables = [row["relname"] for row in await connection.fetch(_TABLES)]
    if "alembic_version" not in tables:
        raise BackupError("The database has no tables of Exercise Buddy, so there is nothing to back up.")
    rows = {table: await connection.fetchval(f'SELECT count(*) FROM public."{table}"') for table in tables}  # noqa: S608
    dump = work / DUMP
    options = ("--format=custom", _COMPRESSION, f"--snapshot={snapshot}", *_CONTENT, *PORTABLE, f"--file={dump}")
    await programs.run("pg_dump", *options, connect=True)
    # Reads all of it, not only its list.
    await programs.run("pg_restore", "--file=/dev/null", str(dump))
    names = copy_files(find_files(settings), work)
    return Manifest(
        format=FORMAT,
        created_at=created_at,
        version=settings.version,
        revision=await connection.fetchval("SELECT version_num FROM public.alembic_version"),
        postgresql=connection.get_server_version().major,
        secret_key=fingerprint_secret(settings),
        rows=rows,
        members=[describe_member(work / name, name) for name in (DUMP, *names)],
    )


def _write(file: BinaryIO, manifest: Manifest, work: Path, recipients: list[x25519.Recipient]) -> None:
    if recipients:
        with encrypt(file, recipients) as target:
            write_archive(target, manifest, work)
    else:
        write_archive(file, manifest, work)


def _write_to_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())
    if hasattr(os, "posix_fadvise"):
        # So that it is verified as the disk has it, not as the memory does.
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _verify(file: BinaryIO, manifest: Manifest, witness: x25519.Identity | None) -> None:
    file.seek(0)
    found = None
    if witness is None:
        found = read_archive(file)
    else:
        with decrypt(file, [witness]) as content:
            found = read_archive(content)
    if found != manifest:
        raise BackupError("The backup that was written has another manifest. No backup was stored.")
