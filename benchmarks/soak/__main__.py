"""Soaks a server: 100 requests a second for so many minutes, and looks for what grows.

    uv run python -m benchmarks.soak [--minutes 20] [--rate 100] [--workers 1] [--users 20] [--live 5] [--json FILE]

People read and write, sign in and out, import, export, count sets live and watch workouts, and delete as much as they
create. Starts everything itself, on an embedded PostgreSQL or on DATABASE_URL (an empty database). A latency counts
from the moment at which a request was due. Status 1 if something leaks or fails.

A quantity leaks if a line through its values, without those of the first quarter, grows by more than is allowed even
if it is two standard errors flatter. Of memory, that is 32 bytes of each request: a small object of every other one.
"""

import argparse
import asyncio
import secrets
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, cycle
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import orjson

from benchmarks.servers import database, free_port, started
from benchmarks.soak.live import count_sets, watch_workouts
from benchmarks.soak.people import Person
from benchmarks.soak.records import Records, Slope, fit, quantile
from benchmarks.soak.samples import Sample, describe_tables, take_sample
from exercise_buddy.core.tasks import end_tasks
from exercise_buddy.migration import migrate

SAMPLE_SECONDS = 10.0
# Growth an hour. That of memory is by request.
ALLOWED = {"files": 6.0, "threads": 6.0, "tasks": 12.0, "connections": 6.0}
BYTES_OF_REQUEST = 32.0
_LONGEST_TRANSACTION_SECONDS = 60.0
# The 19 MiB of each password hash go back to the system. malloc would keep them, and now and then in another place: it
# looks like a leak.
_MALLOC = {"MALLOC_MMAP_THRESHOLD_": str(16 * 2**20)}
_MOST_IN_FLIGHT = 500
_LIMITS = (
    *("signed_in", "anonymous", "work", "registrations_address", "sign_ins_account", "refreshes_session"),
    *("imports_user", "exports_user"),
)


async def load(people: list[Person], records: Records, rate: float) -> None:
    """Send so many requests a second until cancelled, each when it is due, whether or not others have been answered."""
    began, in_turn = records.now(), cycle(people)
    running: set[asyncio.Task[None]] = set()
    try:
        while True:
            due = began + records.begun / rate
            if (pause := due - records.now()) > 0:
                await asyncio.sleep(pause)
            if len(running) >= _MOST_IN_FLIGHT:
                records.begin()
                records.fail("client", f"{_MOST_IN_FLIGHT} requests wait for a response")
                continue
            task = asyncio.create_task(next(in_turn).act(due))
            running.add(task)
            task.add_done_callback(running.discard)
            # It counts what it sends.
            await asyncio.sleep(0)
    finally:
        await end_tasks(*running)


async def act_rarely(people: list[Person], records: Records) -> None:
    """Do what takes long or happens rarely, again and again: in turn, a person a second."""
    for number, person in zip(count(), cycle(people), strict=False):
        await asyncio.sleep(1)
        match number % 10:
            case 0 | 5:
                await person.sign_in_and_out(records.now())
            case 2:
                await person.export(records.now())
            case 7:
                await person.import_and_undo(records.now())


async def refresh(people: list[Person], records: Records) -> None:
    """Refresh the tokens of all people before they expire."""
    for person in cycle(people):
        await asyncio.sleep(300 / len(people))
        await person.refresh(records.now())


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured: requests a second, samples, latencies by kind, and what else happened."""

    rate: float
    samples: list[Sample]
    kinds: dict[str, dict[str, float]]
    failures: Counter[str]
    events: Counter[str]
    tables: list[dict[str, Any]]


async def soak(port: int, pid: int, url: str, arguments: argparse.Namespace) -> Result:
    """Load the server; return what was measured."""
    records = Records()
    people = [Person(port, f"person{number}", records) for number in range(arguments.users)]
    athletes = [Person(port, f"athlete{number}", records) for number in range(arguments.live)]
    watchers = [Person(port, f"watcher{number}", records) for number in range(3)]
    everybody = people + athletes + watchers
    for person in everybody:
        await person.sign_up()
        await person.prepare()
    admin = await asyncpg.connect(url)
    operator = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", headers={"Connection": "close"}, timeout=120)
    records.restart()
    samples: list[Sample] = []
    tasks = [
        asyncio.create_task(load(people, records, arguments.rate)),
        asyncio.create_task(act_rarely(people, records)),
        asyncio.create_task(refresh(everybody, records)),
        *(asyncio.create_task(count_sets(port, athlete)) for athlete in athletes),
        *(asyncio.create_task(watch_workouts(watcher)) for watcher in watchers),
    ]
    began = records.now()
    for number in range(int(arguments.minutes * 60 / SAMPLE_SECONDS) + 1):
        await asyncio.sleep(began + number * SAMPLE_SECONDS - records.now())
        try:
            samples.append(await take_sample(records.now() - began, pid, operator, admin))
        except httpx2.HTTPError as error:
            records.fail("metrics", type(error).__name__)
            continue
        if number and number % round(60 / SAMPLE_SECONDS) == 0:
            show_minute(round(samples[-1].seconds / 60) - 1, records, samples[-1])
        ended = [task for task in tasks if task.done()]
        for task in ended:
            # None ends by itself.
            task.result()
    await end_tasks(*tasks)
    result = Result(
        records.begun / (records.now() - began),
        samples,
        {kind: summarise(found) for kind, found in sorted(records.kinds.items())},
        records.list_failures(),
        records.events,
        await describe_tables(admin),
    )
    for person in everybody:
        await person.client.aclose()
    await operator.aclose()
    await admin.close()
    return result


def summarise(milliseconds: list[float]) -> dict[str, float]:
    """Return the number of latencies, and their quantiles."""
    return {
        "number": len(milliseconds),
        "p50": round(quantile(milliseconds, 0.5), 1),
        "p99": round(quantile(milliseconds, 0.99), 1),
        "most": round(max(milliseconds), 1),
    }


def show_minute(number: int, records: Records, sample: Sample) -> None:
    """Print a row of the table of minutes."""
    minute = records.minutes[number]
    latencies = (f"{quantile(of, share):.0f}" for of in (minute.reads, minute.writes) for share in (0.5, 0.99))
    columns = (
        f"{number + 1}",
        f"{len(minute.reads) + len(minute.writes):,}",
        f"{minute.failures.total()}",
        *latencies,
        f"{sample.memory_mib:.1f}",
        *(f"{value:.0f}" for value in (sample.files, sample.connections, sample.tasks)),
        f"{sample.database_mib:.0f}",
        f"{sample.dead_rows / max(1, sample.live_rows + sample.dead_rows):.0%}",
    )
    print(f"| {' | '.join(columns)} |", flush=True)


def find_leaks(samples: list[Sample], rate: float) -> tuple[dict[str, Slope], list[str]]:
    """Return the slopes of all quantities, and what leaks."""
    settled = samples[len(samples) // 4 :]
    slopes = {
        name: fit([sample.seconds for sample in settled], [getattr(sample, name) for sample in settled])
        for name in ("memory_mib", *ALLOWED, "database_mib", "dead_rows")
    }
    limits = {**ALLOWED, "memory_mib": BYTES_OF_REQUEST * rate * 3600 / 2**20}
    leaks = [
        f"{name} grows by {slopes[name].per_hour:.1f} ± {slopes[name].error:.1f} an hour; {limit:.1f} are allowed"
        for name, limit in limits.items()
        if slopes[name].least > limit
    ]
    longest = max(sample.oldest_transaction for sample in samples)
    if longest > _LONGEST_TRANSACTION_SECONDS:
        leaks.append(f"a transaction took {longest:.0f} s")
    return slopes, leaks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--rate", type=float, default=100, help="requests a second")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--live", type=int, default=5, help="people who count sets live all the time")
    parser.add_argument("--json", help="a file for all samples")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        url, _ = stack.enter_context(database())
        asyncio.run(migrate(url))
        port = free_port()
        environment = {
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "LOG_LEVEL": "WARNING",
            **_MALLOC,
            "METRICS_ENABLED": "true",
            "WEB_ENABLED": "false",
            "MAX_CONNECTIONS_PER_ADDRESS": "10000",
            "RATE_LIMITS": ",".join(f"{name}=100000000/minute" for name in _LIMITS),
        }
        command = [sys.executable, "-m", "exercise_buddy", "serve", "--port", str(port)]
        command += ["--workers", str(arguments.workers)]
        pid = stack.enter_context(started("api", command, environment, port)).pid
        print("| Minute | requests | failures | reads: p50 | p99, ms | writes: p50 | p99, ms ", end="")
        print("| memory, MiB | open files | connections | tasks | database, MiB | dead rows |")
        print("|---" * 13 + "|", flush=True)
        result = asyncio.run(soak(port, pid, url, arguments))
    sys.exit(1 if report(result, arguments) else 0)


def report(result: Result, arguments: argparse.Namespace) -> bool:
    """Print the result, and write it to a file; return whether something leaks or has failed."""
    slopes, leaks = find_leaks(result.samples, result.rate)
    print(f"\n{result.rate:.1f} requests a second. {dict(result.events)}")
    print("\n| Kind | number | p50, ms | p99, ms | most, ms |\n|---|---|---|---|---|")
    for kind, found in result.kinds.items():
        print(f"| {kind} | {found['number']:,} | {found['p50']} | {found['p99']} | {found['most']} |")
    print("\n| Table | rows | dead | MiB |\n|---|---|---|---|")
    for table in result.tables:
        print(f"| {table['table']} | {table['live']:,} | {table['dead']:,} | {table['mib']} |")
    print("\n| Quantity | mean | growth an hour |\n|---|---|---|")
    for name, slope in slopes.items():
        print(f"| {name} | {slope.mean:,.1f} | {slope.per_hour:+,.1f} ± {slope.error:,.1f} |")
    for reason, number in result.failures.most_common(20):
        print(f"FAILURE {number} times: {reason}")
    for leak in leaks:
        print(f"LEAK {leak}")
    if arguments.json:
        Path(arguments.json).write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2) + b"\n")
    return bool(leaks or result.failures)


if __name__ == "__main__":
    main()
