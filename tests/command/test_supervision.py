"""`exercise-buddy serve` looks after its PostgreSQL."""

import os
import signal
import time
from pathlib import Path

import psutil

from tests.command.processes import ServerStarter, get_me, register, sign_in
from tests.command.writers import NO_LIMITS, list_workouts, writing

# Promised are 5 s; a busy machine may take longer.
RECOVERY_SECONDS = 30.0
# Promised are 6 s.
LONGEST_SECONDS = 15.0


def read_postmaster(folder: Path) -> int:
    return int((folder / ".data" / "postgres" / "postmaster.pid").read_text().split("\n", 1)[0])


def test_a_killed_database_is_restarted(folder: Path, start: ServerStarter) -> None:
    server, client = start(**NO_LIMITS)
    register(client)
    headers = sign_in(client)
    with writing(client, headers) as writers:
        os.kill(read_postmaster(folder), signal.SIGKILL)
        # A write may have been acknowledged before the server noticed.
        time.sleep(0.5)
        seconds = writers.wait_for_another()

    assert seconds < RECOVERY_SECONDS
    assert writers.responses == {(201, False), (503, True)}
    assert writers.acknowledged <= list_workouts(client, headers)
    assert server.stop() == 0
    assert "Traceback" not in server.output


def test_serving_ends_with_a_message_if_its_database_does_not_start_again(folder: Path, start: ServerStarter) -> None:
    server, _ = start("--workers", "2")
    with (folder / ".data" / "postgres" / "postgresql.auto.conf").open("a") as configuration:
        configuration.write("max_connections = nonsense\n")
    os.kill(read_postmaster(folder), signal.SIGKILL)
    status = server.wait()

    assert status == 1
    message = "The embedded PostgreSQL ended more than 5 times within 60 s"
    said = [line for line in server.output.splitlines() if line.startswith(message)]
    assert len(said) == 1
    # Why it does not start, and where its log is.
    assert "Its log is" in said[0]
    assert "Traceback" not in server.output


def test_a_database_that_hangs_keeps_nobody_waiting(folder: Path, start: ServerStarter) -> None:
    server, client = start(**NO_LIMITS)
    register(client)
    headers = sign_in(client)
    postmaster = psutil.Process(read_postmaster(folder))
    with writing(client, headers) as writers:
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            process.suspend()
        try:
            time.sleep(6)
            began = time.monotonic()
            while_silent = [
                client.get("/health/ready").status_code,
                get_me(client, headers),
                client.post("/api/v1/auth/login", data={"username": "somebody", "password": "x" * 12}).status_code,
            ]
            fast_seconds = time.monotonic() - began
        finally:
            for process in reversed(processes):
                process.resume()
        seconds = writers.wait_for_another()
        ready = client.get("/health/ready").status_code

    assert while_silent == [503, 503, 503]
    assert fast_seconds < 6
    assert writers.slowest_seconds < LONGEST_SECONDS
    assert seconds < RECOVERY_SECONDS
    assert ready == 200
    assert writers.responses == {(201, False), (503, True)}
    assert writers.acknowledged <= list_workouts(client, headers)
    # The server was left alone, because it had not ended.
    assert read_postmaster(folder) == postmaster.pid
    assert "database_silent" in server.log
    assert "database_responds" in server.log
    assert server.stop() == 0
    assert "Traceback" not in server.output
