"""Samples of what must not grow: memory, open files, connections, tasks, and the size of the database."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from benchmarks.servers import memory_bytes, tree

_DATABASE = """
SELECT
    (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'exercise-buddy') AS connections,
    (SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::float
        FROM pg_stat_activity WHERE application_name = 'exercise-buddy') AS oldest_transaction,
    pg_database_size(current_database()) / 1048576.0 AS database_mib,
    (SELECT sum(n_live_tup) FROM pg_stat_user_tables)::float AS live_rows,
    (SELECT sum(n_dead_tup) FROM pg_stat_user_tables)::float AS dead_rows
"""
_TABLES = """
SELECT relname, n_live_tup, n_dead_tup, pg_total_relation_size(relid) / 1048576.0
FROM pg_stat_user_tables WHERE n_live_tup + n_dead_tup > 0 ORDER BY 4 DESC LIMIT 12
"""


@dataclass(frozen=True, slots=True)
class Sample:
    """The state of the server and of its database at a moment."""

    seconds: float
    memory_mib: float
    files: float
    threads: float
    tasks: float
    connections: float
    oldest_transaction: float
    database_mib: float
    live_rows: float
    dead_rows: float


async def take_sample(seconds: float, pid: int, client: httpx2.AsyncClient, admin: asyncpg.Connection) -> Sample:
    """Measure the processes of the server, and ask the database."""
    processes = [Path(f"/proc/{process}") for process in tree(pid)]
    row = await admin.fetchrow(_DATABASE)
    return Sample(
        seconds,
        memory_bytes(pid) / 2**20,
        sum(len(list((process / "fd").iterdir())) for process in processes if process.exists()),
        sum(len(list((process / "task").iterdir())) for process in processes if process.exists()),
        await _read_tasks(client),
        **{name: float(value) for name, value in row.items()},
    )


async def _read_tasks(client: httpx2.AsyncClient) -> float:
    text = (await client.get("/metrics")).raise_for_status().text
    found = re.search(r"^asyncio_tasks(?:\{\})? (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else float("nan")


async def describe_tables(admin: asyncpg.Connection) -> list[dict[str, Any]]:
    """Return the largest tables: their rows, their dead rows, and their size in MiB with indexes."""
    return [
        {"table": name, "live": live, "dead": dead, "mib": round(float(mib), 1)}
        for name, live, dead, mib in await admin.fetch(_TABLES)
    ]
