"""Measures a backup of a million sets and its restore into another database.

    uv run python -m benchmarks.backups [--sets 1000000] [--encrypted]

Imports generated files of Strong for several users through the use case of the API into an embedded PostgreSQL, backs
it up, and restores it into a second embedded server. Both have the settings of `serve`, with fsync.
"""

import argparse
import asyncio
import secrets
import tempfile
import time
from collections.abc import Awaitable
from io import BytesIO
from pathlib import Path
from typing import TypeVar

import asyncpg
from pyrage import x25519

from benchmarks.imports import EXERCISES, build_strong_file
from exercise_buddy.auth import public as auth
from exercise_buddy.backups.create import create_backup
from exercise_buddy.backups.places import open_place
from exercise_buddy.backups.restore import restore_backup
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.embedded import embedded_postgres
from exercise_buddy.core.db.jobs import Jobs
from exercise_buddy.core.ops import logging
from exercise_buddy.core.settings import database_url
from exercise_buddy.migration import migrate
from exercise_buddy.settings import Settings
from exercise_buddy.transfers.imports.handlers import import_small_file
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.requests import ImportRequest

SETS_OF_A_WORKOUT = 20
WORKOUTS_OF_A_USER = 2_500

Result = TypeVar("Result")


async def measured(name: str, work: Awaitable[Result]) -> Result:
    began = time.perf_counter()
    result = await work
    print(f"{name}: {time.perf_counter() - began:.1f} s", flush=True)
    return result


async def fill(url: str, settings: Settings, sets: int) -> None:
    await migrate(url)
    async with Database.open(url, 1) as opened:
        async with opened.reading() as connection:
            rows = await connection.fetch(
                "SELECT name FROM catalogue_exercise WHERE measures LIKE '%reps%' ORDER BY slug LIMIT $1", EXERCISES
            )
        content = build_strong_file(WORKOUTS_OF_A_USER, [row[0] for row in rows])
        users = -(-sets // (SETS_OF_A_WORKOUT * WORKOUTS_OF_A_USER))
        for _ in range(users):
            async with opened.transaction() as session:
                user_id = await auth.create_account(
                    session,
                    settings,
                    auth.Registration(
                        email=f"{secrets.token_hex(8)}@bench.example",
                        password=secrets.token_urlsafe(16),
                        time_zone="Europe/Berlin",
                    ),
                )

            async def go_on(_: float) -> None:
                """Let the import continue."""

            request = ImportRequest(ImportOptions("kg", "km", "Europe/Berlin", None))
            async with Jobs(opened).run(user_id) as job:
                await import_small_file(job, user_id, BytesIO(content), request, checkpoint=go_on)


async def measure(source: str, target: str, settings: Settings, arguments: argparse.Namespace) -> None:
    await measured("fill", fill(source, settings, arguments.sets))
    key = x25519.Identity.generate()
    if arguments.encrypted:
        settings = settings.model_copy(update={"backup_recipients": (str(key.to_public()),)})
    place = open_place(settings)
    stored, manifest = await measured("backup", create_backup(settings, source, place))
    connection = await asyncpg.connect(source)
    size = await connection.fetchval("SELECT pg_database_size(current_database())")
    await connection.close()
    print(
        f"{manifest.rows['workout_set']:,} sets, {manifest.rows['workout']:,} workouts,"
        f" {size / 1e6:,.0f} MB of the database, {stored.size / 1e6:,.0f} MB of the backup"
    )
    with place.open(stored.name) as content:
        keys = [key] if arguments.encrypted else []
        await measured("restore", restore_backup(settings, target, content, keys, replace=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", type=int, default=1_000_000, help="How many sets are backed up.")
    parser.add_argument("--encrypted", action="store_true", help="Encrypt the backup.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="exercise-buddy-bench-") as folder:
        source, target = Path(folder) / "source", Path(folder) / "target"
        settings = Settings(secret_key=secrets.token_urlsafe(48), data_dir=source, log_level="ERROR")
        logging.configure(settings)
        with embedded_postgres(source) as first, embedded_postgres(target) as second:
            asyncio.run(measure(database_url(first), database_url(second), settings, arguments))


if __name__ == "__main__":
    main()
