"""An embedded PostgreSQL that ends is restarted, and one whose process was killed is stopped."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import asyncpg
import psutil
import pytest
from structlog.testing import capture_logs

from exercise_buddy.core.db.embedded import embedded_postgres
from exercise_buddy.core.db.embedded_account import EmbeddedPostgresError
from exercise_buddy.core.restart_limit import RestartLimit
from exercise_buddy.core.tests.embedded_processes import (
    ask,
    ask_until_answered,
    list_postmasters,
    postmaster,
    run_in_another_process,
)

# Promised are 5 s; a busy machine may take longer.
PATIENCE_SECONDS = 60.0


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


async def test_a_killed_server_is_restarted_at_the_same_address_and_loses_nothing(data_dir: Path) -> None:
    with embedded_postgres(data_dir, is_supervised=True) as url:
        await ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
        connection = await asyncpg.connect(url)
        backend = await connection.fetchval("SELECT pg_backend_pid()")
        # A process that does not notice the end of its server holds its memory.
        os.kill(backend, signal.SIGSTOP)
        first = postmaster(data_dir)
        assert first is not None
        os.kill(first, signal.SIGKILL)

        found, seconds = await ask_until_answered(url, "SELECT n FROM kept", PATIENCE_SECONDS)
        second = postmaster(data_dir)
        connection.terminate()

    assert found == 7
    assert second != first
    assert seconds < PATIENCE_SECONDS
    assert postmaster(data_dir) is None


async def test_a_stopped_server_is_restarted(data_dir: Path) -> None:
    with embedded_postgres(data_dir, is_supervised=True) as url:
        # It refuses new connections at once, and would wait for the end of this one.
        connection = await asyncpg.connect(url)
        first = postmaster(data_dir)
        assert first is not None
        os.kill(first, signal.SIGTERM)
        await asyncio.to_thread(wait_until, lambda: postmaster(data_dir) not in {first, None})

        assert (await ask_until_answered(url, "SELECT 1", PATIENCE_SECONDS))[0] == 1
        connection.terminate()


async def test_a_suspended_server_is_left_alone(data_dir: Path) -> None:
    with embedded_postgres(data_dir, is_supervised=True) as url:
        first = postmaster(data_dir)
        assert first is not None
        os.kill(first, signal.SIGSTOP)
        await asyncio.sleep(1)
        os.kill(first, signal.SIGCONT)

        assert (await ask_until_answered(url, "SELECT 1", PATIENCE_SECONDS))[0] == 1
        assert list_postmasters(data_dir) == [first] == [postmaster(data_dir)]


async def test_there_is_one_server_although_its_file_was_deleted(data_dir: Path) -> None:
    with embedded_postgres(data_dir, is_supervised=True) as url:
        await ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
        first = postmaster(data_dir)
        (data_dir / "postgres" / "postmaster.pid").unlink()

        await asyncio.to_thread(wait_until, lambda: postmaster(data_dir) not in {first, None})
        found, _ = await ask_until_answered(url, "SELECT n FROM kept", PATIENCE_SECONDS)

        assert found == 7
        assert list_postmasters(data_dir) == [postmaster(data_dir)]


async def test_processes_that_share_a_server_restart_it_once(data_dir: Path) -> None:
    with embedded_postgres(data_dir, is_supervised=True) as url:
        said: list[str] = []
        other = run_in_another_process(data_dir, said)
        first = postmaster(data_dir)
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await ask_until_answered(url, "SELECT 1", PATIENCE_SECONDS)
        await asyncio.sleep(1)
        servers = list_postmasters(data_dir)
        second = postmaster(data_dir)
        other.communicate("")

    assert servers == [second] != [first]
    assert ["embedded_postgres_shared" in line for line in said] == [True]


@pytest.fixture
async def terminated() -> AsyncIterator[asyncio.Event]:
    """Set when this process gets SIGTERM."""
    received = asyncio.Event()
    loop = asyncio.get_running_loop()
    former = signal.signal(signal.SIGTERM, lambda *_: loop.call_soon_threadsafe(received.set))
    yield received
    signal.signal(signal.SIGTERM, former)


async def test_a_server_that_cannot_start_again_ends_its_process(data_dir: Path, terminated: asyncio.Event) -> None:
    async def use_it() -> None:
        with embedded_postgres(data_dir, is_supervised=True):
            with (data_dir / "postgres" / "postgresql.auto.conf").open("a") as configuration:
                configuration.write("max_connections = nonsense\n")
            first = postmaster(data_dir)
            assert first is not None
            os.kill(first, signal.SIGKILL)
            async with asyncio.timeout(60):
                await terminated.wait()

    with (
        capture_logs() as logged,
        pytest.raises(EmbeddedPostgresError, match=r"ended more than 5 times within 60 s .*Its log is .*/log"),
    ):
        await use_it()

    assert [line["event"] for line in logged].count("embedded_postgres_ended") == 5
    assert logged[-1]["event"] == "embedded_postgres_given_up"


async def test_a_folder_that_is_moved_ends_its_process(data_dir: Path, terminated: asyncio.Event) -> None:
    moved = data_dir.with_name(f"{data_dir.name}-moved")

    async def use_it() -> None:
        with embedded_postgres(data_dir, is_supervised=True) as url:
            await ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
            await asyncio.to_thread(data_dir.rename, moved)
            async with asyncio.timeout(60):
                await terminated.wait()

    try:
        with pytest.raises(EmbeddedPostgresError, match=r"/postgres, was moved or deleted"):
            await use_it()
        was_created = await asyncio.to_thread(data_dir.exists)
        with embedded_postgres(moved) as url:
            found = await ask(url, "SELECT n FROM kept")
    finally:
        shutil.rmtree(moved, ignore_errors=True)

    assert not was_created
    assert found == 7


def test_a_killed_process_leaves_no_server(data_dir: Path) -> None:
    process = run_in_another_process(data_dir)
    server = postmaster(data_dir)
    process.kill()
    process.communicate()

    assert server is not None
    wait_until(lambda: not psutil.pid_exists(server) or psutil.Process(server).status() == psutil.STATUS_ZOMBIE)
    assert postmaster(data_dir) is None


async def test_a_killed_process_leaves_the_server_to_others(data_dir: Path) -> None:
    process = run_in_another_process(data_dir)
    keepers = psutil.Process(process.pid).children()
    with embedded_postgres(data_dir) as url:
        server = postmaster(data_dir)
        process.kill()
        process.communicate()
        await asyncio.to_thread(psutil.wait_procs, keepers, PATIENCE_SECONDS)

        assert await ask(url, "SELECT 1") == 1
        assert list_postmasters(data_dir) == [server]
    assert postmaster(data_dir) is None


def test_restarts_are_limited_within_a_time() -> None:
    limit = RestartLimit(2, 3600)
    at_once = [limit.allow() for _ in range(3)]
    # Now all of them are too long ago.
    limit.seconds = 0

    assert at_once == [True, True, False]
    assert limit.allow()
