"""Commands that wait for a bucket whose server accepts connections and says nothing."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command.processes import TIMEOUT_SECONDS, build_environment

# What a script starts in the background, perhaps these tests, ignores Ctrl+C.
PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from exercise_buddy.__main__ import main
main()
"""

pytestmark = pytest.mark.usefixtures("anyio_backend")


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(TIMEOUT_SECONDS)
        yield listener


# Without care, they end when the library gives up, after minutes. `backup` and `restore` run in an event loop.
@pytest.mark.parametrize(
    ("arguments", "number", "status"),
    [
        (["backup", "list"], signal.SIGINT, 130),
        (["backup"], signal.SIGINT, 130),
        (["backup"], signal.SIGTERM, 143),
        (["restore", "latest"], signal.SIGINT, 130),
        (["doctor"], signal.SIGINT, 130),
    ],
)
def test_a_signal_ends_the_wait(
    folder: Path,
    silent: socket.socket,
    given_database: dict[str, str],
    arguments: list[str],
    number: signal.Signals,
    status: int,
) -> None:
    variables = given_database | {
        "BACKUP_TO": "s3://bucket/folder",
        "BACKUP_S3_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}",
        "BACKUP_S3_ACCESS_KEY_ID": "x",
        "BACKUP_S3_SECRET_ACCESS_KEY": "y",
    }
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments],
        cwd=folder,
        env=os.environ | build_environment(**variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            connection, _ = silent.accept()
            process.send_signal(number)
            output, _ = process.communicate(timeout=TIMEOUT_SECONDS)
            connection.close()
        finally:
            process.kill()

    assert process.returncode == status, output
    assert "Traceback" not in output
    assert not list(folder.rglob("backup-work-*"))
