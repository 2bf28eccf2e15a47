"""Which import a process claims, and what ends one that it has claimed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from exercise_buddy.core.db.database import Database
from exercise_buddy.core.db.jobs import Jobs
from exercise_buddy.core.db.tables import new_id
from exercise_buddy.transfers.imports import claims
from exercise_buddy.transfers.imports.claims import (
    Checkpoint,
    Claim,
    ImportCancelled,
    ImportPaused,
    build_checkpoint,
    claim_oldest,
    update_claimed,
)
from exercise_buddy.users.public import AccountGone
from tests.support import Connection, wait_until

USER, OTHER = UUID(int=1), UUID(int=2)
PROBLEM = '{"title": "It failed"}'


@pytest.fixture
async def database(database_url: str, connection: Connection) -> AsyncIterator[Database]:
    """A database with two accounts, and no process that imports."""
    await connection.execute(
        "INSERT INTO user_account"
        " (id, email, email_key, time_zone, canonical_time_zone, week_starts_on, unit_system, locale)"
        " SELECT id, id || '@example.org', id || '@example.org', 'UTC', 'UTC', 'monday', 'metric', 'en'"
        " FROM unnest($1::uuid[]) AS id",
        [USER, OTHER],
    )
    async with Database.open(database_url, pool_size=2) as database:
        yield database


async def add(connection: Connection, state: str, *, silent: str = "0 s", user_id: UUID = USER, **columns: Any) -> UUID:
    """Add an import that has had no heartbeat for a while; return its id."""
    columns = {"user_id": user_id, "id": new_id(), "source": "hevy", "state": state, "workouts": 0, "sets": 0} | columns
    names, values = ", ".join(columns), ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    await connection.execute(
        f"INSERT INTO workout_import ({names}, updated_at) VALUES ({values}, now() - '{silent}'::interval)",  # noqa: S608  (constants of the tests)
        *columns.values(),
    )
    return UUID(str(columns["id"]))


async def read_rows(connection: Connection) -> dict[tuple[UUID, UUID], Any]:
    """Return the imports by user and id."""
    return {(row["user_id"], row["id"]): row for row in await connection.fetch("SELECT * FROM workout_import")}


@pytest.mark.parametrize(
    ("state", "silent", "columns", "is_claimed"),
    [
        ("queued", "0 s", {}, True),
        ("queued", "40 s", {}, True),
        ("running", "20 s", {}, False),
        ("running", "40 s", {}, True),
        # The request that undoes it is at work, or can be repeated.
        ("undoing", "40 s", {}, False),
        ("undoing", "20 s", {"is_cancelled": True}, False),
        ("undoing", "40 s", {"is_cancelled": True}, True),
        ("undoing", "20 s", {"problem": PROBLEM}, False),
        ("undoing", "40 s", {"problem": PROBLEM}, True),
        ("completed", "40 s", {}, False),
        ("failed", "40 s", {"problem": PROBLEM}, False),
        ("cancelled", "40 s", {"is_cancelled": True}, False),
    ],
)
async def test_an_import_is_claimed_that_waits_or_whose_process_is_silent(
    database: Database, connection: Connection, state: str, silent: str, columns: dict[str, Any], *, is_claimed: bool
) -> None:
    added = await add(connection, state, silent=silent, **columns)

    claimed = await claim_oldest(database)

    assert (claimed and claimed.id) == (added if is_claimed else None)
    assert await connection.fetchval("SELECT state FROM workout_import") == ("running" if is_claimed else state)


@pytest.mark.parametrize("seconds", [25, 35])
async def test_a_lease_ends_after_half_a_minute(database: Database, connection: Connection, seconds: int) -> None:
    await add(connection, "running", silent=f"{seconds} s")

    assert (await claim_oldest(database) is not None) == (seconds > 30)


async def test_the_oldest_import_that_nobody_claims_comes_first(database: Database, connection: Connection) -> None:
    # The order is no matter of an index.
    await connection.execute("DROP INDEX ix_workout_import_unfinished")
    newest, later, oldest = [
        await add(connection, "queued", user_id=user_id, created_at=datetime(2026, 3, day, tzinfo=UTC))
        for user_id, day in ((USER, 3), (USER, 2), (OTHER, 1))
    ]

    async with connection.transaction():
        await connection.execute("SELECT FROM workout_import WHERE id = $1 FOR UPDATE", oldest)
        # Another process is just claiming the oldest one.
        claimed = [await claim_oldest(database)]
    claimed += [await claim_oldest(database) for _ in range(3)]

    expected = [(USER, later), (OTHER, oldest), (USER, newest), None]
    assert [claim and (claim.user_id, claim.id) for claim in claimed] == expected


async def test_two_processes_claim_two_imports_at_once(database: Database, connection: Connection) -> None:
    waiting = {await add(connection, "queued") for _ in range(2)}
    # Each claim stops before its update until the test lets it go on.
    await connection.execute(
        "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql"
        " AS 'BEGIN PERFORM pg_advisory_xact_lock_shared(1); RETURN NEW; END';"
        " CREATE TRIGGER stop BEFORE UPDATE ON workout_import FOR EACH ROW EXECUTE FUNCTION stop();"
        " SELECT pg_advisory_lock(1)"
    )

    async def start(number: int) -> asyncio.Task[Claim | None]:
        task = asyncio.create_task(claim_oldest(database))

        async def has_stopped() -> bool:
            stopped = (
                "SELECT count(*) FROM pg_locks AS l INNER JOIN pg_database AS d ON d.oid = l.database"
                " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND NOT l.granted"
            )
            return task.done() or await connection.fetchval(stopped) == number

        await wait_until(has_stopped)
        return task

    started = [await start(number) for number in (1, 2)]
    await connection.execute("SELECT pg_advisory_unlock(1)")

    assert {claim and claim.id for claim in await asyncio.gather(*started)} == waiting


async def add_shared(connection: Connection, **columns: Any) -> tuple[Claim, dict[tuple[UUID, UUID], Any]]:
    """Add an import whose process has ended, and others that only share its user or its id; return the others, too."""
    shared = new_id()
    await add(connection, "completed", id=shared, user_id=OTHER, silent="1 hour", workouts=1)
    await add(connection, "running", silent="20 s")
    others = await read_rows(connection)
    await add(connection, "running", id=shared, silent="1 hour", **columns)
    return Claim(USER, shared, None, is_cancelled=False, problem=None, attempts=0), others


async def test_a_claim_renews_the_lease_of_one_import(database: Database, connection: Connection) -> None:
    expected, others = await add_shared(
        connection, options='{"source": "x"}', is_cancelled=True, problem=PROBLEM, attempts=2
    )

    claimed = await claim_oldest(database)

    assert claimed == Claim(
        USER, expected.id, {"source": "x"}, is_cancelled=True, problem={"title": "It failed"}, attempts=2
    )
    assert await read_others(connection, claimed) == others
    assert await is_renewed(connection, claimed)


async def read_others(connection: Connection, claimed: Claim) -> dict[tuple[UUID, UUID], Any]:
    """Return the imports except one."""
    rows = await read_rows(connection)
    del rows[claimed.user_id, claimed.id]
    return rows


async def is_renewed(connection: Connection, claimed: Claim) -> bool:
    """Return whether an import has had a heartbeat since the last minute."""
    row = (await read_rows(connection))[claimed.user_id, claimed.id]
    return bool(await connection.fetchval("SELECT $1 > now() - interval '1 minute'", row["updated_at"]))


@pytest.mark.parametrize("state", ["completed", "failed", "cancelled"])
@pytest.mark.parametrize(
    ("silent", "columns", "is_deleted"),
    [
        ("23 hours 50 minutes", {}, False),
        ("24 hours 10 minutes", {}, True),
        ("24 hours 10 minutes", {"workouts": 1}, False),
        ("24 hours 10 minutes", {"workouts": 1, "dry_run": True}, True),
    ],
)
async def test_a_result_without_workouts_is_deleted_after_a_day(
    database: Database,
    connection: Connection,
    state: str,
    silent: str,
    columns: dict[str, Any],
    *,
    is_deleted: bool,
) -> None:
    await add(connection, state, silent=silent, **columns)
    # One that waited for a day has no result yet.
    waiting = await add(connection, "queued", silent="25 hours")

    claimed = await claim_oldest(database)

    assert claimed is not None
    assert claimed.id == waiting
    assert await connection.fetchval("SELECT count(*) FROM workout_import") == (1 if is_deleted else 2)


@dataclass(slots=True)
class Clock:
    """A clock that only work and pauses move."""

    now: float = 1000.0
    pauses: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(claims, "time", clock)
    monkeypatch.setattr(claims, "asyncio", clock)
    return clock


@dataclass(slots=True)
class Work:
    """An import that a process has claimed, and others."""

    check: Checkpoint
    jobs: Jobs
    claimed: Claim
    others: dict[tuple[UUID, UUID], Any]


@pytest.fixture
async def work(database: Database, connection: Connection, clock: Clock) -> Work:  # noqa: ARG001  (the checkpoint uses it)
    claimed, others = await add_shared(connection)
    jobs = Jobs(database)
    return Work(build_checkpoint(jobs, database.transaction, claimed), jobs, claimed, others)


async def test_a_checkpoint_stores_the_progress_and_renews_the_lease(work: Work, connection: Connection) -> None:
    await work.check(0.25)

    row = (await read_rows(connection))[work.claimed.user_id, work.claimed.id]
    assert row["progress"] == 0.25
    assert await is_renewed(connection, work.claimed)
    assert await read_others(connection, work.claimed) == work.others


async def test_other_writes_have_their_turn_after_a_batch_that_is_committed(work: Work, clock: Clock) -> None:
    for seconds, progress, is_committed in ((0.25, 0.1, True), (0.25, 0.2, False), (0.5, 0.0, True), (8.0, 0.3, True)):
        clock.now += seconds
        await work.check(progress, is_committed=is_committed)
    clock.now += 0.5
    await work.check(0.4)

    # Half as long as the work since the last checkpoint, and half a second at most.
    assert clock.pauses == [0.125, 0.5, 0.25]


@pytest.mark.parametrize(("progress", "is_committed"), [(0.0, True), (0.5, False)])
async def test_short_steps_renew_the_lease_every_two_seconds(
    work: Work, clock: Clock, connection: Connection, progress: float, *, is_committed: bool
) -> None:
    renewed = []
    for seconds in (1.0, 1.0, 0.25, 2.0, 0.25):
        await connection.execute("UPDATE workout_import SET updated_at = now() - interval '1 hour'")
        clock.now += seconds
        await work.check(progress, is_committed=is_committed)
        renewed.append(await is_renewed(connection, work.claimed))

    assert renewed == [False, False, True, False, True]
    assert clock.pauses == []


async def test_a_batch_renews_the_lease_for_the_steps_after_it(
    work: Work, clock: Clock, connection: Connection
) -> None:
    clock.now += 1.5
    await work.check(0.5)
    await connection.execute("UPDATE workout_import SET updated_at = now() - interval '1 hour'")
    clock.now += 1.0
    await work.check(0.0)

    assert not await is_renewed(connection, work.claimed)


async def test_a_checkpoint_ends_an_import_when_the_process_stops(work: Work, connection: Connection) -> None:
    work.jobs.stop()

    with pytest.raises(ImportPaused):
        await work.check(0.5)
    assert not await is_renewed(connection, work.claimed)


async def test_a_checkpoint_ends_an_import_that_is_cancelled_or_deleted(work: Work, connection: Connection) -> None:
    key = (work.claimed.user_id, work.claimed.id)
    await connection.execute("UPDATE workout_import SET is_cancelled = true WHERE (user_id, id) = ($1, $2)", *key)
    with pytest.raises(ImportCancelled):
        await work.check(0.5)
    await connection.execute("DELETE FROM workout_import WHERE (user_id, id) = ($1, $2)", *key)
    with pytest.raises(AccountGone):
        await work.check(0.5)


async def test_an_update_of_an_import_renews_its_lease(work: Work, database: Database, connection: Connection) -> None:
    async with database.transaction() as session:
        await session.exec(update_claimed(work.claimed, attempts=3))

    assert (await read_rows(connection))[work.claimed.user_id, work.claimed.id]["attempts"] == 3
    assert await is_renewed(connection, work.claimed)
    assert await read_others(connection, work.claimed) == work.others
