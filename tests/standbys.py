"""A primary with a real standby, both of the embedded PostgreSQL, which tests can hold up, freeze and kill."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import asyncpg
import psutil

from exercise_buddy.core.db.embedded_account import Account
from exercise_buddy.migration import migrate
from tests.faults.processes import freeze
from tests.postgres import make_folder

# Test data need not survive a power cut. Only the tests reach the folder of the sockets.
_SETTINGS = {"listen_addresses": "", "fsync": "off", "max_wal_size": "128MB"}
_OWNER = "owner"
_DATABASE = "exercise_buddy"


class Cluster:
    """A PostgreSQL server of the tests.

    Args:
        folder: where its data and its socket are.
        name: the name of its data folder.
        port: its port, which names its socket.
        settings: settings of PostgreSQL.

    """

    def __init__(self, folder: Path, name: str, port: int, settings: dict[str, str]) -> None:
        self._settings = settings
        self.data = folder / name
        self._sockets = folder
        self._port = port
        self._account = Account.find()
        self._programs = self._account.reach_programs()

    def get_url(self, database: str = _DATABASE) -> str:
        """Return the URL of a database of the server, for its owner."""
        return f"postgresql://{_OWNER}@/{database}?host={self._sockets}&port={self._port}"

    def run(self, program: str, *arguments: str) -> None:
        """Run a program of PostgreSQL as the user of the server."""
        with tempfile.TemporaryFile() as output:
            command: list[str | Path] = [self._programs / program, *arguments]
            options = self._account.run_options()
            finished = subprocess.run(command, stdout=output, stderr=output, check=False, **options)
            output.seek(0)
            assert finished.returncode == 0, output.read().decode()

    def start(self) -> None:
        settings = _SETTINGS | self._settings | {"port": str(self._port), "unix_socket_directories": str(self._sockets)}
        options = " ".join(f"-c {name}={value or repr('')}" for name, value in settings.items())
        self.run("pg_ctl", "start", "-w", "-D", str(self.data), "-l", f"{self.data}.log", "-o", options)

    def stop(self) -> None:
        """Stop the server if it runs."""
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(self.data))

    def find_postmaster(self) -> psutil.Process:
        return psutil.Process(int((self.data / "postmaster.pid").read_text().split("\n", 1)[0]))

    def kill(self) -> None:
        """Kill the server and all of its processes, as the loss of its machine does."""
        postmaster = self.find_postmaster()
        # A process that it starts after the others are listed would keep its memory, and a new server from starting.
        postmaster.suspend()
        family = [postmaster, *postmaster.children(recursive=True)]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        psutil.wait_procs(family, timeout=30)
        (self.data / "postmaster.pid").unlink()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Stop all processes of the server until the block ends."""
        with freeze(self.find_postmaster()):
            yield


class ReplicatedServers:
    """A primary and its standby."""

    def __init__(self, folder: Path, settings: dict[str, str]) -> None:
        self.primary = Cluster(folder, "primary", 5432, settings)
        self.standby = Cluster(folder, "standby", 5433, settings)

    @classmethod
    @contextmanager
    def running(cls, *, autovacuum: bool = False) -> Iterator["ReplicatedServers"]:
        """Run a primary with an empty database, and a standby that follows it.

        A vacuum may cancel a query of the standby, so that the primary answers it.
        """
        account = Account.find()
        folder = make_folder("exercise-buddy-standby-")
        os.chown(folder, account.uid, account.gid)
        servers = cls(folder, {"autovacuum": "on" if autovacuum else "off"})
        primary, standby = servers.primary, servers.standby
        try:
            options = [f"--username={_OWNER}", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"]
            primary.run("initdb", *options, "-D", str(primary.data))
            primary.start()
            primary.run("psql", "-X", "-q", "-d", primary.get_url("postgres"), "-c", f"CREATE DATABASE {_DATABASE}")
            copy = ["--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--no-sync"]
            primary.run("pg_basebackup", *copy, "-d", primary.get_url("postgres"), "-D", str(standby.data))
            standby.start()
            yield servers
        finally:
            standby.stop()
            primary.stop()
            shutil.rmtree(folder)

    async def migrate(self) -> None:
        await migrate(self.primary.get_url())
        await self.catch_up()

    async def catch_up(self) -> None:
        """Wait until the standby has replayed all that the primary has written."""
        async with connected(self.primary) as primary, connected(self.standby) as standby:
            position = await primary.fetchval("SELECT pg_current_wal_flush_lsn()::text")
            await standby.execute("SET statement_timeout = '60s'")
            while not await standby.fetchval("SELECT pg_last_wal_replay_lsn() >= $1::text::pg_lsn", position):
                await standby.execute("SELECT pg_sleep(0.02)")

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """Let the standby replay nothing until the block ends. It goes on receiving, and answers queries."""
        async with connected(self.standby) as standby:
            await standby.execute("SELECT pg_wal_replay_pause()")
            while await standby.fetchval("SELECT pg_get_wal_replay_pause_state()") != "paused":
                await standby.execute("SELECT pg_sleep(0.02)")
            try:
                yield
            finally:
                await standby.execute("SELECT pg_wal_replay_resume()")


@asynccontextmanager
async def connected(cluster: Cluster) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(cluster.get_url())
    try:
        yield connection
    finally:
        await connection.close()
