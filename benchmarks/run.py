"""Measures the API against what is possible on the same machine, all servers in one run, in turn.

    uv run --group benchmark python -m benchmarks.run [--workers 2] [--users 2000] [--quick] [--only NAME]

The floors (`benchmarks.floor`) are raw ASGI applications: one executes the same statements and sends the same bytes,
the other reads finished bytes by key. The template (`benchmarks.template`) is how such a backend is usually written.
Starts everything itself, on an embedded PostgreSQL or on DATABASE_URL (an empty database). Read ratios and CPU per
request, not requests per second: servers, database and client share the machine.
"""

import asyncio
import os
import platform
import secrets
import statistics
import sys
import tempfile
import time
from argparse import Namespace
from contextlib import AbstractContextManager, ExitStack
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path

import asyncpg
import httpx2
import orjson

from benchmarks import cases, recording
from benchmarks.load import load, request
from benchmarks.servers import Server, cpu_seconds, database, free_port, memory_bytes, started
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.ops import logging
from exercise_buddy.migration import migrate
from exercise_buddy.settings import Settings

SAME_SQL, STORED, TEMPLATE = "same_sql", "stored", "template"
TEMPLATE_TARGET = 6.0


@dataclass(frozen=True, slots=True)
class Result:
    """What one server did in one case: medians over the rounds."""

    case: str
    account: str
    server: str
    per_second: float
    p50_ms: float
    p99_ms: float
    server_us: float
    database_us: float
    bytes_each: int
    failures: int


class Benchmark:
    """Loads servers with cases, and collects the results."""

    def __init__(self, arguments: Namespace, postgres: int | None) -> None:
        self.arguments = arguments
        self.postgres = postgres
        self.results: list[Result] = []

    def compare(self, case: str, account: str, requests: dict[Server, list[bytes]]) -> None:
        """Load servers in turn, several times."""
        options = {"connections": self.arguments.connections}
        for server, sent in requests.items():
            asyncio.run(load(server.port, sent, seconds=1, **options))
        rounds: dict[Server, list[Result]] = {server: [] for server in requests}
        for _ in range(self.arguments.rounds):
            for server, sent in requests.items():
                before = cpu_seconds(server.pid), cpu_seconds(self.postgres)
                done = asyncio.run(load(server.port, sent, seconds=self.arguments.seconds, **options))
                after = cpu_seconds(server.pid), cpu_seconds(self.postgres)
                server_us, database_us = (
                    (b - a) * 1e6 / max(1, done.requests) for a, b in zip(before, after, strict=True)
                )
                rounds[server].append(
                    Result(
                        case,
                        account,
                        server.name,
                        done.per_second,
                        done.p50_ms,
                        done.p99_ms,
                        server_us,
                        database_us,
                        done.bytes_each,
                        done.failures,
                    )
                )
        for found in rounds.values():
            rates = [one.per_second for one in found]
            middle = min(found, key=lambda one: abs(one.per_second - statistics.median(rates)))
            self.results.append(middle)
            self._print(middle, requests)

    def _print(self, one: Result, requests: dict[Server, list[bytes]]) -> None:
        first = next(iter(requests)).name
        api = next(done for done in reversed(self.results) if (done.case, done.server) == (one.case, first))
        ratio = "" if one.server == first else f"  {first}/{one.server} {api.per_second / one.per_second:5.2f}"
        print(
            f"{one.case:22} {one.account:9} {one.server:9} {one.per_second:8.0f}/s  p50 {one.p50_ms:6.2f}"
            f"  p99 {one.p99_ms:6.2f} ms  CPU {one.server_us:6.0f} + {one.database_us:6.0f} µs  {one.bytes_each:7} B"
            f"{f'  FAILURES {one.failures}' if one.failures else ''}{ratio}",
            flush=True,
        )


async def prepare(url: str, settings: Settings, arguments: Namespace) -> None:
    await migrate(url)
    admin = await asyncpg.connect(url)
    async with Database.open(url, 2) as opened:
        await cases.build_accounts(settings, opened, admin, with_old=not arguments.quick)
    if arguments.users > 1:
        await cases.add_users(admin, arguments.users)
    await admin.execute("VACUUM (ANALYZE)", timeout=300)
    await admin.execute("CREATE TABLE benchmark_response (key text PRIMARY KEY, content json NOT NULL)")
    await admin.close()


async def record(
    url: str, settings: Settings, read: dict[str, tuple[cases.Account, str]], writer: cases.Account, path: Path
) -> None:
    """Record what the application does for each path, for the floors."""
    admin = await asyncpg.connect(url)
    recordings = {}
    async with recording.recorder(settings) as recorder:
        for target, (account, tag) in read.items():
            headers = {"If-None-Match": tag} if tag else {}
            recordings[target] = await recorder.record("GET", target, account.token, headers=headers)
            content = recordings[target].content.decode() or "null"
            await admin.execute(
                "INSERT INTO benchmark_response VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET content = $2",
                target,
                content,
            )
        headers = {"Content-Type": "application/json"}
        created = await recorder.record(
            "POST", "/api/v1/workouts", writer.token, content=cases.CREATED, headers=headers
        )
        workout_id = orjson.loads(created.content)["id"]
        insert = await recording.record_insert(admin, writer.user_id, workout_id, created.content)
    recording.write(path, recordings, insert)
    await admin.close()


def main() -> None:
    arguments = cases.parse_arguments(__doc__ or "")
    if arguments.quick:
        arguments.rounds, arguments.seconds = 1, 1.0
    with ExitStack() as stack:
        url, postgres = stack.enter_context(database())
        secret = secrets.token_urlsafe(48)
        names = ("signed_in", "anonymous", "registrations_address", "work", "sign_ins_account")
        limits = dict.fromkeys(names, "100000000/minute")
        settings = Settings(database_url=url, secret_key=secret, log_level="ERROR", rate_limits=limits)
        logging.configure(settings)
        asyncio.run(prepare(url, settings, arguments))
        environment = {
            "DATABASE_URL": url,
            "SECRET_KEY": secret,
            "RATE_LIMITS": orjson.dumps(limits).decode(),
            "MAX_CONNECTIONS_PER_ADDRESS": "10000",
            "MAX_REQUESTS_IN_FLIGHT": "10000",
        }
        port = free_port()
        serve = [sys.executable, "-m", "exercise_buddy", "serve", "--port", str(port)]
        serve += ["--workers", str(arguments.workers)]
        api = stack.enter_context(started("api", serve, environment, port))
        benchmark = Benchmark(arguments, postgres)
        _run(benchmark, stack, api, url, settings, environment)
        print(
            f"memory after all cases: api {memory_bytes(api.pid) / 2**20:.0f} MiB,"
            f" database {memory_bytes(postgres) / 2**20:.0f} MiB"
        )
        report(benchmark, arguments)


def _run(
    benchmark: Benchmark, stack: ExitStack, api: Server, url: str, settings: Settings, environment: dict[str, str]
) -> None:
    arguments = benchmark.arguments
    accounts = {cases.SMALL: [cases.sign_in(api.port, f"small{n}@bench.example") for n in range(cases.SMALL_ACCOUNTS)]}
    if not arguments.quick:
        accounts[cases.OLD] = [cases.sign_in(api.port, "old@bench.example")]
    writers = [cases.register(api.port) for _ in range(cases.WRITERS)]
    chosen = [c for c in cases.READS if c.account in accounts and c.name.startswith(arguments.only or "")]
    tags = {c.path(a): _find_tag(api, c, a) for c in chosen if c.conditional for a in accounts[c.account]}
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    workers = ["--workers", str(arguments.workers), "--log-level", "warning"]
    for case in chosen:
        of_case = accounts[case.account]
        read = {cases.BASE + case.path(a): (a, tags[case.path(a)] if case.conditional else "") for a in of_case}
        recorded = folder / f"{chosen.index(case)}.pickle"
        asyncio.run(record(url, settings, read, writers[0], recorded))
        with ExitStack() as floors:
            requests = {api: case.build(of_case, tags)}
            for kind in (SAME_SQL, *([] if case.conditional else [STORED])):
                floor = floors.enter_context(_floor(kind, recorded, writers, environment, workers))
                requests[floor] = requests[api]
            if case.account == cases.SMALL and case.name in {"users/me", "list of 20"}:
                path = "/api/v1/users/me" if case.name == "users/me" else "/api/v1/items/?limit=20"
                _add_template(floors, requests, url, workers, "GET", path, b"")
            benchmark.compare(case.name, case.account, requests)
    recorded = folder / "writes.pickle"
    asyncio.run(record(url, settings, {}, writers[0], recorded))
    if cases.CREATE.name.startswith(arguments.only or ""):
        with ExitStack() as floors:
            requests = {api: cases.CREATE.build(writers, {})}
            floor = floors.enter_context(_floor(SAME_SQL, recorded, writers, environment, workers))
            requests[floor] = requests[api]
            body = orjson.dumps({"title": "Item", "description": "An item"})
            _add_template(floors, requests, url, workers, "POST", "/api/v1/items/", body)
            benchmark.compare(cases.CREATE.name, cases.SMALL, requests)
    for build in (
        cases.append_case,
        lambda port, of: cases.one_set_changes(port, of, 25),
        lambda port, of: cases.one_set_changes(port, of, 500),
    ):
        case = build(api.port, writers)
        if case.name.startswith(arguments.only or ""):
            benchmark.compare(case.name, case.account, {api: case.build(writers, {})})


def _find_tag(api: Server, case: cases.Case, account: cases.Account) -> str:
    headers = {"Authorization": f"Bearer {account.token}", "Accept-Encoding": "identity"}
    url = f"http://127.0.0.1:{api.port}{cases.BASE}{case.path(account)}"
    return str(httpx2.get(url, headers=headers).raise_for_status().headers["etag"])


def _floor(
    kind: str, recorded: Path, writers: list[cases.Account], environment: dict[str, str], workers: list[str]
) -> AbstractContextManager[Server]:
    port = free_port()
    users = ",".join(str(writer.user_id) for writer in writers)
    floor = environment | {"FLOOR_KIND": kind, "FLOOR_RECORDINGS": str(recorded), "FLOOR_USERS": users}
    command = [sys.executable, "-m", "uvicorn", "benchmarks.floor:app", "--port", str(port), *workers]
    return started(kind, command, floor, port)


def _add_template(
    stack: ExitStack, requests: dict[Server, list[bytes]], url: str, workers: list[str], *sent: str | bytes
) -> None:
    if find_spec("psycopg") is None:
        print("psycopg is not installed (--group benchmark): without the template")
        return
    os.environ["TEMPLATE_DATABASE_URL"] = url.replace("postgresql+asyncpg", "postgresql").replace(
        "postgresql:", "postgresql+psycopg:"
    )
    from benchmarks import template  # noqa: PLC0415  (it opens the database)

    token = template.seed(50)
    method, path, body = sent
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "benchmarks.template:app", "--port", str(port), *workers]
    server = stack.enter_context(started(TEMPLATE, command, {}, port))
    assert isinstance(method, str)
    assert isinstance(path, str)
    assert isinstance(body, bytes)
    requests[server] = [request(method, path, token, body)]


def report(benchmark: Benchmark, arguments: Namespace) -> None:
    """Print the ratios with their targets, write the results, and compare them with earlier ones."""
    ratios = _ratios([asdict(one) for one in benchmark.results])
    targets = {(c.name, c.account, floor): least for c in (*cases.READS, cases.CREATE) for floor, least in c.targets}
    targets |= {(name, cases.SMALL, TEMPLATE): TEMPLATE_TARGET for name in ("users/me", "list of 20", "create 24 sets")}
    print("\n| Case | Account | Floor | requests/s, ratio | Target |\n|---|---|---|---|---|")
    for key, ratio in ratios.items():
        target = targets.get(key)
        missed = " (missed)" if target and ratio < target else ""
        print(f"| {' | '.join(key)} | {ratio:.2f} | {f'{target:.2f}{missed}' if target else ''} |")
    if arguments.json:
        facts = {
            "date": datetime.now(UTC).date().isoformat(),
            "machine": f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}",
            "workers": arguments.workers,
            "users": arguments.users,
        }
        document = facts | {"results": [asdict(one) for one in benchmark.results]}
        Path(arguments.json).write_bytes(orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n")
    if arguments.against and Path(arguments.against).exists():
        earlier = orjson.loads(Path(arguments.against).read_bytes())
        before = _ratios(earlier["results"])
        print(f"\nAgainst the results of {earlier['date']} ({earlier['machine']}), ratios to the floors:")
        for key in ratios.keys() & before.keys():
            change = ratios[key] / before[key] - 1
            print(f"{' '.join(key):45} {before[key]:5.2f} -> {ratios[key]:5.2f}  {change:+.0%}")


def _ratios(results: list[dict[str, object]]) -> dict[tuple[str, str, str], float]:
    rates = {(str(r["case"]), str(r["account"]), str(r["server"])): float(str(r["per_second"])) for r in results}
    return {
        (case, account, server): rates[case, account, "api"] / rate
        for (case, account, server), rate in rates.items()
        if server != "api"
    }


if __name__ == "__main__":
    began = time.monotonic()
    main()
    print(f"took {time.monotonic() - began:.0f} s")
