"""The migration of a database: by one process at a time, with progress, and safe to interrupt and to repeat.

Each migration commits when it ends, so what was interrupted continues with the one that was running. The process that
migrates holds an advisory lock; the others poll for it. If they waited inside a statement, their snapshots would make
`CREATE INDEX CONCURRENTLY` wait for them, and them for it.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg
import structlog
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from exercise_buddy.core.db.connections import connect
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.errors import is_busy, message_of
from exercise_buddy.counting import public as counting
from exercise_buddy.database_requirements import require_suitable
from exercise_buddy.exercises import public as exercises
from exercise_buddy.workouts import public as workouts

_LOCK = 4_815_162_342
_POLL_SECONDS = 0.25
_PROGRESS_SECONDS = 5.0
# Up to this long, a migration is tried again when a transaction of somebody else is in its way.
PATIENCE_SECONDS = 60.0
_PAUSE_SECONDS = 2.0
# Migrations may take longer than requests. How long they wait for locks, migrations/env.py bounds.
_LIMITS = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
# Otherwise PostgreSQL would finish the statement of a killed process, for hours perhaps, and hold the lock meanwhile.
_END_WITH_CLIENT = "SET client_connection_check_interval = '1s'"

log = structlog.get_logger()


class MigrationError(ValueError):
    """A migration cannot be done now. The text is one line and says what to do."""


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


def find_newest_revision() -> str:
    """Return the newest revision of the schema that this release knows: a number of four digits."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head() or ""


async def migrate(url: str, patience_seconds: float = PATIENCE_SECONDS) -> None:
    """Migrate a database to the newest revision; update its exercise catalogue, and the workouts that it stores.

    While another process migrates it, wait. A database that a later release has migrated stays as it is: this release
    runs on it, for example after a rollback.

    Args:
        url: in the form of `settings.database_url`.
        patience_seconds: how long to try again when transactions of others are in the way of a migration.

    Raises:
        DatabaseRequirementError: the database cannot be used.
        MigrationError: others were in the way all the time. What was migrated before stays.

    """
    engine = create_async_engine("postgresql+asyncpg://", async_creator=lambda: connect(url, server_settings=_LIMITS))
    migration = _Migration(url, alembic_config())
    deadline, blocked = 0.0, ""
    try:
        while True:
            try:
                await migration.run(engine)
            except Exception as error:
                task = asyncio.current_task()
                if task is not None and task.cancelling():
                    # Alembic's clean-up fails on a connection whose statement was cancelled.
                    raise asyncio.CancelledError from error
                if not is_busy(error):
                    raise
                # Each migration has the patience for itself.
                if migration.step != blocked:
                    deadline, blocked = time.monotonic() + patience_seconds, migration.step
                elif time.monotonic() > deadline:
                    raise MigrationError(
                        f"{migration.step} cannot begin, because another transaction is in its way "
                        f"({message_of(error)}). What was migrated before is kept. Wait until long transactions have "
                        "ended, or end them, and migrate again."
                    ) from error
                log.warning("migration_blocked", step=migration.step, reason=message_of(error))
                await asyncio.sleep(_PAUSE_SECONDS)
            else:
                return
    finally:
        await engine.dispose()


class _Migration:
    """A migration in progress. `step` names what it does now."""

    def __init__(self, url: str, config: Config) -> None:
        self.step = "The migration"
        self._url = url
        self._config = config
        self._scripts = ScriptDirectory.from_config(config)
        self._workouts = 0
        self._newest = find_newest_revision()

    async def run(self, engine: AsyncEngine) -> None:
        """Migrate while this process holds the lock."""
        async with engine.connect() as connection:
            driver: Any = (await connection.get_raw_connection()).driver_connection
            # Not every system that runs PostgreSQL can tell that a client has gone.
            with suppress(asyncpg.InvalidParameterValueError):
                await driver.execute(_END_WITH_CLIENT)
            await _lock(driver)
            current = await connection.run_sync(lambda given: MigrationContext.configure(given).get_current_revision())
            await connection.commit()
            # Revisions are numbers of four digits.
            is_newer = current is not None and current > self._newest
            await require_suitable(driver, to_migrate=current is None or current < self._newest)
            if is_newer:
                log.warning("database_is_newer", revision=current)
                return
            async with self._progress():
                self._begin(current)
                await connection.run_sync(self._upgrade)
                await connection.commit()
                self.step = "The update of the exercise catalogue"
                async with Database.open(self._url, pool_size=1) as database:
                    await exercises.update_catalogue(database, workouts.exercise_usage, counting.countable_slugs())
                    self.step = "The update of stored workouts"
                    await workouts.backfill(database, self._count)

    def _upgrade(self, connection: Connection) -> None:
        self._config.attributes |= {"connection": connection, "on_version_apply": self._advance}
        command.upgrade(self._config, "head")

    def _advance(self, **applied: Any) -> None:  # noqa: ANN401  (what Alembic passes when a migration has ended)
        self._begin(applied["step"].up_revision_id)

    def _count(self, number: int) -> None:
        self._workouts = number

    def _begin(self, after: str | None) -> None:
        following = self._scripts.get_revision(after).nextrev if after else self._scripts.get_bases()
        if following:
            script = self._scripts.get_revision(next(iter(following)))
            self.step = f"Migration {script.revision} ({script.doc.rstrip('.')})"

    @asynccontextmanager
    async def _progress(self) -> AsyncIterator[None]:
        """Log each step that takes long, again and again, while the context lasts."""

        async def report() -> None:
            step, began_at = self.step, time.monotonic()
            while True:
                await asyncio.sleep(_PROGRESS_SECONDS)
                if self.step != step:
                    step, began_at = self.step, time.monotonic()
                log.info("migrating", step=step, seconds=round(time.monotonic() - began_at), workouts=self._workouts)

        reporter = asyncio.create_task(report())
        try:
            yield
        finally:
            reporter.cancel()


async def _lock(connection: Any) -> None:  # noqa: ANN401  (asyncpg's)
    """Take the lock of the process that migrates, which its connection holds."""
    waited_from = logged_at = time.monotonic()
    while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", _LOCK):
        if (now := time.monotonic()) - logged_at >= _PROGRESS_SECONDS or logged_at == waited_from:
            log.info("waiting_for_another_migration", seconds=round(now - waited_from))
            logged_at = now
        await asyncio.sleep(_POLL_SECONDS)
