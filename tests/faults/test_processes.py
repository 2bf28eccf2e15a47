"""The server stops under load, its workers die, the disk is full, and Valkey is gone."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

import httpx2
import psutil
import pytest

from tests.command.processes import ServerStarter
from tests.faults.processes import get_postmaster
from tests.faults.verifier import verify
from tests.faults.writers import REQUEST_SECONDS, writing
from tests.support import find_free_port

# As in test_database: many times what an idle machine needs.
RECOVERY_SECONDS = 30.0


@pytest.mark.parametrize("workers", [pytest.param("1", marks=pytest.mark.short), "4"])
def test_the_server_stops_under_load(start: ServerStarter, workers: str) -> None:
    server, client = start("--workers", workers)
    with writing(str(client.base_url)) as writers:
        time.sleep(2)
        status = server.stop()
    assert "Traceback" not in server.output
    restarted, client = start("--workers", workers)
    verify(writers, str(client.base_url))
    assert (status, restarted.stop()) == (0, 0)


@pytest.mark.short
def test_workers_are_killed(start: ServerStarter) -> None:
    server, client = start("--workers", "2")
    with writing(str(client.base_url)) as writers:
        for number in range(3):
            server.list_workers()[0].kill()
            writers.wait_for_progress(RECOVERY_SECONDS)
            # Otherwise the next one to die might be the only one that serves.
            server.wait_until(lambda: server.output.count("worker_replaced") > number)  # noqa: B023
    verify(writers)
    assert server.stop() == 0


def test_a_worker_freezes(start: ServerStarter) -> None:
    """Its clients wait; those of the others do not."""
    server, client = start("--workers", "2")
    with writing(str(client.base_url)) as writers:
        worker = server.list_workers()[0]
        worker.send_signal(signal.SIGSTOP)
        time.sleep(REQUEST_SECONDS / 2)
        worker.send_signal(signal.SIGCONT)
        writers.wait_for_progress(RECOVERY_SECONDS)
    verify(writers)
    assert server.stop() == 0


def _can_mount() -> bool:
    return os.geteuid() == 0 and subprocess.run(["unshare", "-m", "true"], check=False).returncode == 0


@pytest.mark.skipif(not _can_mount(), reason="mounting a small file system needs root")
def test_the_disk_is_full(folder: Path, start: ServerStarter) -> None:
    """Writes answer 503 until there is room again. Reads go on."""
    data = folder / "small"
    data.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=220m,mode=0755", "tmpfs", str(data)], check=True)
    try:
        server, client = start(DATA_DIR=str(data))
        ballast = data / "ballast"
        with writing(str(client.base_url)) as writers:
            with ballast.open("wb") as file:
                try:
                    while True:
                        file.write(bytes(1 << 16))
                        file.flush()
                except OSError:
                    pass
            time.sleep(5)
            shown = client.get("/api/v1/workouts", headers=writers.people[0].headers).status_code
            ballast.unlink()
            writers.wait_for_progress(RECOVERY_SECONDS)
        verify(writers)
        assert server.stop() == 0
        assert shown == 200
    finally:
        subprocess.run(["umount", "-l", str(data)], check=True)


@pytest.mark.skipif(shutil.which("valkey-server") is None and shutil.which("redis-server") is None,
                    reason="neither valkey-server nor redis-server is installed")  # fmt: skip
def test_valkey_is_gone_and_comes_back(start: ServerStarter) -> None:
    port = find_free_port()
    command = [str(shutil.which("valkey-server") or shutil.which("redis-server")), "--port", str(port), "--save", ""]
    valkey = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        server, client = start("--workers", "2", RATE_LIMIT_STORAGE_URL=f"valkey://127.0.0.1:{port}/0")
        with writing(str(client.base_url)) as writers:
            valkey.kill()
            valkey.wait()
            writers.wait_for_progress(RECOVERY_SECONDS)
            login = {"username": "writer0@example.org", "password": "not the password"}
            statuses = [_sign_in_wrongly(client, login) for _ in range(25)]
            valkey = subprocess.Popen(command, stdout=subprocess.DEVNULL)
            writers.wait_for_progress(RECOVERY_SECONDS)
        verify(writers)
        assert server.stop() == 0
        assert set(statuses) <= {401, 429}
        assert statuses[-1] == 429
        assert statuses.count(401) <= 10
    finally:
        valkey.kill()
        valkey.wait()


def _sign_in_wrongly(client: httpx2.Client, login: dict[str, str]) -> int:
    return client.post("/api/v1/auth/login", data=login, headers={"Connection": "close"}).status_code


def test_nothing_is_left_running(folder: Path, start: ServerStarter) -> None:
    server, client = start("--workers", "2")
    with writing(str(client.base_url)):
        family = psutil.Process(server.pid).children(recursive=True)
        postgres = get_postmaster(folder)
    assert server.stop() == 0
    assert psutil.wait_procs([*family, postgres], 10)[1] == []
