"""A Valkey (or a Redis) that the tests may stop, and start again with what it held."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import PortWaitStrategy

from tests.postgres import why_no_container
from tests.support import find_free_port

IMAGE = "valkey/valkey:9"


class Store(Protocol):
    """A running store."""

    url: str

    def pause(self) -> None:
        """Stop to respond."""

    def resume(self) -> None:
        """Respond again."""


class ProcessStore:
    """A store that is a program of this machine."""

    def __init__(self, program: str, folder: Path) -> None:
        port = find_free_port()
        self.url = f"valkey://127.0.0.1:{port}/0"
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
        self._process = subprocess.Popen([program, *options], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            else:
                return

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


class ContainerStore:
    """A store in a container."""

    def __init__(self, container: DockerContainer) -> None:
        self._container = container
        self.url = f"valkey://{container.get_container_host_ip()}:{container.get_exposed_port(6379)}/0"

    def pause(self) -> None:
        self._container.get_wrapped_container().pause()

    def resume(self) -> None:
        self._container.get_wrapped_container().unpause()


def find_reason_for_no_store() -> str | None:
    """Return why this machine cannot run a store, None if it can."""
    return None if _find_program() else why_no_container(IMAGE)


def _find_program() -> str | None:
    return shutil.which("valkey-server") or shutil.which("redis-server")


def run_store(folder: Path) -> Iterator[Store]:
    """Run a store: a program of this machine, or else a container."""
    if program := _find_program():
        store = ProcessStore(program, folder)
        yield store
        store.close()
    else:
        with DockerContainer(IMAGE).with_exposed_ports(6379).waiting_for(PortWaitStrategy(6379)) as container:
            yield ContainerStore(container)
