"""The supervision of worker processes, with a small application."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.support import find_free_port

# Loading it takes as long as the variable says, and then a worker ends as often as there are marks to be made.
APPLICATION = """
import asyncio, os, sys, time
from pathlib import Path

if "LOADING_SECONDS" in os.environ:
    # In one call: with PYTHONUNBUFFERED, print writes the text and the end of the line apart, and two workers mix them.
    os.write(1, b"loading\\n")
    time.sleep(float(os.environ["LOADING_SECONDS"]))


def build():
    if os.environ.get("FAILS") == "always":
        os._exit(7)
    if os.environ.get("FAILS") == "startup":
        raise SystemExit(3)
    return application


async def application(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})
        return
    if scope["path"] == "/die":
        os._exit(9)
    if scope["path"] == "/hang":
        import ctypes
        # The interpreter does nothing else, as in a deadlock of an extension.
        ctypes.PyDLL(None).sleep(60)
    if scope["path"] == "/slow":
        await asyncio.sleep(3)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})
"""
SUPERVISOR = """
import signal, socket, sys, uvicorn
from exercise_buddy.core.http.server import DrainingServer
from exercise_buddy.core.http.workers import Workers, WorkersError

Workers.response_seconds = 1.0
if __name__ == "__main__":
    # As the command: uvicorn raises the signal again.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    port, count = int(sys.argv[1]), int(sys.argv[2])
    listener = socket.create_server(("127.0.0.1", port), backlog=2048)
    listener.set_inheritable(True)
    config = uvicorn.Config(
        "small:build", factory=True, workers=count, log_level="warning", timeout_graceful_shutdown=20, access_log=False
    )
    if count == 1:
        print("ready", flush=True)
        DrainingServer(config).run(sockets=[listener])
        raise SystemExit(0)
    try:
        Workers(config, [listener], lambda: print("ready", flush=True)).run()
    except WorkersError as error:
        print(error, flush=True)
        raise SystemExit(1)
"""


class Supervisor:
    """A running supervisor."""

    def __init__(self, folder: Path, count: int, variables: dict[str, str]) -> None:
        (folder / "small.py").write_text(APPLICATION)
        (folder / "supervisor.py").write_text(SUPERVISOR)
        self.port = find_free_port()
        self.process = subprocess.Popen(
            [sys.executable, "supervisor.py", str(self.port), str(count)],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(folder)} | variables,
            stdout=subprocess.PIPE,
            text=True,
        )

    def read_until(self, text: str) -> str:
        """Return what it prints up to a text."""
        assert self.process.stdout is not None
        output = ""
        for line in self.process.stdout:
            output += line
            if text in line:
                return output
        raise AssertionError(output)

    def list_workers(self) -> list[psutil.Process]:
        return [
            child for child in psutil.Process(self.process.pid).children() if "spawn_main" in " ".join(child.cmdline())
        ]

    def request(self, path: str, seconds: float = 30) -> str:
        """Send a request on a connection of its own; return what became of it."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as client:
                client.sendall(f"GET {path} HTTP/1.1\r\nHost: test\r\n\r\n".encode())
                response = b""
                while piece := client.recv(4096):
                    response += piece
                    if response.endswith(b"ok"):
                        return "ok"
                return "closed"
        except OSError as error:
            return type(error).__name__


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    started: list[Supervisor] = []

    def start(count: int, **variables: str) -> Supervisor:
        started.append(Supervisor(tmp_path, count, variables))
        return started[-1]

    yield start
    for supervisor in started:
        family = (
            psutil.Process(supervisor.process.pid).children(recursive=True) if supervisor.process.poll() is None else []
        )
        supervisor.process.kill()
        # They hold the other end of its output, too.
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        supervisor.process.communicate()


def test_a_worker_that_loads_slowly_is_not_killed(supervise: Callable[..., Supervisor]) -> None:
    # Three times as long as a worker may take to respond when it has loaded.
    supervisor = supervise(2, LOADING_SECONDS="3")
    while len(before := {worker.pid for worker in supervisor.list_workers()}) < 2:
        assert supervisor.process.poll() is None
        time.sleep(0.05)
    output = supervisor.read_until("ready")

    assert {worker.pid for worker in supervisor.list_workers()} == before
    assert "worker_ended" not in output
    assert supervisor.request("/") == "ok"


@pytest.mark.parametrize("path", ["/die", "/hang"])
def test_a_worker_that_dies_or_hangs_is_replaced(supervise: Callable[..., Supervisor], path: str) -> None:
    supervisor = supervise(2)
    supervisor.read_until("ready")
    before = {worker.pid for worker in supervisor.list_workers()}

    supervisor.request(path, 20)
    supervisor.read_until("worker_ended")
    outcomes = {supervisor.request("/") for _ in range(10)}
    supervisor.read_until("worker_replaced")
    after = {worker.pid for worker in supervisor.list_workers()}

    assert outcomes == {"ok"}
    assert len(after) == 2
    assert len(after & before) == 1


@pytest.mark.parametrize(
    ("fails", "message", "restarts"),
    [
        ("always", "A worker ended more than 5 times in a row (exit code 7)", 6),
        ("startup", "The workers do not start", 1),
    ],
)
def test_workers_that_never_start_end_the_server(
    supervise: Callable[..., Supervisor], fails: str, message: str, restarts: int
) -> None:
    supervisor = supervise(2, FAILS=fails)
    output = supervisor.read_until(message)

    assert supervisor.process.wait(30) == 1
    # Each of the two, or one of them: whichever has ended first.
    assert restarts <= output.count("worker_ended") <= 2 * restarts
    assert "ready" not in output


@pytest.mark.parametrize("count", [1, 2])
def test_a_signal_ends_workers_that_still_load(supervise: Callable[..., Supervisor], count: int) -> None:
    supervisor = supervise(count, LOADING_SECONDS="600")
    for _ in range(count):
        supervisor.read_until("loading")

    supervisor.process.send_signal(signal.SIGTERM)

    assert supervisor.process.wait(60) == 0


@pytest.mark.parametrize("count", [1, 4])
def test_who_connects_while_the_server_stops_is_refused_and_not_reset(
    supervise: Callable[..., Supervisor], count: int
) -> None:
    supervisor = supervise(count)
    supervisor.read_until("ready")
    while supervisor.request("/") != "ok":
        time.sleep(0.1)
    outcomes: Counter[str] = Counter()
    slow: list[str] = []

    def connect_often() -> None:
        while supervisor.process.poll() is None:
            outcomes[supervisor.request("/")] += 1

    # It keeps the server stopping for 3 s.
    threads = [threading.Thread(target=lambda: slow.append(supervisor.request("/slow")))]
    threads += [threading.Thread(target=connect_often) for _ in range(8)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    served = outcomes["ok"]
    supervisor.process.send_signal(signal.SIGTERM)
    status = supervisor.process.wait(60)
    for thread in threads:
        thread.join()

    assert status == 0
    assert slow == ["ok"]
    assert served > 0
    assert set(outcomes) <= {"ok", "ConnectionRefusedError", "ConnectionResetError"}, outcomes
    assert outcomes["ConnectionRefusedError"] > 100
    # Without care, each of the eight. Between the last accept and the close there are microseconds, or on a busy
    # machine another process.
    assert outcomes["ConnectionResetError"] <= 2, outcomes
