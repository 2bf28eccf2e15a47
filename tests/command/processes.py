"""Processes of the command `exercise-buddy`, and HTTP clients of those that serve."""

import contextlib
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx2
import psutil

from exercise_buddy.settings import Settings
from tests.support import PASSWORD, find_free_port

TIMEOUT_SECONDS = 90.0
COMMAND = [sys.executable, "-m", "exercise_buddy"]
SERVE = [*COMMAND, "serve"]
ACCOUNT = {"email": "ann@example.org", "password": PASSWORD, "time_zone": "Europe/Athens"}
LOGIN = {"username": ACCOUNT["email"], "password": PASSWORD}


def build_environment(**variables: str) -> dict[str, str]:
    """Return the environment of the tests without the program's settings and the web client, but with `variables`."""
    settings = {name.upper() for name in Settings.model_fields}
    return (
        {name: value for name, value in os.environ.items() if name not in settings}
        | {"WEB_ENABLED": "false"}
        | variables
    )


def run(
    folder: Path,
    *arguments: str,
    command: Sequence[str] = COMMAND,
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return run_within(TIMEOUT_SECONDS, folder, *arguments, command=command, **variables)


def run_within(
    seconds: float, folder: Path, *arguments: str, command: Sequence[str] = COMMAND, **variables: str
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end, which must come within some seconds."""
    return subprocess.run(
        [*command, *arguments],
        cwd=folder,
        env=build_environment(**variables),
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def run_in_terminal(folder: Path, arguments: Sequence[str], typed: bytes, **variables: str) -> tuple[int, str]:
    """Run the command in a pseudoterminal; return its exit status and its output."""
    controller, terminal = os.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env=build_environment(**variables),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)
    os.write(controller, typed)
    output = b""
    # Reading fails with an OSError once the process has closed the terminal.
    with contextlib.suppress(OSError):
        while piece := os.read(controller, 4096):
            output += piece
    os.close(controller)
    return process.wait(TIMEOUT_SECONDS), output.decode()


@contextlib.contextmanager
def serve_in_terminal(folder: Path, *options: str, **variables: str) -> Iterator[tuple[Callable[[str], str], int]]:
    """Serve in a pseudoterminal. Yield a function that reads its output up to a text, and the port."""
    port = find_free_port()
    controller, terminal = os.openpty()
    process = subprocess.Popen(
        [*SERVE, "--port", str(port), *options],
        cwd=folder,
        env=build_environment(**variables),
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
    )
    os.close(terminal)

    unread = ""

    def read_until(text: str) -> str:
        nonlocal unread
        while text not in unread:
            readable, _, _ = select.select([controller], [], [], TIMEOUT_SECONDS)
            assert readable, unread
            unread = re.sub(r"\x1b\[[0-9;]*m|\r", "", unread + os.read(controller, 4096).decode())
        output, _, unread = unread.partition(text)
        return output + text

    try:
        yield read_until, port
    finally:
        process.send_signal(signal.SIGINT)
        # It must be able to write until it ends.
        with contextlib.suppress(OSError):
            while os.read(controller, 4096):
                pass
        os.close(controller)
        assert process.wait(TIMEOUT_SECONDS) == 0


class Server:
    """A serving process, and what it prints: on standard output (`log`), and in all."""

    def __init__(self, command: list[str], folder: Path, variables: Mapping[str, str]) -> None:
        self.output = ""
        self.log = ""
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=build_environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        # Without readers, the process blocks when a pipe is full.
        self._readers = [threading.Thread(target=read, daemon=True) for read in (self._read_log, self._read_errors)]
        for reader in self._readers:
            reader.start()

    def _read_log(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.log += line
            self.output += line

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.output += line

    @property
    def pid(self) -> int:
        return self._process.pid

    def list_workers(self) -> list[psutil.Process]:
        """Return the worker processes."""
        workers = []
        for child in psutil.Process(self.pid).children():
            # A worker that was killed may not have been collected yet.
            with contextlib.suppress(psutil.NoSuchProcess):
                if "spawn_main" in " ".join(child.cmdline()):
                    workers.append(child)
        return workers

    def wait_until_healthy(self, client: httpx2.Client) -> None:
        def is_healthy() -> bool:
            with contextlib.suppress(httpx2.TransportError):
                return client.get("/health").status_code == 200
            return False

        self.wait_until(is_healthy)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self.output
            if condition():
                return
            time.sleep(0.05)
        raise AssertionError(self.output)

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return the exit status."""
        self._process.send_signal(with_signal)
        return self.wait()

    def wait(self) -> int:
        """Wait until the process ends, and return the exit status."""
        status = self._process.wait(TIMEOUT_SECONDS)
        for reader in self._readers:
            reader.join(TIMEOUT_SECONDS)
        return status

    def kill(self) -> None:
        """Kill the process and all its descendants, as a crash of the machine does."""
        family = [psutil.Process(self.pid), *psutil.Process(self.pid).children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait(TIMEOUT_SECONDS)

    def close(self) -> None:
        if self._process.poll() is None:
            keepers = [child for child in psutil.Process(self.pid).children() if "keeper" in " ".join(child.cmdline())]
            self._process.kill()
            self._process.wait(TIMEOUT_SECONDS)
            # They stop the database, whose folder is deleted next.
            psutil.wait_procs(keepers, TIMEOUT_SECONDS)
        for reader, pipe in zip(self._readers, (self._process.stdout, self._process.stderr), strict=True):
            reader.join(TIMEOUT_SECONDS)
            if not reader.is_alive() and pipe is not None:
                pipe.close()


class ServerStarter:
    """Starts servers, and closes them at the end of the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = contextlib.ExitStack()

    def __call__(self, *options: str, command: Sequence[str] = SERVE, **variables: Any) -> tuple[Server, httpx2.Client]:
        """Start a server, and return it with a client when it is healthy."""
        port = find_free_port()
        server = self._stack.enter_context(
            contextlib.closing(Server([*command, "--port", str(port), *options], self.folder, variables))
        )
        client = self._stack.enter_context(httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=TIMEOUT_SECONDS))
        server.wait_until_healthy(client)
        if command is SERVE:
            # The summary comes last.
            server.wait_until(lambda: "Ctrl+C" in server.output)
        return server, client

    def close(self) -> None:
        self._stack.close()


def register(client: httpx2.Client) -> int:
    """Register the account; return the status."""
    return client.post("/api/v1/auth/register", json=ACCOUNT).status_code


def sign_in(client: httpx2.Client, credentials: Mapping[str, str] = LOGIN) -> dict[str, str]:
    """Sign in; return the header of the access token."""
    response = client.post("/api/v1/auth/login", data=dict(credentials))
    assert response.status_code == 200, response.text
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


def get_me(client: httpx2.Client, headers: Mapping[str, str]) -> int:
    """Request the profile; return the status."""
    return client.get("/api/v1/users/me", headers=headers).status_code


def get_me_often(client: httpx2.Client, headers: Mapping[str, str], times: int = 20) -> set[int]:
    """Request the profile, each time on a new connection, so that all workers respond; return the statuses."""
    return {get_me(client, {**headers, "Connection": "close"}) for _ in range(times)}
