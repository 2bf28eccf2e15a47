"""The use case of a restore: everything of the database in one transaction, which checks itself before it commits."""

import os
import re
import signal
from collections.abc import Sequence
from contextlib import suppress
from io import BufferedReader
from pathlib import Path
from tempfile import TemporaryFile

import asyncpg
from pyrage import x25519

from exercise_buddy.backups.archive import DUMP, Manifest, read_archive
from exercise_buddy.backups.create import PORTABLE, UNLIMITED, work_folder
from exercise_buddy.backups.encryption import open_content
from exercise_buddy.backups.errors import BackupError
from exercise_buddy.backups.files import fingerprint_secret, restore_files
from exercise_buddy.backups.programs import Programs, finish, last_line
from exercise_buddy.core.db.connections import connect
from exercise_buddy.database_requirements import require_suitable
from exercise_buddy.migration import find_newest_revision, migrate
from exercise_buddy.settings import Settings

# Lines such as "6; 2615 2200 SCHEMA - public ann".
_LEFT_OUT = re.compile(r"^\d+; \d+ \d+ (SCHEMA - |COMMENT - (SCHEMA|EXTENSION) )")
# The largest that a server with 1 GiB of memory can spare for each index that is built.
_SETTINGS = "SET lock_timeout = '10s'; SET maintenance_work_mem = '128MB';"
_BEGIN_TIMELINE = Path(__file__).with_name("begin_timeline.psql")
_EMPTY_SCHEMA = Path(__file__).with_name("empty_schema.psql")
# psql reads what pg_restore writes, and its other input.
_PSQL = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=-")


async def restore_backup(
    settings: Settings,
    url: str,
    source: BufferedReader,
    identities: Sequence[x25519.Identity],
    *,
    replace: bool,
) -> tuple[Manifest, list[str]]:
    """Restore the database and the files, and return the manifest and lines that an operator should know.

    A failure before the end leaves the database as it was.

    Args:
        settings: the settings of the server.
        url: the database, in the form of `settings.database_url`.
        source: the content of the backup.
        identities: the keys that may decrypt it.
        replace: whether a database with accounts is replaced.

    Raises:
        BackupError: the backup is damaged, newer than this program, or cannot be decrypted; the database has accounts
            or is in use; or a statement fails.
        DatabaseRequirementError: the database cannot be used.

    """
    with work_folder(settings) as work:
        with open_content(source, identities) as content:
            manifest = read_archive(content, work)
        _check_version(manifest)
        connection = await connect(url, server_settings=UNLIMITED)
        try:
            programs = Programs.find(url, connection)
            await require_suitable(connection, to_migrate=True)
            await _check_target(connection, manifest, replace=replace)
        finally:
            await connection.close()
        await _load(programs, await _write_list(programs, work), work / DUMP, manifest)
        await migrate(url)
        await _analyze(url)
        notes = list(restore_files(settings, work, [member.name for member in manifest.members[1:]]))
    has_secret = any(member.name.endswith("/secret_key") for member in manifest.members)
    if not has_secret and manifest.secret_key != fingerprint_secret(settings):
        notes.append(
            "The backup has another SECRET_KEY, which its server had in its environment: set it, or everybody "
            "signs in again."
        )
    return manifest, notes


def _check_version(manifest: Manifest) -> None:
    newest = find_newest_revision()
    # Revisions are numbers of four digits.
    if manifest.revision > newest:
        raise BackupError(
            f"The backup is of Exercise Buddy {manifest.version} with the schema {manifest.revision}, newer than this "
            f"version, which knows up to {newest}. Restore it with that version or a later one."
        )
    if not manifest.members or manifest.members[0].name != DUMP:
        raise BackupError("The backup is damaged: it has no dump of the database.")


async def _check_target(connection: asyncpg.Connection, manifest: Manifest, *, replace: bool) -> None:
    major = connection.get_server_version().major
    if major < manifest.postgresql:
        raise BackupError(f"The backup is of PostgreSQL {manifest.postgresql}, and the server is {major}.")
    others = await connection.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND backend_type = 'client backend'"
    )
    if others:
        raise BackupError(f"{others} other connections use the database. Stop the service and all else, then repeat.")
    tables = {row[0] for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")}
    if tables and "alembic_version" not in tables and not replace:
        raise BackupError("The database has tables of another program. With --replace, a restore deletes them.")
    accounts = await connection.fetchval("SELECT count(*) FROM user_account") if "user_account" in tables else 0
    if accounts and not replace:
        raise BackupError(f"The database has accounts ({accounts}). With --replace, a restore deletes all its data.")


async def _write_list(programs: Programs, work: Path) -> Path:
    """Write the list of what is restored: all but the schema and comments on what is there already. Return its path."""
    path = work / "restored.list"
    with TemporaryFile() as listed:
        await programs.run("pg_restore", "--list", str(work / DUMP), output=listed)
        listed.seek(0)
        lines = [line for line in listed.read().decode().splitlines() if not _LEFT_OUT.search(line)]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


async def _load(programs: Programs, listed: Path, dump: Path, manifest: Manifest) -> None:
    """Replace the content of the database in one transaction: without its last line, psql commits nothing."""
    reading, writing = os.pipe()
    with TemporaryFile() as said, TemporaryFile() as restore_said, os.fdopen(writing, "wb", buffering=0) as script:
        try:
            psql = await programs.start("psql", *_PSQL, connect=True, source=reading, errors=said)
        finally:
            os.close(reading)
        with suppress(BrokenPipeError):
            script.write(f"BEGIN;\n{_SETTINGS}\n{_EMPTY_SCHEMA.read_text('utf-8')}\n".encode())
        restoring = await programs.start(
            "pg_restore", *PORTABLE, f"--use-list={listed}", "--file=-", str(dump), output=script, errors=restore_said
        )
        await finish(restoring)
        if restoring.returncode == 0:
            with suppress(BrokenPipeError):
                end = f"{_count_rows(manifest)}\n{_BEGIN_TIMELINE.read_text('utf-8')}\nCOMMIT;\n"
                script.write(f"\n{end}".encode())
        script.close()
        await finish(psql)
        reason = last_line(said) if psql.returncode else ""
        # When psql has failed, pg_restore has nobody to write to.
        is_consequence = restoring.returncode == -signal.SIGPIPE or "pipe" in last_line(restore_said).lower()
        if restoring.returncode and not (reason and is_consequence):
            reason = last_line(restore_said)
    if reason:
        raise BackupError(f"The restore fails, and the database is as it was: {reason}")


async def _analyze(url: str) -> None:
    """Gather the statistics of new tables, without which the planner guesses."""
    connection = await connect(url, server_settings=UNLIMITED)
    try:
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def _count_rows(manifest: Manifest) -> str:
    """Return a statement that fails if a table does not have as many rows as when the backup was made."""
    # The names of tables are checked by `Manifest`.
    checks = "\n".join(
        f"IF (SELECT count(*) FROM public.{table}) <> {count} THEN"  # noqa: S608
        f" RAISE EXCEPTION 'the table {table} has not the {count} rows of the backup'; END IF;"
        for table, count in manifest.rows.items()
    )
    return f"DO $$ BEGIN\n{checks}\nEND $$;"
