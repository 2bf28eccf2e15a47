"""Measures what a replica takes off the primary, and what it and PgBouncer cost the server.

    uv run --group benchmark python -m benchmarks.replica [--seconds 2]

Starts a primary and its standby (`tests.standbys`) with the accounts of `benchmarks.run`, and loads a server without
and one with `DATABASE_REPLICA_URL`, in turn. Then the standby stands still after a write of each account, so that the
primary answers everything. Statistics are not cached. Read the CPU per request: all share the machine. Where PgBouncer
is installed, another server connects through it (`tests.poolers`).
"""

import argparse
import asyncio
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack

import asyncpg
import orjson

from benchmarks import cases
from benchmarks.load import load
from benchmarks.servers import Server, cpu_seconds, free_port, started
from exercise_buddy.core.db.database import Database
from exercise_buddy.core.ops import logging
from exercise_buddy.settings import Settings
from tests.poolers import find_program, read_documented_configuration, run_pgbouncer
from tests.standbys import ReplicatedServers

NAMES = ("list of 20", "list of 20 with sets", "summary", "dashboard", "change feed of 100", "exercise search")


async def _prepare(servers: ReplicatedServers, settings: Settings) -> None:
    url = servers.primary.get_url()
    await servers.migrate()
    admin = await asyncpg.connect(url)
    async with Database.open(url, 2) as opened:
        await cases.build_accounts(settings, opened, admin, with_old=True)
    await admin.execute("VACUUM (ANALYZE)", timeout=300)
    await admin.close()
    await servers.catch_up()


async def _print(
    name: str, account: str, pids: dict[str, int], api: Server, requests: list[bytes], seconds: float
) -> None:
    """Load a server, and print the microseconds of CPU for a request: its own, and those of other processes."""
    pids = {"server": api.pid} | pids
    await load(api.port, requests, connections=8, seconds=0.5)
    before = {which: cpu_seconds(pid) for which, pid in pids.items()}
    done = await load(api.port, requests, connections=8, seconds=seconds)
    used = {which: (cpu_seconds(pid) - before[which]) * 1e6 / max(1, done.requests) for which, pid in pids.items()}
    print(
        f"{name:22} {account:10} {api.name:10} {'  '.join(f'{which} {spent:6.0f}' for which, spent in used.items())} µs"
        f"{f'  FAILURES {done.failures}' if done.failures else ''}",
        flush=True,
    )


async def _compare(
    pids: dict[str, int], apis: list[Server], accounts: dict[str, list[cases.Account]], seconds: float
) -> None:
    for case in cases.READS:
        if case.name not in NAMES or case.conditional:
            continue
        requests = case.build(accounts[case.account], {})
        for api in apis:
            await _print(case.name, case.account, pids, api, requests, seconds)


async def _touch_everybody(servers: ReplicatedServers) -> None:
    admin = await asyncpg.connect(servers.primary.get_url())
    await admin.execute("UPDATE user_revision SET revision = revision + 1")
    await admin.close()


async def _run(
    servers: ReplicatedServers,
    pids: dict[str, int],
    apis: list[Server],
    accounts: dict[str, list[cases.Account]],
    seconds: float,
) -> None:
    await _compare(pids, apis, accounts, seconds)
    print("\nThe standby has not replayed the last write of any account:")
    async with servers.paused():
        await _touch_everybody(servers)
        # For so long, the replica is not too far behind to be asked.
        began = time.monotonic()
        small = {name: of for name, of in accounts.items() if name == cases.SMALL}
        requests = next(case for case in cases.READS if case.name == NAMES[0]).build(small[cases.SMALL], {})
        for api in apis:
            await _print(NAMES[0], cases.SMALL, pids, api, requests, min(seconds, 2.0))
        print(f"({time.monotonic() - began:.0f} s behind)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        servers = stack.enter_context(ReplicatedServers.running(autovacuum=True))
        secret = secrets.token_urlsafe(48)
        names = ("signed_in", "anonymous", "registrations_address", "work", "sign_ins_account")
        limits = dict.fromkeys(names, "100000000/minute")
        url = servers.primary.get_url()
        settings = Settings(database_url=url, secret_key=secret, log_level="ERROR", rate_limits=limits)
        logging.configure(settings)
        asyncio.run(_prepare(servers, settings))
        environment = {
            "DATABASE_URL": url,
            "SECRET_KEY": secret,
            "RATE_LIMITS": orjson.dumps(limits).decode(),
            "MAX_CONNECTIONS_PER_ADDRESS": "10000",
            "STATISTICS_CACHE_BYTES": "0",
            "WEB_ENABLED": "false",
            "DATA_DIR": stack.enter_context(tempfile.TemporaryDirectory()),
        }
        apis = []
        pids = {"primary": servers.primary.find_postmaster().pid, "standby": servers.standby.find_postmaster().pid}
        kinds = {"primary": {}, "replica": {"DATABASE_REPLICA_URL": servers.standby.get_url()}}
        if find_program() is not None:
            pooler = stack.enter_context(run_pgbouncer(url, read_documented_configuration()))
            pids["pgbouncer"] = pooler.pid
            kinds["pgbouncer"] = {"DATABASE_POOLER_URL": pooler.url}
        for name, more in kinds.items():
            port = free_port()
            serve = [sys.executable, "-m", "exercise_buddy", "serve", "--port", str(port)]
            apis.append(stack.enter_context(started(name, serve, environment | more, port)))
        accounts = {
            cases.SMALL: [cases.sign_in(apis[0].port, f"small{n}@bench.example") for n in range(cases.SMALL_ACCOUNTS)],
            cases.OLD: [cases.sign_in(apis[0].port, "old@bench.example")],
        }
        asyncio.run(_run(servers, pids, apis, accounts, arguments.seconds))


if __name__ == "__main__":
    main()
