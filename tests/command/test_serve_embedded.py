"""`exercise-buddy serve` in an empty folder: it starts a PostgreSQL server of its own."""

import json
import os
import re
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import psutil

from exercise_buddy.web.public import is_outdated
from tests.command.processes import (
    ACCOUNT,
    LOGIN,
    TIMEOUT_SECONDS,
    Server,
    ServerStarter,
    get_me,
    get_me_often,
    register,
    sign_in,
)
from tests.support import PASSWORD, STEP_UP


def postmaster_file(folder: Path) -> Path:
    """Return the file that exists while PostgreSQL runs."""
    return folder / ".data" / "postgres" / "postmaster.pid"


def test_data_survives_a_restart(folder: Path, start: ServerStarter) -> None:
    server, client = start()
    registered = register(client)
    ready = client.get("/health/ready").status_code
    status = server.stop()
    stopped = not postmaster_file(folder).exists()

    restarted, client = start()
    profile = client.get("/api/v1/users/me", headers=sign_in(client))

    assert (registered, ready, status, stopped) == (201, 200, 0, True)
    assert "/docs" in server.output
    assert "Traceback" not in server.output
    assert profile.json()["email"] == ACCOUNT["email"]
    assert restarted.stop(signal.SIGINT) == 0
    assert sorted(path.name for path in folder.iterdir()) == [".data"]


def test_a_second_server_shares_the_database(folder: Path, start: ServerStarter) -> None:
    first, first_client = start()
    register(first_client)
    second, client = start("--workers", "2")

    shared = get_me(client, sign_in(client))
    first_status = first.stop()
    statuses = get_me_often(client, sign_in(client))
    running = postmaster_file(folder).exists()
    children = psutil.Process(second.pid).children(recursive=True)
    second_status = second.stop()

    assert (shared, first_status, statuses, running, second_status) == (200, 0, {200}, True, 0)
    assert not postmaster_file(folder).exists()
    # multiprocessing's resource tracker exits a moment after the process.
    assert psutil.wait_procs(children, TIMEOUT_SECONDS)[1] == []


def test_a_crash_loses_no_data(folder: Path, start: ServerStarter) -> None:
    server, client = start()
    register(client)
    server.kill()
    database = int(postmaster_file(folder).read_text().split("\n", 1)[0])

    restarted, client = start()
    found = get_me(client, sign_in(client))
    status = restarted.stop()

    assert (found, status) == (200, 0)
    assert not postmaster_file(folder).exists()
    assert not psutil.pid_exists(database) or psutil.Process(database).status() == psutil.STATUS_ZOMBIE


def test_a_crashed_worker_is_replaced_and_workers_exit_with_their_parent(folder: Path, start: ServerStarter) -> None:
    server, client = start("--workers", "2")
    register(client)
    workers = server.list_workers()
    workers[0].kill()
    server.wait_until_healthy(client)
    statuses = get_me_often(client, sign_in(client))
    family = psutil.Process(server.pid).children(recursive=True)

    os.kill(server.pid, signal.SIGKILL)
    _, left = psutil.wait_procs(family, TIMEOUT_SECONDS)
    _, client = start()

    assert len(workers) == 2
    assert statuses == {200}
    assert left == []
    assert sign_in(client)
    assert postmaster_file(folder).exists()


def test_workers_may_start_slowly(folder: Path, start: ServerStarter) -> None:
    # As on a busy machine. Only the workers are slowed down, not the process that starts them.
    slow = 'import sys, time; "--multiprocessing-fork" in sys.orig_argv and time.sleep(8)'
    (folder / "sitecustomize.py").write_text(slow)

    server, client = start("--workers", "2", PYTHONPATH=str(folder))

    assert client.get("/health/ready").status_code == 200
    assert "died" not in server.output
    assert server.stop() == 0


def test_all_workers_refuse_a_revoked_session_within_a_second(start: ServerStarter) -> None:
    limits = json.dumps({"anonymous": "9999/minute"})
    server, client = start("--workers", "4", RATE_LIMITS=limits, METRICS_ENABLED="true")
    base = str(client.base_url)
    register(client)
    headers = sign_in(client)

    def request_profile(_: int) -> int:
        # A connection for each request: the kernel assigns it to any of the workers.
        return httpx2.get(f"{base}/api/v1/users/me", headers=headers, timeout=TIMEOUT_SECONDS).status_code

    with ThreadPoolExecutor(16) as threads:
        before = set(threads.map(request_profile, range(60)))
        revoked = client.request("DELETE", "/api/v1/auth/sessions", headers=headers, json=STEP_UP).status_code
        time.sleep(0.5)
        after = set(threads.map(request_profile, range(100)))
    metrics = client.get("/metrics").text

    assert len(server.list_workers()) == 4
    assert (before, revoked, after) == ({200}, 204, {401})
    # Each worker reports the metrics of all workers.
    for status, count in ((200, 60), (401, 100)):
        assert f'http_requests_total{{method="GET",route="/api/v1/users/me",status="{status}"}} {count}.0' in metrics
    assert server.stop() == 0


def test_uvicorn_serves_the_app_too(folder: Path, start: ServerStarter) -> None:
    command = [sys.executable, "-m", "uvicorn", "exercise_buddy.main:app", "--no-access-log"]

    server, client = start(command=command)
    ready = client.get("/health/ready").status_code
    registered = register(client)
    server.stop()

    assert (ready, registered) == (200, 201)
    assert not postmaster_file(folder).exists()


def test_several_workers_with_limits_of_their_own_are_a_warning(start: ServerStarter) -> None:
    server, _ = start("--workers", "2", DOCS_ENABLED="false")
    events = [json.loads(line) for line in server.log.splitlines()]
    assert server.stop() == 0

    warning = next(event for event in events if event["event"] == "rate_limits_not_shared")
    assert (warning["level"], warning["workers"], warning["setting"]) == ("warning", 2, "RATE_LIMIT_STORAGE_URL")
    assert "/docs" not in server.output


def test_the_demo_account_keeps_its_password(start: ServerStarter) -> None:
    def get_credentials(server: Server) -> dict[str, str]:
        rows = (re.split(r"\s{2,}", line.strip()) for line in server.output.splitlines())
        found = dict(row for row in rows if len(row) == 2)
        return {"username": found["Demo account"], "password": found["Password"]}

    server, client = start("--demo")
    credentials = get_credentials(server)
    summary = client.get("/api/v1/statistics/summary", headers=sign_in(client, credentials)).json()
    assert server.stop() == 0
    # The build takes a minute: the tests of the web client do it.
    has_web_client = not is_outdated()
    restarted, client = start("--demo", "--workers", "2", WEB_ENABLED=str(has_web_client))
    offered = client.get("/demo-account")
    again = client.get("/api/v1/statistics/summary", headers=sign_in(client, credentials)).json()

    assert get_credentials(restarted) == credentials
    assert not has_web_client or offered.json() == credentials
    assert restarted.stop() == 0
    assert again["workouts"] == summary["workouts"] > 150
    assert summary["volume_kg"] > 100_000


def test_processes_share_one_set_of_signing_keys(folder: Path, start: ServerStarter) -> None:
    server, client = start("--workers", "2", ALGORITHM="ES256")
    register(client)
    outbox = folder / ".data" / "outbox"
    while not (mails := list(outbox.glob("*.eml"))):
        time.sleep(0.05)

    # The port of the option, which the environment of the workers does not have.
    assert f"http://localhost:{client.base_url.port}/auth/verify-email#token=" in mails[0].read_text()

    assert get_me_often(client, sign_in(client)) == {200}
    assert len(json.loads((folder / ".data" / "signing_keys.json").read_text())["keys"]) == 1
    assert server.stop() == 0


def test_no_log_line_holds_a_secret(start: ServerStarter) -> None:
    server, client = start(LOG_LEVEL="DEBUG")
    secrets = ["quite another passphrase", PASSWORD]
    register(client)
    client.post("/api/v1/auth/register", json={**ACCOUNT, "password": secrets[0], "unknown": secrets[0]})
    client.post("/api/v1/auth/register", content=f'{{"password": "{PASSWORD}')
    client.post("/api/v1/auth/login", data={**LOGIN, "password": secrets[0]})
    client.post("/api/v1/auth/login", content=f"password={PASSWORD}", headers={"Content-Type": "text/plain"})
    for scope in ({}, {"scope": "offline_access"}):
        signed_in = client.post("/api/v1/auth/login", data={**LOGIN, **scope})
        access_token = signed_in.json()["access_token"]
        token = signed_in.json()["refresh_token"] or signed_in.cookies["__Secure-exercise_buddy_refresh"]
        client.cookies.clear()
        refreshed = client.post("/api/v1/auth/refresh", json={"refresh_token": token})
        client.post("/api/v1/auth/refresh", json={"refresh_token": token + "x"})
        get_me(client, {"Authorization": f"Bearer {access_token}"})
        client.get("/api/v1/users/me", params={"access_token": access_token})
        client.post("/api/v1/auth/logout", json={"refresh_token": token})
        secrets += [token, access_token, refreshed.json()["access_token"]]
        client.cookies.clear()

    assert server.stop() == 0
    lines = [json.loads(line) for line in server.log.splitlines()]
    assert sum(line["event"] == "request" for line in lines) >= 15
    assert [secret for secret in secrets if secret in server.output] == []
