"""Processes that use an embedded PostgreSQL, and the process of the server."""

import asyncio
import subprocess
import sys
import time
from pathlib import Path

import asyncpg
import psutil

HOLDER = """
import sys
from pathlib import Path
from exercise_buddy.core.db.embedded import embedded_postgres
with embedded_postgres(Path(sys.argv[1]), is_supervised=True):
    # In one call: unbuffered, `print` writes the end of the line apart, and a thread may log in between.
    sys.stdout.write("up\\n")
    sys.stdout.flush()
    sys.stdin.read()
"""


def postmaster(data_dir: Path) -> int | None:
    """Return the process of the server by its file, None without one."""
    pid_file = data_dir / "postgres" / "postmaster.pid"
    return int(pid_file.read_text().split("\n", 1)[0]) if pid_file.exists() else None


async def ask(url: str, statement: str) -> object:
    """Return the value of a query."""
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def run_in_another_process(data_dir: Path, logged: list[str] | None = None) -> subprocess.Popen[str]:
    """Start a process that uses the server until its standard input is closed; add what it logs before to a list."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(data_dir)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    while (line := process.stdout.readline()) != "up\n":
        assert line
        if logged is not None:
            logged.append(line)
    return process


def list_postmasters(data_dir: Path) -> list[int]:
    """Return the servers that work in a data folder, whatever their file says."""
    found = []
    for process in psutil.process_iter(["name", "cwd", "ppid", "status"]):
        facts = process.info
        if facts["name"] == "postgres" and facts["cwd"] == str(data_dir / "postgres"):
            found.append(process)
    parents = {process.info["ppid"] for process in found}
    return [process.pid for process in found if process.pid in parents]


async def ask_until_answered(url: str, statement: str, seconds: float) -> tuple[object, float]:
    """Ask the server until it answers; return the value, and the seconds that it took."""
    began = time.monotonic()
    while True:
        try:
            return await ask(url, statement), time.monotonic() - began
        except (OSError, asyncpg.PostgresError):
            if time.monotonic() > began + seconds:
                raise
            await asyncio.sleep(0.05)
