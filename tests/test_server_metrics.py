"""What Prometheus reads about pools, queues, imports, streams, disks, backups and the database."""

import asyncio
import os
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from anyio import create_task_group
from prometheus_client import CollectorRegistry

from exercise_buddy.auth import passwords
from exercise_buddy.backups.places import build_name
from exercise_buddy.core.db.read_pool import PoolTimeoutError
from exercise_buddy.core.threads import run_in_thread
from exercise_buddy.settings import Settings
from exercise_buddy.transfers.imports.tests.test_background import LARGE
from exercise_buddy.transfers.tests import files
from exercise_buddy.transfers.tests.support import import_file, send_file
from exercise_buddy.workouts.events.tests.helpers import wait_for_listener, watching
from tests.factories import workout
from tests.metrics import labelled, read
from tests.support import PASSWORD, SECRET, Connection, Person, RunningApp, StartApp, sign_up, wait_until

NOTHING = labelled()


@pytest.fixture
async def app(start_app: StartApp) -> RunningApp:
    return await start_app(metrics_enabled=True)


async def test_each_wait_for_a_connection_is_recorded(start_app: StartApp, monkeypatch: pytest.MonkeyPatch) -> None:
    app = await start_app(metrics_enabled=True, database_pool_size=1)
    database = app.state["database"]
    before = await read(app)

    async with database.reading():
        with monkeypatch.context() as impatient:
            impatient.setattr(database.reads, "_wait_seconds", 0.2)
            with pytest.raises(PoolTimeoutError):
                await database.reads.acquire()
    async with database.reading(), database.transaction() as session:
        await session.connection()
    after = await read(app)

    def waits(pool: str, **bucket: str) -> float:
        key = "bucket" if bucket else "count"
        name = f"database_pool_wait_seconds_{key}", labelled(pool=pool, **bucket)
        return after[name] - before.get(name, 0)

    # The first opens the connection, the second gets none, the third finds the first one free.
    assert waits("read") >= 3
    assert waits("read", le="+Inf") - waits("read", le="0.1") >= 1
    # The observations of mails and imports use the same pool.
    assert waits("write") >= 1
    assert after["database_pool_wait_seconds_sum", labelled(pool="read")] >= 0.2


async def block(release: Event) -> None:
    """Keep a thread until then."""
    await run_in_thread(release.wait)


async def test_hashes_wait_for_a_thread_and_run_in_one() -> None:
    registry = CollectorRegistry()
    passwords.measure_hashing(registry)
    settings = Settings(secret_key=SECRET, password_hash_memory_kib=8192, password_hash_iterations=1)
    release = Event()

    def value(name: str, **labels: str) -> float:
        return registry.get_sample_value(name, labels) or 0.0

    def waiting() -> float:
        return value("password_hashes", state="waiting")

    async with create_task_group() as others:
        for _ in range(os.cpu_count() or 1):
            others.start_soon(block, release)
        await asyncio.sleep(0.05)
        hashing = asyncio.create_task(passwords.hash_password(settings, PASSWORD))
        leaving = asyncio.create_task(passwords.verify_password(settings, PASSWORD, None))
        await wait_until(lambda: waiting() == 2)
        assert value("password_hashes", state="running") == 0
        # Its client goes before a thread is free.
        leaving.cancel()
        await wait_until(lambda: waiting() == 1)
        await asyncio.sleep(0.05)
        release.set()
        hashed = await hashing

    assert (await passwords.verify_password(settings, PASSWORD, hashed))[0]
    assert waiting() == value("password_hashes", state="running") == 0
    assert value("password_hash_wait_seconds_count") == 2
    assert value("password_hash_wait_seconds_sum") >= 0.05


async def test_hashes_of_sign_ins_are_counted(app: RunningApp) -> None:
    await sign_up(app, "ann")
    found = await read(app)

    # One at registration, one at sign-in, at least.
    assert found["password_hash_wait_seconds_count", NOTHING] >= 2
    assert found["password_hashes", labelled(state="waiting")] == 0


async def test_imports_are_counted_by_outcome(app: RunningApp) -> None:
    ann = await sign_up(app, "ann")
    small = files.hevy(files.hevy_row())
    await import_file(ann, small)
    assert (await send_file(ann, small, dry_run=True)).status_code == 201
    assert (await send_file(ann, "nonsense")).status_code == 422
    await import_file(ann, LARGE)
    found = await read(app)

    def finished(outcome: str) -> float:
        return found.get(("imports_finished_total", labelled(outcome=outcome)), 0)

    assert (finished("completed"), finished("dry_run"), finished("failed")) == (2, 1, 1)
    assert found["imports_running", NOTHING] == 0
    assert found["imported_rows_total", labelled(kind="workouts")] == 251
    assert found["imported_rows_total", labelled(kind="sets")] == 251
    assert found["import_duration_seconds_count", NOTHING] == 4


async def test_what_waits_is_counted_with_its_age(app: RunningApp, connection: Connection) -> None:
    imports = app.state["background_imports"]
    imports.task.cancel()
    await wait_until(imports.task.done)
    nothing = await read(app)
    ann = await sign_up(app, "ann")
    assert (await send_file(ann, LARGE)).status_code == 202
    await connection.execute("UPDATE workout_import SET created_at = now() - interval '1 hour'")

    async def are_sent() -> bool:
        return bool(await connection.fetchval("SELECT count(*) = 0 FROM outgoing_mail"))

    await wait_until(are_sent)
    for age in (timedelta(hours=1), timedelta(hours=2)):
        # Tried without success: the next attempt follows later.
        await connection.execute(
            "INSERT INTO outgoing_mail (id, kind, recipient, details, attempts, created_at, next_attempt_at)"
            " VALUES (gen_random_uuid(), 'verify_email', 'x@example.com', '{}', 1, now() - $1::interval, now() + $1)",
            age,
        )
    await connection.execute(
        "INSERT INTO outgoing_mail (id, kind, recipient, details, attempts, created_at, next_attempt_at)"
        " VALUES (gen_random_uuid(), 'verify_email', 'y@example.com', '{}', 1, now() - interval '3 days', 'infinity')"
    )
    found = await read(app)

    assert nothing["mails_waiting", NOTHING] == nothing["mail_oldest_wait_seconds", NOTHING] == 0
    assert nothing["imports_waiting", NOTHING] == nothing["import_oldest_wait_seconds", NOTHING] == 0
    assert found["mails_waiting", NOTHING] == 2
    assert 7200 <= found["mail_oldest_wait_seconds", NOTHING] < 7500
    assert found["imports_waiting", NOTHING] == 1
    assert 3600 <= found["import_oldest_wait_seconds", NOTHING] < 3900


async def test_event_streams_are_counted_while_they_are_open(app: RunningApp, ann: Person) -> None:
    await wait_for_listener(app)
    running_id = str((await ann.log(**workout(ended_at=None)))["id"])
    async with watching(app, ann, running_id), watching(app, ann, running_id):
        during = await read(app)

    assert during["event_streams", NOTHING] == 2
    assert (await read(app))["event_streams", NOTHING] == 0


async def test_a_database_that_is_gone_is_said_to_be_down(app: RunningApp, connection: Connection) -> None:
    up = await read(app)
    started = await connection.fetchval("SELECT extract(epoch FROM pg_postmaster_start_time())::float8")
    app.state["database"].breaker._open()
    down = await read(app)

    assert up["database_up", NOTHING] == 1
    assert abs(up["database_start_time_seconds", NOTHING] - started) < 1
    assert down["database_up", NOTHING] == 0
    # What is not known is not told, and the rest is.
    assert ("database_start_time_seconds", NOTHING) not in down
    assert ("mails_waiting", NOTHING) not in down
    assert down["disk_free_bytes", labelled(purpose="DATA_DIR")] > 0
    assert ("http_requests_in_progress", NOTHING) in down


async def test_connections_in_use_do_not_mean_that_the_database_is_down(start_app: StartApp) -> None:
    app = await start_app(metrics_enabled=True, database_pool_size=1)
    database = app.state["database"]
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(database.reading())
        session = await stack.enter_async_context(database.transaction())
        await session.connection()
        found = await read(app)

    assert found["database_up", NOTHING] == 1


async def test_the_age_of_backups_is_told(start_app: StartApp, settings: Settings) -> None:
    app = await start_app(metrics_enabled=True, backup_every="24h")
    none = await read(app)
    created_at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=30)
    folder = settings.data_dir / "backups"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (folder / build_name(created_at, is_encrypted=False)).write_bytes(b"")
    found = await read(app)

    assert none["backup_newest_time_seconds", NOTHING] == 0
    assert found["backup_newest_time_seconds", NOTHING] == created_at.timestamp()
    assert found["backup_interval_seconds", NOTHING] == 24 * 3600


async def test_many_who_ask_cause_one_measurement(app: RunningApp, monkeypatch: pytest.MonkeyPatch) -> None:
    [first, *_] = app.state["observations"]
    measure, calls = first.measure, []

    async def count() -> object:
        calls.append(1)
        return await measure()

    monkeypatch.setattr(first, "measure", count)
    async with app.client() as client:
        texts = [response.text for response in await asyncio.gather(*(client.get("/metrics") for _ in range(20)))]
        texts.append((await client.get("/metrics")).text)

    assert len(calls) == 1
    assert all("\ndatabase_up 1.0\n" in text for text in texts)
