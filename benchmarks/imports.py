"""Measures what an import takes of the processor and of the disk, for each set and for each workout of 20 sets.

    uv run python -m benchmarks.imports [--workouts 1000] [--file export.csv] [--profile] [--without SQL]

Imports a generated file of Strong, or an export, through the use case of the API, on an embedded PostgreSQL or on
DATABASE_URL. The CPU of PostgreSQL is read from `/proc`. `--profile` samples the functions that run. `--without`
executes a statement before, such as one that drops an index of a scratch database.
"""

import argparse
import asyncio
import random
import secrets
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import FrameType

import asyncpg

from benchmarks.servers import cpu_seconds, database
from exercise_buddy.auth import public as auth
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.jobs import Jobs
from exercise_buddy.core.ops import logging
from exercise_buddy.migration import migrate
from exercise_buddy.settings import Settings
from exercise_buddy.transfers.imports.detection import open_file
from exercise_buddy.transfers.imports.handlers import import_small_file
from exercise_buddy.transfers.imports.model import ImportOptions
from exercise_buddy.transfers.imports.requests import ImportRequest
from exercise_buddy.transfers.imports.spool import BatchSpool

EXERCISES = 80
_SAMPLE_SECONDS = 0.002

# The sizes of tables, with their oversized values, and of indexes; the largest first.
_SIZES = """
SELECT c.relname, coalesce(parent.relname, '') AS of_table,
    pg_relation_size(c.oid) + coalesce(pg_relation_size(nullif(c.reltoastrelid, 0)), 0) AS bytes
FROM pg_class AS c
LEFT JOIN pg_index AS i ON i.indexrelid = c.oid
LEFT JOIN pg_class AS parent ON parent.oid = i.indrelid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'i')
"""


def build_strong_file(workouts: int, names: list[str]) -> bytes:
    """Return an export of Strong with workouts of 5 exercises of 4 sets, the newest first."""
    chance = random.Random(workouts)  # noqa: S311  (plausible, not secret)
    start = datetime(2025, 10, 1, 18, tzinfo=UTC)
    lines = ["Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"]
    for number in range(workouts):
        moment = start - timedelta(days=number * 0.7, minutes=chance.randrange(60))
        weight = 90 - 40 * number / workouts
        for name in chance.sample(names, 5):
            lines += [
                f'{moment:%Y-%m-%d %H:%M:%S},"Day {number % 5}",{chance.randint(40, 90)}m,"{name}",{order},'
                f'{round(weight * chance.uniform(0.8, 1.1) / 2.5) * 2.5},{chance.randint(3, 14)},0,0,"","",'
                for order in range(1, 5)
            ]
    return "\n".join(lines).encode()


@contextmanager
def sampled(samples: Counter[str]) -> Iterator[None]:
    """Count in which functions of the project the event loop spends its time, which does not read the file."""

    def sample(_: int, frame: FrameType | None) -> None:
        samples[_find_place(frame) or "driver, SQLAlchemy and event loop"] += 1

    before = signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, _SAMPLE_SECONDS, _SAMPLE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _find_place(frame: FrameType | None) -> str:
    """Return the innermost function of the project, or nothing."""
    while frame is not None:
        _, found, path = frame.f_code.co_filename.rpartition("/exercise_buddy/")
        if found:
            return f"{path}:{frame.f_code.co_name}"
        frame = frame.f_back
    return ""


def _time_reading(content: bytes, options: ImportOptions) -> float:
    """Return the CPU time of reading a file."""
    began = time.process_time()
    with BatchSpool(open_file(BytesIO(content), options)) as spool:
        while spool.parse_batch():
            pass
        for position in spool.positions():
            spool.read_batch(position)
    return time.process_time() - began


async def measure(url: str, postgres: int | None, arguments: argparse.Namespace) -> None:
    settings = Settings(database_url=url, secret_key=secrets.token_urlsafe(48), log_level="ERROR")
    logging.configure(settings)
    admin = await asyncpg.connect(url)
    for statement in arguments.without:
        await admin.execute(statement)
    async with Database.open(url, 1) as opened:
        jobs = Jobs(opened)
        names = await admin.fetch(
            "SELECT name FROM catalogue_exercise WHERE measures LIKE '%reps%' ORDER BY slug LIMIT $1", EXERCISES
        )
        content = (
            arguments.file.read_bytes()
            if arguments.file
            else build_strong_file(arguments.workouts, [row[0] for row in names])
        )
        for _ in range(arguments.repeat):
            async with opened.transaction() as session:
                registration = auth.Registration(
                    email=f"{secrets.token_hex(8)}@bench.example",
                    password=secrets.token_urlsafe(16),
                    time_zone="Europe/Berlin",
                )
                user_id = await auth.create_account(session, settings, registration)
            samples: Counter[str] = Counter()

            async def go_on(_: float) -> None:
                """Let the import continue."""

            request = ImportRequest(ImportOptions("kg", "km", "Europe/Berlin", None))
            process, server, began = time.process_time(), cpu_seconds(postgres), time.perf_counter()
            async with jobs.run(user_id) as job:
                if arguments.profile:
                    with sampled(samples):
                        report = await import_small_file(job, user_id, BytesIO(content), request, checkpoint=go_on)
                else:
                    report = await import_small_file(job, user_id, BytesIO(content), request, checkpoint=go_on)
            process, server = time.process_time() - process, cpu_seconds(postgres) - server
            print(
                f"{report.sets:,} sets: {process / report.sets * 1e6:.0f} µs of Python,"
                f" {server / report.sets * 1e6:.0f} µs of PostgreSQL for a set, in {time.perf_counter() - began:.1f} s",
                flush=True,
            )
            total = sum(samples.values())
            for place, count in samples.most_common(arguments.top):
                print(f"{count / total:6.1%} of the event loop  {place}")
            if arguments.profile:
                print(f"{_time_reading(content, request.options) / report.sets * 1e6:.0f} µs of Python to read a set")
    if arguments.sizes:
        workouts = await admin.fetchval("SELECT count(*) FROM workout")
        rows = await admin.fetch(_SIZES)
        for row in sorted(rows, key=lambda row: -row["bytes"])[:30]:
            print(f"{row['bytes'] / workouts:8.0f} bytes a workout  {row['of_table']:20} {row['relname']}")
    await admin.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgres", type=int, help="The process of the server of DATABASE_URL.")
    parser.add_argument("--workouts", type=int, default=1000, help="The workouts of the generated file.")
    parser.add_argument("--file", type=Path, help="A file to import in place of the generated one.")
    parser.add_argument("--repeat", type=int, default=3, help="How often to import, each time for a new user.")
    parser.add_argument("--profile", action="store_true", help="Print where Python spends its time.")
    parser.add_argument("--top", type=int, default=40, help="How many functions the profile shows.")
    parser.add_argument("--sizes", action="store_true", help="Print the sizes of tables and indexes.")
    parser.add_argument("--without", action="append", default=[], help="A statement to execute before.")
    arguments = parser.parse_args()
    with database() as (url, postgres):
        asyncio.run(_measure_migrated(url, postgres or arguments.postgres, arguments))


async def _measure_migrated(url: str, postgres: int | None, arguments: argparse.Namespace) -> None:
    await migrate(url)
    await measure(url, postgres, arguments)


if __name__ == "__main__":
    main()
