"""Who can reach the embedded PostgreSQL: the application with its password, and no other user of the machine."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from exercise_buddy.core.db.embedded import embedded_postgres
from exercise_buddy.core.db.embedded_account import Account, EmbeddedPostgresError
from exercise_buddy.core.db.embedded_server import Server
from exercise_buddy.core.private_files import UnsafePathError
from tests import postgres

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")

ROLES = ("exercise_buddy", "postgres")

# Everything is imported before root becomes somebody who may not read the interpreter's folder.
HOLDER = """
import os, pwd, sys
from pathlib import Path
import fasteners, psutil
from exercise_buddy.core.db.embedded import embedded_postgres
user = pwd.getpwnam(sys.argv[2])
os.setgroups([]); os.setgid(user.pw_gid); os.setuid(user.pw_uid)
with embedded_postgres(Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    path = postgres.make_folder("exercise-buddy-access-")
    yield path
    shutil.rmtree(path, ignore_errors=True)


def socket_folder(url: str) -> Path:
    return Path(parse_qs(urlsplit(url).query)["host"][0])


def connect_as(user: str | None, host: Path, role: str) -> subprocess.CompletedProcess[str]:
    """Try to connect without the password, as a user of the machine."""
    options: dict[str, Any] = {"user": user, "group": user_group(user), "extra_groups": []} if user else {}
    return subprocess.run(
        [
            Account.find().reach_programs() / "psql",
            "-X",
            "-w",
            "-h",
            host,
            "-U",
            role,
            "-d",
            "postgres",
            "-c",
            "SELECT 1",
        ],
        env={"PATH": os.defpath, "LC_ALL": "C"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        **options,
    )


def user_group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


@contextmanager
def started_by(user: str, data_dir: Path) -> Iterator[str]:
    """Run the server as `exercise-buddy serve` of a user does; yield the URL."""
    if user == "root":
        with embedded_postgres(data_dir) as url:
            yield url
        return
    shutil.chown(data_dir, user)
    command = [sys.executable, "-c", HOLDER, str(data_dir), user]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        # Before, it logs that this user cannot start a keeper: the interpreter belongs to root.
        yield next(line.strip() for line in process.stdout if line.startswith("postgresql://"))
        process.communicate("")


@needs_root
@pytest.mark.parametrize("length", [0, 90, 220])
@pytest.mark.parametrize("user", ["root", "daemon"])
def test_another_user_of_the_machine_cannot_connect(folder: Path, user: str, length: int) -> None:
    # Open folders, as a home folder with the usual mode.
    folder.chmod(0o755)
    data_dir = folder.joinpath(*["x" * 70] * (length // 70), "data")
    data_dir.mkdir(parents=True)

    with started_by(user, data_dir) as url:
        host = socket_folder(url)
        refused = [connect_as("nobody", place, role) for place in (host, data_dir / "postgres") for role in ROLES]
        password = subprocess.run(["cat", data_dir / "postgres_password"], user="nobody", check=False)
        # Even if the folder were open, nobody gets in without the password.
        host.chmod(0o777)
        (host / ".s.PGSQL.5432").chmod(0o777)
        refused_by_server = [connect_as("nobody", host, role) for role in ROLES]
        host.chmod(0o700)

    assert len(str(data_dir)) > length
    assert all("Permission denied" in attempt.stderr for attempt in refused[:2])
    assert [attempt.returncode for attempt in refused] == [2] * 4
    assert password.returncode != 0
    assert "no password supplied" in refused_by_server[0].stderr
    assert "no pg_hba.conf entry" in refused_by_server[1].stderr
    assert not host.exists()


async def test_the_folders_are_private_and_the_role_is_no_superuser(folder: Path) -> None:
    with embedded_postgres(folder / "data") as url:
        host = socket_folder(url)
        modes = [
            stat.S_IMODE(path.stat().st_mode)
            for path in (folder / "data", folder / "data" / "postgres", host, host / ".s.PGSQL.5432")
        ]
        without_password = [connect_as(None, host, role).returncode for role in ROLES]
        connection = await asyncpg.connect(url)
        refusals = []
        for statement in (
            "TABLE pg_authid",
            "CREATE ROLE another",
            "COPY (SELECT 1) TO PROGRAM 'cat'",
            "SHOW hba_file",
        ):
            try:
                await connection.execute(statement)
            except asyncpg.InsufficientPrivilegeError:
                refusals.append(statement)
        await connection.execute("CREATE EXTENSION pg_trgm; CREATE TABLE possible (id int)")
        addresses = await connection.fetchval("SHOW listen_addresses")
        await connection.close()

    assert modes == [0o700, 0o700, 0o700, 0o700]
    assert stat.S_IMODE((folder / "data" / "postgres_password").stat().st_mode) == 0o600
    assert without_password == [2, 2]
    assert len(refusals) == 4
    assert addresses == ""


def test_folders_above_keep_their_modes(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    data_dir = closed / "data"
    before = [stat.S_IMODE(path.stat().st_mode) for path in data_dir.parents]

    with embedded_postgres(data_dir):
        during = [stat.S_IMODE(path.stat().st_mode) for path in data_dir.parents]

    assert during == before
    assert before[:2] == [0o700, 0o700]


@needs_root
def test_programs_in_a_closed_folder_are_copied(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from exercise_buddy.core.db import embedded_account

    package = embedded_account.find_programs().parents[1]
    for name in (package.name, f"{package.name}.libs"):
        shutil.copytree(package.with_name(name), folder / name, symlinks=True)
    monkeypatch.syspath_prepend(folder)
    copies = Path(postgres.make_folder("exercise-buddy-copies-"))
    copies.chmod(0o755)
    monkeypatch.setattr(embedded_account, "PROGRAM_COPIES", copies)
    try:
        with embedded_postgres(folder / "data") as url:
            found = embedded_account.find_programs()
            assert connect_as("nobody", socket_folder(url), "postgres").returncode == 2
    finally:
        shutil.rmtree(copies)

    assert found.is_relative_to(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_it_refuses_folders_and_files_that_others_can_use(folder: Path) -> None:
    data_dir = folder / "data"
    with embedded_postgres(data_dir):
        pass

    for path in (data_dir / "postgres", data_dir / "postgres_password"):
        mode = stat.S_IMODE(path.stat().st_mode)
        path.chmod(mode | stat.S_IROTH)
        with (
            pytest.raises(EmbeddedPostgresError, match=f"{path.name} is open to other users"),
            embedded_postgres(data_dir),
        ):
            pass
        path.chmod(mode)
    # In a folder such as /tmp, only the owner can replace what is there.
    folder.chmod(0o1777)
    with embedded_postgres(data_dir):
        pass


@pytest.mark.parametrize("mode", [0o777, 0o1777])
def test_it_creates_nothing_in_a_folder_that_others_can_write_to(folder: Path, mode: int) -> None:
    folder.chmod(mode)

    with pytest.raises(UnsafePathError, match=f"Other users may write to {folder}"), embedded_postgres(folder):
        pass

    assert list(folder.iterdir()) == []


@needs_root
def test_it_creates_nothing_below_a_folder_of_somebody_else(folder: Path) -> None:
    shutil.chown(folder, "nobody")

    with pytest.raises(UnsafePathError, match=f"{folder} belongs to the user "), embedded_postgres(folder / "data"):
        pass

    assert list(folder.iterdir()) == []


@needs_root
def test_it_refuses_data_of_somebody_else(folder: Path) -> None:
    data_dir = folder / "data"
    with embedded_postgres(data_dir):
        pass
    shutil.chown(data_dir / "postgres", "daemon")

    with pytest.raises(EmbeddedPostgresError, match="belongs to the user 1, not"), embedded_postgres(data_dir):
        pass


def test_it_refuses_an_open_socket_folder(folder: Path) -> None:
    with embedded_postgres(folder) as url:
        socket_folder(url).chmod(0o755)
        with pytest.raises(EmbeddedPostgresError, match="is open to other users"), embedded_postgres(folder):
            pass
        assert connect_as(None, socket_folder(url), "exercise_buddy").returncode == 2
    shutil.rmtree(socket_folder(url))


def test_it_refuses_a_role_with_more_rights(folder: Path) -> None:
    with embedded_postgres(folder):
        pass
    Server(folder).run_as_superuser("ALTER ROLE exercise_buddy SUPERUSER;\n\n")

    with pytest.raises(EmbeddedPostgresError, match="more rights than it needs"), embedded_postgres(folder):
        pass
    # The message says how to go on.
    (folder / "postgres_password").unlink()
    with embedded_postgres(folder):
        pass


def test_it_stops_a_server_that_trusts_everybody(folder: Path) -> None:
    server = Server(folder)
    with embedded_postgres(folder) as url:
        (folder / "postgres" / "pg_hba.conf").write_text("local all all trust\n")
        server._run("pg_ctl", ["reload"])
        with pytest.raises(EmbeddedPostgresError, match="was changed while the server runs"), embedded_postgres(folder):
            pass

        assert connect_as(None, socket_folder(url), "postgres").returncode == 2


async def test_data_of_an_earlier_version_are_taken_over(folder: Path) -> None:
    # Earlier versions had a superuser whom the server trusts, who owned everything, and no other role.
    with embedded_postgres(folder):
        pass
    statements = (
        "ALTER SCHEMA public OWNER TO postgres; DROP OWNED BY exercise_buddy; DROP ROLE exercise_buddy",
        "CREATE TABLE kept (id int GENERATED ALWAYS AS IDENTITY, n int, s serial); INSERT INTO kept (n) VALUES (7)",
        "CREATE TYPE mood AS ENUM ('good'); CREATE VIEW seen AS SELECT n FROM kept",
        "CREATE FUNCTION seven() RETURNS int LANGUAGE sql RETURN 7; CREATE EXTENSION pg_trgm",
    )
    Server(folder).run_as_superuser("".join(f"{statement};\n\n" for statement in statements))
    (folder / "postgres_password").unlink()

    with embedded_postgres(folder) as url:
        connection = await asyncpg.connect(url)
        kept = await connection.fetchval("SELECT n FROM seen")
        await connection.execute(
            "ALTER TABLE kept ADD COLUMN more int; DROP VIEW seen; DROP FUNCTION seven; DROP TYPE mood"
        )
        await connection.execute("DROP EXTENSION pg_trgm; DROP TABLE kept")
        await connection.close()
        refused = connect_as(None, socket_folder(url), "postgres")

    assert kept == 7
    assert refused.returncode == 2


def test_a_server_of_an_earlier_version_is_stopped_first(folder: Path) -> None:
    server = Server(folder)
    with embedded_postgres(folder) as url:
        (folder / "postgres" / "pg_hba.conf").write_text("local all all trust\n")
        server._run("pg_ctl", ["reload"])
        (folder / "postgres_password").unlink()

        with embedded_postgres(folder) as other:
            refused = connect_as(None, socket_folder(other), "postgres")

    assert other != url
    assert "no pg_hba.conf entry" in refused.stderr


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows the environment of a process")
def test_the_server_knows_no_secret_of_the_environment(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "hunter2")
    monkeypatch.setenv("PGPORT", "5433")

    with embedded_postgres(folder) as url:
        process = (folder / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0]
        environment = Path(f"/proc/{process}/environ").read_text()
        assert (socket_folder(url) / ".s.PGSQL.5432").exists()

    assert "hunter2" not in environment
