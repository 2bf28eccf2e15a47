import os
import resource
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from exercise_buddy.backups.create import create_backup
from exercise_buddy.backups.errors import BackupError
from exercise_buddy.backups.places import FolderPlace, build_name, open_place
from exercise_buddy.backups.programs import Programs, _has_tls, _split_password
from exercise_buddy.backups.schedule import find_due_time
from exercise_buddy.backups.tests.conftest import Bucket
from exercise_buddy.core.db.embedded_account import find_programs
from exercise_buddy.core.private_files import UnsafePathError
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url
from tests.support import Connection, RunCommand

Change = Callable[..., Settings]


@pytest.fixture
def change(settings: Settings) -> Change:
    def with_changes(**changed: Any) -> Settings:
        return Settings.model_validate(settings.__dict__ | changed)

    return with_changes


def files_of(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_backup_is_private_and_leaves_nothing_else(settings: Settings) -> None:
    place = open_place(settings)
    stored, manifest = await create_backup(settings, get_database_url(settings), place)

    (path,) = (settings.data_dir / "backups").iterdir()
    assert (path.name, path.stat().st_size) == (stored.name, stored.size)
    assert path.stat().st_mode & 0o77 == 0
    assert path.parent.stat().st_mode & 0o77 == 0
    assert manifest.rows["user_account"] == 0
    assert manifest.rows["catalogue_exercise"] > 100
    assert files_of(settings.data_dir) == ["backups", "secret_key"]


async def test_the_keys_and_the_outbox_are_in_it(change: Change, tmp_path: Path) -> None:
    settings = change(signing_keys_file=tmp_path / "keys" / "signing.json")
    settings.outbox_dir.mkdir()
    (settings.outbox_dir / "a.eml").write_text("mail")
    (settings.outbox_dir / "a.eml.draft").write_text("half a mail")
    settings.signing_keys_path.parent.mkdir()
    settings.signing_keys_path.write_text("{}")

    _, manifest = await create_backup(settings, get_database_url(settings), open_place(settings))

    names = [member.name for member in manifest.members]
    assert names == ["database.dump", "files/signing_keys.json", "files/secret_key", "files/outbox/a.eml"]


async def test_a_secret_of_the_environment_is_not_in_it(settings: Settings) -> None:
    (settings.data_dir / "secret_key").write_text("another secret, which nobody uses")
    _, manifest = await create_backup(settings, get_database_url(settings), open_place(settings))

    assert [member.name for member in manifest.members] == ["database.dump"]
    assert settings.secret_key.get_secret_value() not in manifest.model_dump_json()


async def test_a_bucket_has_the_whole_backup(change: Change, bucket: Bucket) -> None:
    settings = change(**bucket.settings)
    place = open_place(settings)
    before = place.list()
    stored, manifest = await create_backup(settings, get_database_url(settings), place)

    assert [found.name for found in place.list() if found not in before] == [stored.name]
    assert (bucket.folder / stored.name).stat().st_size == stored.size
    assert files_of(settings.data_dir) == ["secret_key"]
    place.delete(stored.name)
    assert place.list() == before
    assert manifest.rows["user_account"] == 0


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"backup_s3_secret_access_key": "another"}, "s3://bucket/"),
        ({"backup_to": "s3://no-such-bucket/x"}, "s3://no-such-bucket/"),
        ({"backup_s3_endpoint": "http://127.0.0.1:9"}, "s3://bucket/"),
    ],
)
async def test_an_error_of_a_bucket_is_one_line(
    change: Change, bucket: Bucket, changed: dict[str, str], message: str
) -> None:
    settings = change(**bucket.settings | changed)
    with pytest.raises(BackupError, match=message) as raised:
        await create_backup(settings, get_database_url(settings), open_place(settings))
    assert "\n" not in str(raised.value)
    assert files_of(settings.data_dir) == ["secret_key"]


async def test_one_backup_of_a_database_at_a_time(settings: Settings, connection: Connection) -> None:
    await connection.execute("SELECT pg_advisory_lock(4815162343)")
    with pytest.raises(BackupError, match="Another backup"):
        await create_backup(settings, get_database_url(settings), open_place(settings))


async def test_an_empty_database_has_nothing_to_back_up(change: Change, empty_database_url: str) -> None:
    settings = change(database_url=empty_database_url)
    with pytest.raises(BackupError, match="nothing to back up"):
        await create_backup(settings, empty_database_url, open_place(settings))
    assert files_of(settings.data_dir / "backups") == []


async def test_a_backup_that_the_disk_has_not_kept_is_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that returns other bytes than it was given."""
    write = os.fsync

    def corrupt(descriptor: int) -> None:
        write(descriptor)
        size = os.fstat(descriptor).st_size
        byte = os.pread(descriptor, 1, size // 2)
        os.pwrite(descriptor, bytes([byte[0] ^ 1]), size // 2)

    monkeypatch.setattr("exercise_buddy.backups.create.os.fsync", corrupt)
    with pytest.raises(BackupError, match="damaged"):
        await create_backup(settings, get_database_url(settings), open_place(settings))
    assert files_of(settings.data_dir / "backups") == []


@pytest.mark.usefixtures("anyio_backend")
@pytest.mark.parametrize("kilobytes", [100, 400, 1200])
def test_a_full_disk_leaves_no_half_backup(settings: Settings, tmp_path: Path, kilobytes: int) -> None:
    """A process that may write so much into a file, like a disk with so much room: in the dump, or in the backup."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (kilobytes * 1024, kilobytes * 1024))

    environment = os.environ | {
        "DATABASE_URL": get_database_url(settings),
        "SECRET_KEY": settings.secret_key.get_secret_value(),
        "DATA_DIR": str(settings.data_dir),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-m", "exercise_buddy", "backup", "--to", str(tmp_path / "backups")],
        env=environment,
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    stored = files_of(tmp_path / "backups")
    assert (done.returncode, len(stored)) == ((0, 1) if kilobytes == 1200 else (1, 0)), done.stderr
    if done.returncode:
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert files_of(settings.data_dir) == ["backups", "secret_key"]


async def test_a_plain_backup_needs_a_private_folder(settings: Settings, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(UnsafePathError):
        await create_backup(settings, get_database_url(settings), FolderPlace(shared, is_encrypted=False))
    assert files_of(shared) == []


async def test_programs_of_another_version_are_refused(
    settings: Settings, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("pg_dump", "pg_restore", "psql"):
        (tmp_path / name).write_text(f"#!/bin/sh\necho '{name} (PostgreSQL) 15.3'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setattr("exercise_buddy.backups.programs._candidates", lambda _major: [tmp_path])
    with pytest.raises(BackupError, match=r"PostgreSQL 18, the version of the server\. Found: 15\. Install") as raised:
        Programs.find(get_database_url(settings), connection)
    assert "\n" not in str(raised.value)


def test_programs_without_tls_are_known() -> None:
    assert not _has_tls(find_programs())


@pytest.mark.parametrize(
    ("url", "public", "password"),
    [
        ("postgresql://ann:p%40ss@db/x", "postgresql://ann@db/x", "p@ss"),
        ("postgresql://ann@db/x?password=s%20x&sslmode=require", "postgresql://ann@db/x?sslmode=require", "s x"),
        ("postgresql:///x?host=%2Frun&port=5432", "postgresql:///x?host=%2Frun&port=5432", None),
        ("postgresql://ann:@db:99/x", "postgresql://ann@db:99/x", ""),
    ],
)
def test_no_argument_has_the_password(url: str, public: str, password: str | None) -> None:
    assert _split_password(url) == (public, {} if password is None else {"PGPASSWORD": password})


@pytest.mark.parametrize("place", ["ftp://key:secret@example.org/x", "s3://key:secret@bucket/x"])
async def test_an_invalid_place_is_one_line_without_its_value(run_command: RunCommand, place: str) -> None:
    results = [await run_command("backup", "--to", place), await run_command("backup", "list", "--from", place)]

    for result in results:
        assert result.exit_code == 1
        assert result.output.startswith("BACKUP_TO: this ")
        assert result.output.count("\n") == 1
        assert "secret" not in result.output


async def test_old_backups_are_deleted_after_a_new_one(
    settings: Settings, run_command: RunCommand, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir(mode=0o700)
    old = [build_name(datetime(2026, 1, day, tzinfo=UTC), is_encrypted=day % 2 == 0) for day in (1, 2, 3)]
    for name in [*old, "mine.tar"]:
        (folder / name).write_bytes(b"")
    monkeypatch.setenv("DATA_DIR", str(settings.data_dir))

    failed = await run_command("backup", "--to", str(folder), "--keep", "0")
    done = await run_command("backup", "--to", str(folder), "--keep", "2")
    listed = await run_command("backup", "list", "--from", str(folder))

    assert (failed.exit_code, done.exit_code) == (2, 0), done.output
    assert len(files_of(folder)) == 3
    assert set(files_of(folder)) > {old[2], "mine.tar"}
    assert len(listed.output.splitlines()) == 2
    assert old[2] in listed.output.splitlines()[0]


async def test_a_backup_is_due_an_interval_after_the_newest(settings: Settings) -> None:
    folder = settings.data_dir / "backups"
    now, day = datetime(2026, 5, 1, 12, tzinfo=UTC), timedelta(days=1)
    assert find_due_time(settings, day, now) == now
    folder.mkdir()
    for hours in (30, 20):
        (folder / build_name(now - timedelta(hours=hours), is_encrypted=False)).touch()
    assert find_due_time(settings, day, now) == now + timedelta(hours=4)
    assert find_due_time(settings, timedelta(hours=12), now) == now
