"""`exercise-buddy migrate`: several at once, and interrupted. `tests/test_migrations.py` tests what blocks it."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
import pytest
from alembic import command
from anyio import to_thread

from exercise_buddy.core.db.embedded import embedded_postgres
from exercise_buddy.migration import migrate
from tests.command.processes import COMMAND, TIMEOUT_SECONDS, build_environment
from tests.support import SECRET, Connection, wait_until
from tests.test_migrations import alembic, revisions, run

# Workouts of a release before migration 0009, which builds indexes of them concurrently.
FORMER = "0008"
# Rendered in 8 batches.
WORKOUTS = 731
FILL = """
INSERT INTO user_account (id, email, email_key, time_zone, canonical_time_zone, week_starts_on, unit_system, locale)
VALUES ('019a0000-0000-7000-8000-000000000000', 'ann@example.com', 'ann@example.com', 'UTC', 'UTC', 'monday', 'metric',
    'en');
INSERT INTO user_revision (user_id, revision) VALUES ('019a0000-0000-7000-8000-000000000000', 1);
INSERT INTO catalogue_exercise (id, slug, name, name_key, category, equipment, primary_muscles, secondary_muscles,
    measures, met)
VALUES ('019a0000-0000-7000-8000-000000000001', 'old-press', 'Old Press', 'old press', 'strength', 'barbell', '{}',
    '{}', 'weight_reps', 5);
INSERT INTO workout (user_id, id, fingerprint, revision, title, started_at, ended_at, time_zone, local_date, source,
    exercise_count, set_count, rep_count, volume_kg)
SELECT '019a0000-0000-7000-8000-000000000000', uuidv7(), '', 1, 'Press', at, at + interval '1 hour', 'UTC', at::date,
    'app', 1, 1, 5, 300
FROM generate_series(timestamptz '2015-01-01 12:00Z', '2017-01-01', '1 day') AS at;
INSERT INTO workout_exercise (user_id, workout_id, position, catalogue_exercise_id, started_at, local_date, set_count,
    rep_count, volume_kg, best_set_weight_kg, best_reps)
SELECT user_id, id, 0, '019a0000-0000-7000-8000-000000000001', started_at, local_date, 1, 5, 300, 60, 5 FROM workout;
INSERT INTO workout_set (user_id, workout_id, exercise_position, position, kind, reps, weight_kg)
SELECT user_id, id, 0, 0, 'normal', 5, 60 FROM workout;
"""
INVALID_INDEXES = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
# As a script starts a command with `&`: it ignores SIGINT.
IN_BACKGROUND = ("sh", "-c", 'trap "" INT; exec "$@"', "sh")
BUILDING = """
SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock'
)
"""
MIGRATING = """
SELECT EXISTS (
    SELECT FROM pg_locks JOIN pg_database d ON d.oid = database
    WHERE locktype = 'advisory' AND datname = current_database() AND granted
)
"""


async def fill(url: str) -> None:
    """Migrate an empty database as far as the former release did, and store workouts."""
    await run(url, alembic(command.upgrade, FORMER))
    connection = await asyncpg.connect(url)
    await connection.execute(FILL)
    await connection.close()


@contextmanager
def migrating(folder: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*IN_BACKGROUND, *COMMAND, "migrate"],
        cwd=folder,
        env=build_environment(SECRET_KEY=SECRET, **variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


async def finish(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Wait for the end of a process; return its exit status and all that it printed."""
    output, errors = await to_thread.run_sync(lambda: process.communicate(timeout=3 * TIMEOUT_SECONDS))
    return process.returncode, output + errors


async def migrate_thrice(folder: Path, **variables: str) -> None:
    with (
        migrating(folder, **variables) as first,
        migrating(folder, **variables) as second,
        migrating(folder, **variables) as third,
    ):
        results = await asyncio.gather(*(finish(process) for process in (first, second, third)))
    assert [status for status, _ in results] == [0, 0, 0], results


async def require_migrated(url: str, workouts: int) -> None:
    connection = await asyncpg.connect(url)
    assert await connection.fetchval("SELECT version_num FROM alembic_version") == revisions()[0]
    assert await connection.fetchval(INVALID_INDEXES) == 0
    assert await connection.fetchval("SELECT count(*) FROM workout") == workouts
    assert await connection.fetchval("SELECT count(*) FROM catalogue_exercise") > 100
    assert await connection.fetchval("SELECT count(*) FROM catalogue_exercise WHERE NOT is_recomputed") == 0
    await connection.close()


@pytest.mark.parametrize("is_full", [False, True])
async def test_three_at_once_migrate_a_given_database(folder: Path, empty_database_url: str, *, is_full: bool) -> None:
    if is_full:
        await fill(empty_database_url)

    await migrate_thrice(folder, DATABASE_URL=empty_database_url)

    await require_migrated(empty_database_url, WORKOUTS if is_full else 0)


@asynccontextmanager
async def embedded(data_dir: Path) -> AsyncIterator[str]:
    server = embedded_postgres(data_dir)
    url = await to_thread.run_sync(server.__enter__)
    try:
        yield url
    finally:
        await to_thread.run_sync(server.__exit__, None, None, None)


@pytest.mark.parametrize("is_full", [False, True])
async def test_three_at_once_migrate_an_embedded_database(folder: Path, *, is_full: bool) -> None:
    data_dir = folder / "data"
    if is_full:
        async with embedded(data_dir) as url:
            await fill(url)

    await migrate_thrice(folder, DATA_DIR=str(data_dir))

    assert not (data_dir / "postgres" / "postmaster.pid").exists()
    async with embedded(data_dir) as url:
        await require_migrated(url, WORKOUTS if is_full else 0)


@asynccontextmanager
async def other_transaction(url: str, *statements: str) -> AsyncIterator[Connection]:
    """Hold a transaction open."""
    connection = await asyncpg.connect(url)
    await connection.execute("BEGIN")
    for statement in statements:
        await connection.execute(statement)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.mark.parametrize(
    ("with_signal", "expected"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -signal.SIGKILL)]
)
async def test_an_interrupted_index_is_built_again(
    folder: Path, empty_database_url: str, with_signal: signal.Signals, expected: int
) -> None:
    await fill(empty_database_url)
    observer = await asyncpg.connect(empty_database_url)

    async def is_building() -> bool:
        return bool(await observer.fetchval(BUILDING))

    async def has_ended() -> bool:
        return not await observer.fetchval(MIGRATING)

    # The index waits for writers of the table.
    async with other_transaction(empty_database_url, "UPDATE workout_exercise SET rep_count = 6"):
        with migrating(folder, DATABASE_URL=empty_database_url) as process:
            await wait_until(is_building, 3 * TIMEOUT_SECONDS)
            os.kill(process.pid, with_signal)
            status, output = await finish(process)
            # PostgreSQL notices that a killed process is gone, while that statement waits.
            await wait_until(has_ended)
    left = await observer.fetchval(INVALID_INDEXES)
    await migrate(empty_database_url)

    assert status == expected
    if with_signal != signal.SIGKILL:
        assert output.splitlines()[-1] == "Interrupted. What was migrated is kept: migrate again to continue."
        assert "Traceback" not in output
    assert left == 1
    await observer.close()
    await require_migrated(empty_database_url, WORKOUTS)
