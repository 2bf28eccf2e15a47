"""Preparation of the database and the keys before the program serves requests."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from anyio import to_thread
from pydantic import SecretStr
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from exercise_buddy.core.db.database import Database, connect
from exercise_buddy.core.db.embedded import embedded_postgres
from exercise_buddy.core.security.keys import KeyRing
from exercise_buddy.core.settings import CoreSettings
from exercise_buddy.counting import public as counting
from exercise_buddy.exercises import public as exercises
from exercise_buddy.settings import Settings
from exercise_buddy.workouts import public as workouts

# A process that migrates holds this advisory lock, so that processes that start together migrate in sequence.
_MIGRATION_LOCK = 4_815_162_342

log = structlog.get_logger()


def migrations_path() -> Path:
    """Return the folder of the migrations: beside this file in an installed wheel, at the root of a checkout."""
    installed = Path(__file__).parent / "migrations"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "migrations"


def alembic_config() -> Config:
    """Return Alembic's configuration, independent of the current folder."""
    config = Config()
    config.set_main_option("script_location", str(migrations_path()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


async def migrate(url: str) -> None:
    """Migrate a database to the newest revision and update its exercise catalogue.

    A database that a later release has migrated stays as it is: this release runs on it, for example after a rollback.

    Args:
        url: in the form of `settings.database_url`.

    """
    # A migration may take longer than a request. Only waiting for locks is bounded, in migrations/env.py.
    limits = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: connect(url, server_settings=limits))
    config = alembic_config()

    def upgrade(connection: Connection) -> bool:
        if (newer := _find_newer_revision(connection, config)) is not None:
            log.warning("database_is_newer", revision=newer)
            return False
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        return True

    try:
        async with engine.connect() as connection:
            await connection.execute(text("SET lock_timeout = 0"))
            await connection.execute(text(f"SELECT pg_advisory_lock({_MIGRATION_LOCK})"))
            await connection.commit()
            is_upgraded = await connection.run_sync(upgrade)
            await connection.commit()
            if not is_upgraded:
                return
            async with Database.open(url, pool_size=1) as database:
                await exercises.update_catalogue(database, workouts.exercise_usage, counting.countable_slugs())
    finally:
        await engine.dispose()


def _find_newer_revision(connection: Connection, config: Config) -> str | None:
    """Return the revision of the database if it is later than the newest of this release."""
    found = MigrationContext.configure(connection).get_current_revision()
    newest = ScriptDirectory.from_config(config).get_current_head()
    # Revisions are numbers of four digits.
    return found if found is not None and newest is not None and found > newest else None


@contextmanager
def reachable_database(settings: Settings) -> Iterator[Settings]:
    """Yield settings with a database URL: the configured one, or that of an embedded server for the duration."""
    if settings.database_url is not None:
        yield settings
        return
    with embedded_postgres(settings.data_dir) as url:
        yield settings.model_copy(update={"database_url": SecretStr(url)})


@asynccontextmanager
async def ready_database(settings: Settings) -> AsyncIterator[Settings]:
    """Yield settings with a database URL: the configured one, or that of an embedded server, which is migrated."""
    if settings.database_url is not None:
        yield settings
        return
    reachable = reachable_database(settings)
    with_url = await to_thread.run_sync(reachable.__enter__)
    try:
        await migrate(get_database_url(with_url))
        yield with_url
    finally:
        await to_thread.run_sync(reachable.__exit__, None, None, None)


def get_database_url(settings: CoreSettings) -> str:
    """Return the database URL of settings that have one."""
    assert settings.database_url is not None  # noqa: S101
    return settings.database_url.get_secret_value()


def open_key_ring(settings: Settings) -> KeyRing:
    """Return the keys that sign and verify access tokens.

    Raises:
        SigningKeysError: `signing_keys_file` is missing or invalid. The text is one line and says what to do.

    """
    return KeyRing.open(settings, settings.access_token_expire_minutes * 60)
