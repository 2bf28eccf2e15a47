"""The real PgBouncer, in transaction mode before the server of the tests."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from exercise_buddy.core.db.embedded_account import Account
from tests.postgres import make_folder
from tests.support import find_free_port

PAGE = (Path(__file__).parents[1] / "docs" / "operating" / "scale.md").read_text()


def find_program() -> str | None:
    """Return the path of PgBouncer, None if it is not installed."""
    return shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")


class Pooler(NamedTuple):
    """A PgBouncer that runs: the URL of the database through it, and its process."""

    url: str
    pid: int


def read_documented_configuration() -> str:
    """Return the `pgbouncer.ini` of the documentation."""
    return PAGE.partition("```ini\n")[2].partition("```")[0]


@contextmanager
def run_pgbouncer(url: str, configuration: str) -> Iterator[Pooler]:
    """Run PgBouncer before the server of a database.

    Args:
        url: the URL of the database.
        configuration: a `pgbouncer.ini` whose databases are those of the documentation.

    """
    program = find_program()
    if program is None:
        pytest.skip("no PgBouncer found (apt-get install pgbouncer)")
    parts = urlsplit(url)
    given = {name: values[0] for name, values in parse_qs(parts.query).items()}
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    target = f"host={given.get('host', parts.hostname)} port={given.get('port', parts.port or 5432)}"
    account = Account.find()
    folder, port = make_folder("exercise-buddy-pooler-"), find_free_port()
    try:
        text = configuration.replace("host=10.0.0.5 port=5432", f"{target} user={user} password={password}")
        text = text.replace("exercise_buddy = ", "* = ").replace(" dbname=exercise_buddy", "")
        text += f"""
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
auth_file =
logfile = {folder}/log
pidfile = {folder}/pid
"""
        (folder / "pgbouncer.ini").write_text(text)
        shutil.chown(folder, account.uid, account.gid)
        process = subprocess.Popen([program, "-q", str(folder / "pgbouncer.ini")], **account.run_options())
        try:
            _wait_for(folder / "pid", process)
            yield Pooler(f"postgresql://{parts.username}@127.0.0.1:{port}{parts.path}?sslmode=disable", process.pid)
        finally:
            process.terminate()
            process.wait(30)
    finally:
        shutil.rmtree(folder)


def _wait_for(pid_file: Path, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while not pid_file.exists():
        assert process.poll() is None, "PgBouncer has ended"
        assert time.monotonic() < deadline, "PgBouncer does not start"
        time.sleep(0.05)
