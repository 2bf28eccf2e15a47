"""Measures every statistic on an account of ten years (5,000 workouts, 100,000 sets) against one of 50 workouts.

    uv run python -m benchmarks.statistics_times [--only summary] [--explain]

Prints for each endpoint the time in the database (the round trip of the statement over a local socket)
and that of the whole request, in process: medians of 20, and the best, which tells more on a busy machine. On an
embedded PostgreSQL, or on DATABASE_URL, where the accounts stay and are found again.
"""

import argparse
import asyncio
import os
import secrets
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx2

from benchmarks.accounts import PASSWORD, build, build_history
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.embedded import embedded_postgres
from exercise_buddy.core.ops import logging
from exercise_buddy.core.settings import database_url
from exercise_buddy.exercises import public as exercises
from exercise_buddy.main import create_app
from exercise_buddy.migration import migrate
from exercise_buddy.settings import Settings

BENCH = exercises.catalogue_id("barbell-bench-press-medium-grip")
ACCOUNTS = {"small": (50, 120), "large": (5_000, 3_652)}
MAX_MS, MAX_DASHBOARD_MS, MAX_RATIO = 5.0, 8.0, 3.0
SAMPLES = 20
CASES = [
    "dashboard",
    "summary",
    "summary?from={year}",
    "weekly",
    "calendar",
    "calendar?year=2024",
    "streaks",
    "goal",
    "goal/history",
    "timeseries?metric=workouts&bucket=week",
    "timeseries?metric=energy_kcal&bucket=month",
    "timeseries?metric=volume_kg&bucket=month&muscle=chest",
    "timeseries?metric=e1rm_kg&bucket=month&exercise={exercise}&formula=brzycki",
    "timeseries?metric=volume_kg&bucket=month",
    "timeseries?metric=active_days&bucket=day&from={year}",
    "timeseries?metric=e1rm_kg&bucket=week&exercise={exercise}",
    "records",
    "records?exercise={exercise}",
    "records?formula=mayhew",
    "records/history",
    "records/history?exercise={exercise}",
    "exercises/{exercise}",
    "exercises/{exercise}?bucket=month",
    "muscles",
    "muscles?bucket=week&from={year}",
    "workload",
    "workload?from={year}",
    "rep-quality",
    "rep-quality?from={year}&bucket=month",
]


class Watch:
    """Notes what each statement of the read pool took."""

    def __init__(self) -> None:
        self.taken: list[float] = []
        self.last = ""

    def __call__(self, record: Any) -> None:
        self.taken.append(record.elapsed * 1000)
        self.last = record.query


Times = tuple[float, float, float, int]


async def measured(client: httpx2.AsyncClient, path: str, watch: Watch) -> Times:
    """Return the median and best time in the database, the median of the request (ms) and the response's size."""
    in_database, whole, size = [], [], 0
    for number in range(SAMPLES + 8):
        watch.taken.clear()
        started = time.perf_counter()
        response = await client.get(f"/api/v1/statistics/{path}")
        taken = (time.perf_counter() - started) * 1000
        assert response.status_code == 200, response.text
        size = len(response.content)
        if number >= 8:
            in_database.append(sum(watch.taken))
            whole.append(taken)
    return statistics.median(in_database), min(in_database), statistics.median(whole), size


async def compare(url: str, arguments: argparse.Namespace) -> None:
    settings = Settings(
        database_url=url,
        database_pool_size=1,
        secret_key=secrets.token_urlsafe(48),
        log_level="ERROR",
        rate_limits=dict.fromkeys(("signed_in", "anonymous"), "1000000/minute"),
    )
    logging.configure(settings)
    watch = Watch()
    make = asyncpg.Connection.__init__

    def watched(self: asyncpg.Connection, *parts: Any, **options: Any) -> None:
        make(self, *parts, **options)
        self.add_query_logger(watch)

    asyncpg.Connection.__init__ = watched
    admin = await asyncpg.connect(url)
    users: dict[str, UUID] = {}
    async with Database.open(url, 1) as database:
        for name, (count, days) in ACCOUNTS.items():
            email = f"{name}@bench.example"
            found = await admin.fetchval("SELECT id FROM user_account WHERE email_key = $1", email)
            if found is None:
                print(f"building {name}: {count} workouts", flush=True)
                found = await build(settings, database, email, count, days)
                await build_history(admin, found, days)
            users[name] = found
    await admin.execute("VACUUM (ANALYZE)")
    used = await admin.fetchrow(
        "SELECT exercise_id, (current_date - 365)::text FROM workout_exercise WHERE user_id = $1 LIMIT 1",
        users["small"],
    )
    app = create_app(settings)
    async with AsyncExitStack() as stack:
        state = await stack.enter_async_context(app.router.lifespan_context(app))

        async def with_state(scope: Any, receive: Any, send: Any) -> None:
            scope["state"] = dict(state or {})
            await app(scope, receive, send)

        clients = {}
        for name in ACCOUNTS:
            transport = httpx2.ASGITransport(with_state)
            client = await stack.enter_async_context(httpx2.AsyncClient(transport=transport, base_url="http://bench"))
            form = {"username": f"{name}@bench.example", "password": PASSWORD}
            token = (await client.post("/api/v1/auth/login", data=form)).raise_for_status().json()["access_token"]
            client.headers["Authorization"] = f"Bearer {token}"
            clients[name] = client
        print(f"{'ms: median (best)':72} {'small db':>14} {'large db':>14} ratio  small  large   bytes")
        for case in CASES:
            if arguments.only and not case.startswith(arguments.only):
                continue
            path = case.format(exercise=used[0], year=used[1])
            times = {name: await measured(client, path, watch) for name, client in clients.items()}
            show(case, times)
            if arguments.explain:
                print(watch.last)
        tag = (await clients["large"].get("/api/v1/statistics/summary")).headers["etag"]
        await not_modified(clients["large"], tag)
    await admin.close()


def show(case: str, times: dict[str, Times]) -> None:
    (small, small_best, small_whole, _), (large, large_best, large_whole, size) = times["small"], times["large"]
    limit = MAX_DASHBOARD_MS if case.startswith("dashboard") else MAX_MS
    missed = [
        text
        for text, is_missed in ((f"over {limit} ms", large > limit), (f"over {MAX_RATIO}x", large > MAX_RATIO * small))
        if is_missed
    ]
    print(
        f"{case:72} {small:6.2f} ({small_best:5.2f}) {large:6.2f} ({large_best:5.2f}) {large / small:5.1f}"
        f" {small_whole:6.1f} {large_whole:6.1f} {size:7}  {', '.join(missed)}",
        flush=True,
    )


async def not_modified(client: httpx2.AsyncClient, tag: str) -> None:
    taken = []
    for _ in range(SAMPLES):
        started = time.perf_counter()
        response = await client.get("/api/v1/statistics/summary", headers={"If-None-Match": tag})
        taken.append((time.perf_counter() - started) * 1000)
        assert response.status_code == 304
    print(f"{'unchanged (304)':72} {'':42} {statistics.median(taken):6.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", help="What the path of a case begins with.")
    parser.add_argument("--explain", action="store_true", help="Print the statements.")
    arguments = parser.parse_args()
    given = os.environ.get("DATABASE_URL")
    if given:
        asyncio.run(prepared(database_url(given), arguments))
        return
    with tempfile.TemporaryDirectory(prefix="exercise-buddy-bench-") as folder:
        data_dir = Path(folder)
        with embedded_postgres(data_dir):
            pass
        with (data_dir / "postgres" / "postgresql.auto.conf").open("a") as configuration:
            configuration.write("fsync = off\nfull_page_writes = off\n")
        with embedded_postgres(data_dir) as url:
            asyncio.run(prepared(database_url(url), arguments))


async def prepared(url: str, arguments: argparse.Namespace) -> None:
    await migrate(url)
    await compare(url, arguments)


if __name__ == "__main__":
    main()
