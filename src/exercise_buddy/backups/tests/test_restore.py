from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command
from pyrage import x25519
from sqlalchemy import Connection as SyncConnection
from sqlalchemy.ext.asyncio import create_async_engine

from exercise_buddy.auth import public as auth
from exercise_buddy.backups.archive import DUMP, Manifest, describe_member, read_archive, write_archive
from exercise_buddy.backups.create import create_backup
from exercise_buddy.backups.errors import BackupError
from exercise_buddy.backups.places import FolderPlace
from exercise_buddy.backups.restore import restore_backup
from exercise_buddy.core.db.connections import connect
from exercise_buddy.core.db.database import Database
from exercise_buddy.migration import alembic_config, find_newest_revision
from exercise_buddy.settings import Settings
from exercise_buddy.startup import get_database_url
from tests.databases import Databases
from tests.support import RunningApp, sign_up

OLD_REVISION = "0048"


@dataclass(frozen=True, slots=True)
class Target:
    """Another server, into which backups are restored."""

    settings: Settings

    async def restore(self, path: Path, *keys: x25519.Identity, replace: bool = False) -> tuple[Manifest, list[str]]:
        with path.open("rb") as source:
            return await restore_backup(self.settings, self.url, source, keys, replace=replace)

    @property
    def url(self) -> str:
        return get_database_url(self.settings)

    async def ask(self, query: str) -> Any:
        connection = await asyncpg.connect(self.url)
        try:
            return await connection.fetchval(query)
        finally:
            await connection.close()


@pytest.fixture
async def target(databases_of_tests: Databases, settings: Settings, tmp_path: Path) -> AsyncIterator[Target]:
    async with databases_of_tests.one() as url:
        folder = tmp_path / "target"
        folder.mkdir()
        yield Target(Settings.model_validate(settings.__dict__ | {"database_url": url, "data_dir": folder}))


@pytest.fixture
async def stored(app: RunningApp, settings: Settings, tmp_path: Path) -> Path:
    """A backup with one account."""
    await (await sign_up(app, "ann")).client.aclose()
    return await store(settings, tmp_path / "stored")


async def store(settings: Settings, folder: Path) -> Path:
    place = FolderPlace(folder, is_encrypted=bool(settings.backup_recipients))
    found, _ = await create_backup(settings, get_database_url(settings), place)
    return folder / found.name


async def add_account(target: Target) -> None:
    registration = auth.Registration(email="bob@example.com", password="a password of Bob", time_zone="UTC")
    async with Database.open(target.url, 1) as database, database.transaction() as session:
        await auth.create_account(session, target.settings, registration)


def rewrite(path: Path, **changed: Any) -> Path:
    """Return a backup with another manifest."""
    folder = path.with_suffix(".files")
    with path.open("rb") as source:
        manifest = read_archive(source, folder)
    path = path.with_name("rewritten.tar")
    with path.open("wb") as file:
        write_archive(file, manifest.model_copy(update=changed), folder)
    return path


async def test_only_a_flag_replaces_accounts(stored: Path, target: Target) -> None:
    await add_account(target)
    await target.ask("CREATE TABLE of_a_later_release (id int)")
    with pytest.raises(BackupError, match=r"has accounts \(1\)\. With --replace"):
        await target.restore(stored)
    assert await target.ask("SELECT email FROM user_account") == "bob@example.com"

    manifest, notes = await target.restore(stored, replace=True)

    assert await target.ask("SELECT string_agg(email, ',') FROM user_account") == "ann@example.com"
    assert await target.ask("SELECT to_regclass('of_a_later_release') IS NULL")
    assert (manifest.rows["user_account"], notes) == (1, [])
    with pytest.raises(BackupError, match="--replace"):
        await target.restore(stored)


async def corrupt_dump(path: Path) -> Path:
    """Return a backup whose checksums fit a dump that was damaged before."""
    folder = path.with_suffix(".files")
    with path.open("rb") as source:
        manifest = read_archive(source, folder)
    content = bytearray((folder / DUMP).read_bytes())
    for place in range(len(content) // 2, len(content) // 2 + 5000):
        content[place] ^= 255
    (folder / DUMP).write_bytes(content)
    members = [describe_member(folder / DUMP, DUMP), *manifest.members[1:]]
    path = path.with_name("corrupt.tar")
    with path.open("wb") as file:
        write_archive(file, manifest.model_copy(update={"members": members}), folder)
    return path


async def falsify_rows(path: Path) -> Path:
    return rewrite(path, rows={"user_account": 2})


@pytest.mark.parametrize(
    ("change", "message"),
    [(corrupt_dump, "the database is as it was: pg_restore"), (falsify_rows, "user_account has not the 2 rows")],
)
async def test_a_restore_that_fails_leaves_the_database_as_it_was(
    stored: Path, target: Target, change: Callable[[Path], Awaitable[Path]], message: str
) -> None:
    await add_account(target)
    with pytest.raises(BackupError, match=message) as raised:
        await target.restore(await change(stored), replace=True)
    assert "\n" not in str(raised.value)
    assert await target.ask("SELECT string_agg(email, ',') FROM user_account") == "bob@example.com"
    assert await target.ask("SELECT count(*) FROM catalogue_exercise") > 100
    assert list(target.settings.data_dir.iterdir()) == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"revision": "9999"}, f"knows up to {find_newest_revision()}"),
        ({"format": 2}, "has format 2"),
        ({"postgresql": 99}, "is of PostgreSQL 99, and the server is"),
        ({"members": []}, "names|no dump|does not name"),
    ],
)
async def test_a_newer_backup_is_refused(stored: Path, target: Target, changed: dict[str, Any], message: str) -> None:
    with pytest.raises(BackupError, match=message):
        await target.restore(rewrite(stored, **changed), replace=True)


async def test_a_damaged_file_or_a_wrong_key_changes_nothing(
    app: RunningApp, settings: Settings, target: Target, tmp_path: Path
) -> None:
    await (await sign_up(app, "ann")).client.aclose()
    key, other = x25519.Identity.generate(), x25519.Identity.generate()
    path = await store(settings.model_copy(update={"backup_recipients": (str(key.to_public()),)}), tmp_path / "stored")
    content = path.read_bytes()
    assert len(content) > 300_000
    flipped = content[:300_000] + bytes([content[300_000] ^ 1]) + content[300_001:]
    damaged = tmp_path / "damaged.tar.age"
    for changed in (content[:-1], content[:-5000], flipped, content[:200], b""):
        damaged.write_bytes(changed)
        with pytest.raises(BackupError, match="damaged"):
            await target.restore(damaged, key, replace=True)
    with pytest.raises(BackupError, match="None of the keys"):
        await target.restore(path, other)
    with pytest.raises(BackupError, match="--identity"):
        await target.restore(path)
    assert await target.ask("SELECT count(*) FROM user_account") == 0

    await target.restore(path, other, key)
    assert await target.ask("SELECT count(*) FROM user_account") == 1


async def test_a_database_in_use_is_not_replaced(stored: Path, target: Target) -> None:
    connection = await asyncpg.connect(target.url)
    try:
        with pytest.raises(BackupError, match="1 other connections use the database"):
            await target.restore(stored)
    finally:
        await connection.close()


async def test_tables_of_another_program_stay(stored: Path, target: Target, empty_database_url: str) -> None:
    other = Target(Settings.model_validate(target.settings.__dict__ | {"database_url": empty_database_url}))
    await other.ask("CREATE TABLE theirs ()")
    with pytest.raises(BackupError, match="another program"):
        await other.restore(stored)
    assert await other.ask("SELECT to_regclass('theirs') IS NOT NULL")
    await other.ask("DROP TABLE theirs")

    await other.restore(stored)
    assert await other.ask("SELECT count(*) FROM user_account") == 1


async def test_files_come_back_and_former_ones_are_kept(settings: Settings, target: Target, tmp_path: Path) -> None:
    settings.outbox_dir.mkdir()
    (settings.outbox_dir / "a.eml").write_text("mail")
    settings.signing_keys_path.write_text("keys of the backup")
    path = await store(settings, tmp_path / "stored")
    secret = "another secret that the first start has made"
    new = Target(target.settings.model_copy(update={"secret_key": type(settings.secret_key)(secret)}))
    folder = new.settings.data_dir
    (folder / "secret_key").write_text(secret)
    (folder / "signing_keys.json").write_text("keys of the target")

    _, notes = await new.restore(path)

    assert (folder / "secret_key").read_text() == settings.secret_key.get_secret_value()
    assert (folder / "outbox" / "a.eml").read_text() == "mail"
    assert (folder / "signing_keys.json").read_text() == "keys of the backup"
    assert sorted(found.read_text() for found in folder.glob("*.before-*")) == [secret, "keys of the target"]
    assert len(notes) == 2
    assert {found.stat().st_mode & 0o77 for found in folder.rglob("*") if found.is_file()} <= {0, 0o44}


async def test_another_secret_of_the_environment_is_told(settings: Settings, target: Target, tmp_path: Path) -> None:
    in_file = await store(settings, tmp_path / "in-file")
    (settings.data_dir / "secret_key").unlink()
    in_environment = await store(settings, tmp_path / "in-environment")
    other = Target(
        target.settings.model_copy(update={"secret_key": type(settings.secret_key)("of another environment")})
    )

    assert (await target.restore(in_environment))[1] == []
    for path in (in_file, in_environment):
        _, notes = await other.restore(path)
        assert len(notes) == 1
        assert "signs in again" in notes[0]


async def test_a_backup_of_an_earlier_release_is_migrated(
    settings: Settings, target: Target, empty_database_url: str, tmp_path: Path
) -> None:
    def upgrade(connection: SyncConnection) -> None:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, OLD_REVISION)

    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: connect(empty_database_url))
    async with engine.connect() as connection:
        await connection.run_sync(upgrade)
        await connection.commit()
    await engine.dispose()
    old = Settings.model_validate(settings.__dict__ | {"database_url": empty_database_url})
    path = await store(old, tmp_path / "stored")

    manifest, _ = await target.restore(path)

    assert manifest.revision == OLD_REVISION
    assert await target.ask("SELECT version_num FROM alembic_version") == find_newest_revision()


async def test_a_restore_is_analysed(stored: Path, target: Target) -> None:
    await target.restore(stored)
    assert await target.ask("SELECT count(*) FROM pg_stats WHERE tablename = 'catalogue_exercise'") > 0
