"""The PostgreSQL of our own: started once, shared, stopped by the last, and none the worse for a crash."""

import asyncio
import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import pytest

from exercise_buddy.core.db.embedded import embedded_postgres
from exercise_buddy.core.db.embedded_account import EmbeddedPostgresError, EmbeddedPostgresMissingError
from exercise_buddy.core.tests.embedded_processes import ask, postmaster, run_in_another_process


async def test_it_is_postgresql_18_and_keeps_its_data(data_dir: Path) -> None:
    with embedded_postgres(data_dir) as url:
        await ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
        version = await ask(url, "SHOW server_version_num")
        with embedded_postgres(data_dir) as same:
            assert same == url
        assert await ask(url, "SELECT n FROM kept") == 7
    stopped = postmaster(data_dir)

    with embedded_postgres(data_dir) as url:
        assert await ask(url, "SELECT n FROM kept") == 7

    assert str(version).startswith("18")
    assert stopped is None


async def test_the_last_process_stops_it(data_dir: Path) -> None:
    with embedded_postgres(data_dir):
        other = run_in_another_process(data_dir)
        first = postmaster(data_dir)
    still_running = postmaster(data_dir)
    other.communicate("")

    assert first == still_running
    assert postmaster(data_dir) is None


async def test_a_process_that_crashed_holds_nothing(data_dir: Path) -> None:
    other = run_in_another_process(data_dir)
    other.kill()
    other.communicate()
    left_running = postmaster(data_dir)

    with embedded_postgres(data_dir) as url:
        assert await ask(url, "SELECT 1") == 1

    assert left_running is not None
    assert postmaster(data_dir) is None


async def test_a_server_that_crashed_recovers(data_dir: Path) -> None:
    with embedded_postgres(data_dir) as url:
        await ask(url, "CREATE TABLE kept AS SELECT 7 AS n")
        pid = postmaster(data_dir)
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                await ask(url, "SELECT 1")
            except (OSError, asyncpg.PostgresError):
                break

    with embedded_postgres(data_dir) as url:
        assert await ask(url, "SELECT n FROM kept") == 7


async def test_a_pid_that_somebody_else_has_now_is_not_taken_for_the_server(data_dir: Path) -> None:
    with embedded_postgres(data_dir) as url:
        await ask(url, "SELECT 1")
        pid_file = data_dir / "postgres" / "postmaster.pid"
        left = pid_file.read_text()
    # What a power cut leaves: the file, with a pid that is ours by now.
    pid_file.write_text(left.replace(left.split("\n", 1)[0], str(os.getpid()), 1))

    with embedded_postgres(data_dir) as url:
        assert await ask(url, "SELECT 1") == 1


async def test_a_locale_that_the_machine_lacks_is_no_obstacle(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "xx_YY.UTF-8")

    with embedded_postgres(data_dir) as url:
        assert await ask(url, "SELECT 1") == 1

    assert os.environ["LC_ALL"] == "xx_YY.UTF-8"


def test_without_the_package_it_says_what_to_do(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "embedded_postgres", None)

    with pytest.raises(EmbeddedPostgresMissingError, match="Set DATABASE_URL"), embedded_postgres(data_dir):
        pass


def test_a_server_that_cannot_start_says_why_and_where_its_log_is(data_dir: Path) -> None:
    with embedded_postgres(data_dir):
        pass
    with (data_dir / "postgres" / "postgresql.auto.conf").open("a") as configuration:
        configuration.write("max_connections = nonsense\n")

    with (
        pytest.raises(EmbeddedPostgresError, match=r"does not start\. Its log is .*/log and ends with: .* errors$"),
        embedded_postgres(data_dir),
    ):
        pass


@pytest.mark.parametrize(("version", "advice"), [(17, "Make a backup with"), (19, "or a later one")])
def test_data_of_another_version_are_refused(data_dir: Path, version: int, advice: str) -> None:
    with embedded_postgres(data_dir):
        pass
    (data_dir / "postgres" / "PG_VERSION").write_text(f"{version}\n")

    with (
        pytest.raises(EmbeddedPostgresError, match=rf"are of PostgreSQL {version}, .* is 18\. .*{advice}"),
        embedded_postgres(data_dir),
    ):
        pass


def copy_with_owners(source: Path, target: Path) -> None:
    subprocess.run(["cp", "-a", source, target], check=True)


async def test_a_copy_of_a_running_server_has_an_address_of_its_own(data_dir: Path) -> None:
    copy = data_dir.with_name(f"{data_dir.name}-copy")
    pid_file = Path("postgres", "postmaster.pid")
    with embedded_postgres(data_dir) as url:
        await ask(url, "CREATE TABLE place AS SELECT 'original' AS name")
    try:
        await asyncio.to_thread(copy_with_owners, data_dir, copy)
        with embedded_postgres(data_dir) as url:
            # The server may write to other files while they are copied.
            await asyncio.to_thread(copy_with_owners, data_dir / pid_file, copy / pid_file)
            with embedded_postgres(copy) as other:
                await ask(other, "UPDATE place SET name = 'copy'")
                found = await ask(url, "SELECT name FROM place"), await ask(other, "SELECT name FROM place")
            after = await ask(url, "SELECT name FROM place")
    finally:
        shutil.rmtree(copy, ignore_errors=True)

    assert found == ("original", "copy")
    assert after == "original"
    assert other != url


async def test_a_user_that_gets_no_connection_leaves_it_running(data_dir: Path) -> None:
    with embedded_postgres(data_dir) as url:
        connections = []
        with contextlib.suppress(asyncpg.TooManyConnectionsError):
            while True:
                connections.append(await asyncpg.connect(url))
        with (
            pytest.raises(EmbeddedPostgresError, match=r"does not serve: .*remaining connection slots are reserved"),
            embedded_postgres(data_dir),
        ):
            pass
        answers = [await connection.fetchval("SELECT 1") for connection in connections]
        for connection in connections:
            await connection.close()

    assert len(answers) > 50
    assert set(answers) == {1}


async def test_a_lost_password_leaves_it_running(data_dir: Path) -> None:
    with embedded_postgres(data_dir) as url:
        connection = await asyncpg.connect(url)
        (data_dir / "postgres_password").write_text("another")
        with (
            pytest.raises(EmbeddedPostgresError, match=r"refuses the password in .*postgres_password"),
            embedded_postgres(data_dir),
        ):
            pass
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()
