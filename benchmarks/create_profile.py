"""Where the CPU time of a create of 24 sets goes: the layers of Python, and the parts of PostgreSQL.

    uv run --group benchmark python -m benchmarks.create_profile

Sends creates to the application in this process, and samples which layer runs. Then executes its call of PostgreSQL
again and again, whole and without one part at a time: foreign keys, triggers, indexes. Each is rolled back.
"""

import asyncio
import signal
import time
from collections import Counter
from collections.abc import Sequence
from secrets import token_urlsafe
from types import FrameType
from typing import Any

import asyncpg

from benchmarks import cases, recording
from benchmarks.accounts import PASSWORD
from benchmarks.servers import database
from exercise_buddy.main import create_app
from exercise_buddy.migration import migrate
from exercise_buddy.settings import Settings

CREATES = 2_000
EXECUTIONS = 60
ROUNDS = 6
PATH = "/api/v1/workouts"
TABLES = ("workout", "workout_exercise", "workout_set", "user_revision")

# A sample belongs to the innermost frame whose file is of a layer.
LAYERS = {
    "validation of the body": (
        "/set_schemas.",
        "/workouts/schemas.",
        "/content_size.",
        "/core/types.",
        "/error_bounds.",
    ),
    "totals and sizes": ("/computed_", "/prepared."),
    "document: JSON and zstd": ("/documents/", "starlette_compress"),
    "ids and rows": ("/storage/", "/part_ids.", "uuid"),
    "fingerprint": ("/fingerprints.", "/workouts/handlers."),
    "asyncpg, the pool, SQLAlchemy's session": ("asyncpg", "sqlalchemy", "sqlmodel", "/core/db/"),
    "log line": ("structlog", "/ops/logging."),
    "event loop": ("/asyncio/", "selectors."),
    "middleware, route, response": ("/core/", "starlette", "fastapi", "exercise_buddy", "/email/"),
}
PARTS = """
SELECT CASE WHEN conrelid = 'workout_set'::regclass THEN 'foreign key of sets' ELSE 'other foreign keys' END AS part,
    format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS removal
FROM pg_constraint WHERE contype = 'f' AND conrelid = any($1::text[]::regclass[])
UNION ALL
SELECT CASE WHEN tgname LIKE 'count%' THEN 'quotas' ELSE 'settled totals' END,
    format('ALTER TABLE %s DISABLE TRIGGER %I', tgrelid::regclass, tgname)
FROM pg_trigger WHERE NOT tgisinternal AND tgname LIKE '%insert' AND tgrelid = any($1::text[]::regclass[])
UNION ALL
SELECT 'indexes besides keys', format('DROP INDEX %s', i.indexrelid::regclass)
FROM pg_index AS i
WHERE
    i.indrelid = any($1::text[]::regclass[]) AND NOT i.indisprimary
    AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conindid = i.indexrelid)
"""
"""What a call can do without: the part, and the statement that removes a piece of it."""


class Sampler:
    """Counts in which layer this process spends its CPU time."""

    def __init__(self) -> None:
        self.layers: Counter[str] = Counter()
        self._known: dict[str, str | None] = {}

    def sample(self, _signal: int, frame: FrameType | None) -> None:
        while frame is not None:
            file = frame.f_code.co_filename
            if file not in self._known:
                self._known[file] = next(
                    (name for name, parts in LAYERS.items() if any(p in file for p in parts)), None
                )
            layer = self._known[file]
            if layer is not None:
                self.layers[layer] += 1
                return
            frame = frame.f_back


async def profile_python(settings: Settings, token: str) -> None:
    """Print the CPU time of a create in this process, and the share of each layer."""
    headers = {
        "host": "bench",
        "authorization": f"Bearer {token}",
        "content-type": "application/json",
        "content-length": str(len(cases.CREATED)),
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "root_path": "",
        "path": PATH,
        "raw_path": PATH.encode(),
        "query_string": b"",
        "client": ("203.0.113.7", 1),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    statuses: Counter[int] = Counter()

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": cases.CREATED, "more_body": False}

    async def send(message: Any) -> None:
        statuses[message.get("status", 0)] += 1

    app = create_app(settings)
    async with app.router.lifespan_context(app) as state:

        async def create() -> float:
            began = time.process_time()
            await app({**scope, "state": dict(state or {})}, receive, send)
            return (time.process_time() - began) * 1e6

        taken = sorted([await create() for _ in range(CREATES)])
        sampler = Sampler()
        signal.signal(signal.SIGPROF, sampler.sample)
        signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
        for _ in range(CREATES):
            await create()
        signal.setitimer(signal.ITIMER_PROF, 0)
    assert statuses[201] == 2 * CREATES, statuses
    total = sampler.layers.total()
    print(f"Python: {taken[0]:.0f} µs at least, {taken[CREATES // 2]:.0f} in the median; {total} samples")
    for layer, count in sampler.layers.most_common():
        print(f"{count / total:6.1%}  {layer}")


async def profile_postgresql(admin: asyncpg.Connection, sql: str, arguments: Sequence[Any]) -> None:
    """Print the least time of the call of `write_workouts`, and how much of it each part takes."""
    user_id, _, (workout, *_), exercises, sets, *_ = arguments
    # The recorded call has written its workout: now it can be written again.
    await admin.execute("DELETE FROM workout WHERE user_id = $1 AND id = $2", user_id, workout[0])
    await admin.execute("VACUUM (ANALYZE)")
    parts: dict[str, list[str]] = {"the whole call": []}
    for part, removal in await admin.fetch(PARTS, list(TABLES)):
        parts.setdefault(part, []).append(removal)
    receive = (
        "SELECT cardinality($1::new_workout[]) + cardinality($2::new_workout_exercise[])"
        " + cardinality($3::new_workout_set[])"
    )
    least = dict.fromkeys((*parts, "receiving the rows"), float("inf"))
    # In turns, because other work of the machine comes and goes.
    for _ in range(ROUNDS):
        for part, removals in parts.items():
            least[part] = min(least[part], await _measure(admin, sql, arguments, removals))
        received = await _measure(admin, receive, [[workout], exercises, sets], [])
        least["receiving the rows"] = min(least["receiving the rows"], received)
    whole = least.pop("the whole call")
    print(f"\nPostgreSQL: {whole:.0f} µs for a call without its commit, with the round trip and the driver")
    print(f"{least.pop('receiving the rows'):7.0f} µs  the round trip and receiving the rows")
    for part, taken in least.items():
        print(f"{whole - taken:7.0f} µs  {part}")


async def _measure(admin: asyncpg.Connection, sql: str, arguments: Sequence[Any], removals: list[str]) -> float:
    """Return the least time of an execution, in µs, after some parts have been removed."""
    taken = []
    outer = admin.transaction()
    await outer.start()
    for removal in removals:
        await admin.execute(removal)
    statement = await admin.prepare(sql)
    for _ in range(EXECUTIONS):
        inner = admin.transaction()
        await inner.start()
        began = time.perf_counter()
        await statement.fetch(*arguments)
        taken.append(time.perf_counter() - began)
        await inner.rollback()
    await outer.rollback()
    return min(taken) * 1e6


async def run(url: str) -> None:
    limits = dict.fromkeys(("signed_in", "work"), "100000000/minute")
    settings = Settings(database_url=url, secret_key=token_urlsafe(48), log_level="ERROR", rate_limits=limits)
    await migrate(url)
    async with recording.recorder(settings) as recorder:
        account = {"email": "profile@bench.example", "password": PASSWORD}
        (await recorder.client.post("/api/v1/auth/register", json=account)).raise_for_status()
        form = {"username": account["email"], "password": PASSWORD}
        token = (await recorder.client.post("/api/v1/auth/login", data=form)).raise_for_status().json()["access_token"]
        headers = {"Content-Type": "application/json"}
        recorded = await recorder.record("POST", PATH, token, content=cases.CREATED, headers=headers)
    await profile_python(settings, token)
    admin = await asyncpg.connect(url, server_settings={"enable_seqscan": "off", "jit": "off"})
    await profile_postgresql(admin, *next(found for found in recorded.statements if "write_workouts" in found[0]))
    await admin.close()


if __name__ == "__main__":
    with database() as (address, _):
        asyncio.run(run(address))
