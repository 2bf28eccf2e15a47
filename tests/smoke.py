"""A smoke test of `docker compose up --build` over HTTP: `uv run python -m tests.smoke`.

The test command does not run it, because it builds an image. It deletes what it creates.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import yaml  # type: ignore[import-untyped]

from tests.support import PASSWORD, SHARED, find_free_port
from tests.test_journey import EXPORT, TOTALS, computed

ROOT = Path(__file__).parents[1]
ACCOUNT = {"email": "ann@example.org", "password": PASSWORD, "time_zone": "Europe/Athens"}


def compose(*arguments: str, port: int) -> str:
    variables = os.environ | {"PORT": str(port), "COMPOSE_PROJECT_NAME": f"exercise-buddy-smoke-{port}"}
    # The ports and passwords of the person who runs this are no business of the test.
    command = ["docker", "compose", "--env-file", os.devnull, *arguments]
    return subprocess.run(command, env=variables, check=True, stdout=subprocess.PIPE, text=True).stdout


def provide_images() -> None:
    """Pull the images. Without a registry, `postgres:18` may stand for `postgres:18.6`."""
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"].values()
    # Those of profiles are not started.
    images = {service["image"] for service in services if ":" in service["image"] and "profiles" not in service}
    images |= set(re.findall(r"^FROM (\S+:\S+)", (ROOT / "Dockerfile").read_text(), re.MULTILINE))
    for image in sorted(images):
        if docker("image", "inspect", image) or docker("pull", "-q", image):
            continue
        name, _, tag = image.partition(":")
        version, dash, variant = tag.partition("-")
        parts = version.split(".")
        series = [f"{name}:{'.'.join(parts[:length])}{dash}{variant}" for length in range(len(parts) - 1, 0, -1)]
        replacement = next((other for other in series if docker("tag", other, image)), None)
        assert replacement, f"{image} cannot be pulled"
        sys.stdout.write(f"docker: {image} cannot be pulled, using {replacement}\n")


def docker(*arguments: str) -> bool:
    return subprocess.run(["docker", *arguments], check=False, capture_output=True).returncode == 0


def call(client: httpx2.Client, method: str, path: str, expected: int, **options: Any) -> Any:
    response = client.request(method, path, **options)
    assert response.status_code == expected, (method, path, response.status_code, response.text)
    return response.json() if response.content else None


def sign_in(client: httpx2.Client) -> None:
    form = {"username": ACCOUNT["email"], "password": PASSWORD}
    tokens = call(client, "POST", "/api/v1/auth/login", 200, data=form)
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"


def train(client: httpx2.Client) -> dict[str, Any]:
    """Add training to the account, real data if available, and return the expected summary."""
    export = SHARED / "data" / EXPORT
    if not export.exists():
        exercise = call(client, "GET", "/api/v1/exercises?search=squat&measures=weight_reps", 200)["items"][0]["id"]
        sets = [{"reps": 5, "weight_kg": 100}] * 3
        workout = {
            "started_at": "2026-05-01T10:00:00Z",
            "ended_at": "2026-05-01T11:00:00Z",
            "time_zone": "UTC",
            "exercises": [{"exercise_id": exercise, "sets": sets}],
        }
        call(client, "POST", "/api/v1/workouts", 201, json=workout)
        return {"workouts": 1, "sets": 3, "reps": 15, "volume_kg": 1500.0, "duration_seconds": 3600}
    totals, _, _ = computed(export)
    form = {"weight_unit": "kg", "time_zone": "Europe/Athens"}
    for added in (totals["workouts"], 0):
        upload = {"file": (export.name, export.read_bytes())}
        imported = call(client, "POST", "/api/v1/imports", 201, data=form, files=upload)
        assert imported["workouts"] == added, imported
    return {name: totals[name] for name in TOTALS}


def open_web_client(client: httpx2.Client) -> None:
    """Check that the image contains the web client."""
    page = client.get("/count", headers={"Accept": "text/html"})
    assert page.status_code == 200, page.text
    scripts = re.findall(r'<script[^>]* src="(/assets/[^"]+)"', page.text)
    assert scripts, page.text
    for script in scripts:
        assert client.get(script).headers["content-type"].startswith("text/javascript"), script


def read_back(client: httpx2.Client, expected: dict[str, Any]) -> dict[str, Any]:
    """Read the statistics and compare them with the expected values."""
    summary = call(client, "GET", "/api/v1/statistics/summary", 200)
    found = {name: round(summary[name], 3) for name in expected}
    assert found == {name: round(value, 3) for name, value in expected.items()}, found
    series = call(client, "GET", "/api/v1/statistics/timeseries?metric=volume_kg&bucket=month", 200)
    volume = sum(point["value"] for point in series["points"])
    assert round(volume, 3) == found["volume_kg"], volume
    assert call(client, "GET", "/api/v1/statistics/records", 200)["items"]
    return found


# In the container of the app, with its passwords: prints what they allow and should not.
BREAK_OUT = """
import asyncio, asyncpg
from valkey.asyncio import Valkey
from valkey.exceptions import ValkeyError
from exercise_buddy.settings import load_settings

STATEMENTS = (
    "CREATE ROLE another", "TABLE pg_authid", "ALTER ROLE exercise_buddy SUPERUSER", "CREATE DATABASE another",
    "COPY (SELECT 1) TO PROGRAM 'id'", "SELECT pg_read_file('/etc/passwd')",
)

async def main():
    settings = load_settings()
    url = settings.database_url.get_secret_value()
    connection = await asyncpg.connect(url)
    for statement in STATEMENTS:
        try:
            await connection.execute(statement)
            print("allowed:", statement)
        except asyncpg.InsufficientPrivilegeError:
            pass
    for user, password in (("postgres", ""), ("postgres", "postgres"), ("exercise_buddy", "exercise_buddy")):
        try:
            await asyncpg.connect(host="postgres", user=user, password=password, database="exercise_buddy")
            print("signed in:", user)
        except asyncpg.InvalidAuthorizationSpecificationError:
            pass
    counters = Valkey.from_url(settings.rate_limit_storage_url)
    # The requests before have been counted there: the user of the app may do what the limits need.
    assert await counters.dbsize() > 0
    for client, command in ((Valkey(host="valkey"), "PING"), (counters, "CONFIG GET *"), (counters, "FLUSHALL")):
        try:
            await client.execute_command(*command.split())
            print("allowed:", command)
        except ValkeyError:
            pass

asyncio.run(main())
"""


def try_to_break_out(port: int) -> None:
    """Check what the passwords of the app allow, and which containers see each other."""
    allowed = compose("exec", "-T", "app", "python", "-c", BREAK_OUT, port=port)
    assert allowed == "", allowed
    for service, other in (("postgres", "valkey"), ("valkey", "postgres")):
        seen = compose("exec", "-T", service, "sh", "-c", f"getent hosts {other} || true", port=port)
        assert seen == "", (service, seen)
        user = compose("exec", "-T", service, "id", "-un", port=port).strip()
        assert user == service, user
    sys.stdout.write("compose: the app's passwords allow no more than they should, and the services are apart\n")


def wait_for_summary(port: int) -> None:
    """Wait until the app has printed the address that it has outside: it does so when all workers serve."""
    deadline = time.monotonic() + 120
    while f"http://localhost:{port}/api/v1" not in compose("logs", "app", port=port):
        assert time.monotonic() < deadline
        time.sleep(1)


def journey(port: int) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        call(client, "GET", "/health/ready", 200)
        open_web_client(client)
        call(client, "POST", "/api/v1/auth/register", 201, json=ACCOUNT)
        sign_in(client)
        expected = train(client)
        read_back(client, expected)
        wait_for_summary(port)
        compose("down", port=port)
        compose("up", "--wait", port=port)
        # The secret has survived with its volume, and the access token with it.
        found = read_back(client, expected)
        user = compose("exec", "app", "id", "-u", port=port).strip()
        assert user != "0", user
        try_to_break_out(port)
        sys.stdout.write(f"compose: {found}, the same after a restart; the app's user id is {user}\n")


def main() -> None:
    port = find_free_port()
    began = time.monotonic()
    try:
        provide_images()
        compose("up", "--build", "--wait", "--quiet-pull", port=port)
        sys.stdout.write(f"compose: built and healthy after {time.monotonic() - began:.0f} s\n")
        journey(port)
    except BaseException:
        sys.stdout.write(compose("logs", "--tail", "50", port=port))
        raise
    finally:
        compose("down", "--volumes", port=port)


if __name__ == "__main__":
    main()
