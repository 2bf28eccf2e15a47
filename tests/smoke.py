"""A smoke test of `docker compose up --build` over HTTP: `uv run python -m tests.smoke`.

The test command does not run it, because it builds an image. It deletes what it creates.
"""

import os
import subprocess
import sys
import time
from typing import Any

import httpx2

from tests.support import PASSWORD, SHARED, find_free_port
from tests.test_journey import EXPORT, TOTALS, computed

ACCOUNT = {"email": "ann@example.org", "password": PASSWORD, "time_zone": "Europe/Athens"}


def compose(*arguments: str, port: int) -> str:
    variables = os.environ | {"PORT": str(port), "COMPOSE_PROJECT_NAME": f"exercise-buddy-smoke-{port}"}
    # The ports and passwords of the person who runs this are no business of the test.
    command = ["docker", "compose", "--env-file", os.devnull, *arguments]
    return subprocess.run(command, env=variables, check=True, stdout=subprocess.PIPE, text=True).stdout


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
        exercise = call(client, "GET", "/api/v1/exercises?search=squat&measures=reps_weight", 200)["items"][0]["id"]
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
        imported = call(client, "POST", "/api/v1/workouts/imports", 201, data=form, files=upload)
        assert imported["workouts"] == added, imported
    return {name: totals[name] for name in TOTALS}


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


def journey(port: int) -> None:
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        call(client, "GET", "/health/ready", 200)
        call(client, "POST", "/api/v1/auth/register", 201, json=ACCOUNT)
        sign_in(client)
        expected = train(client)
        read_back(client, expected)
        compose("down", port=port)
        compose("up", "--wait", port=port)
        # The secret has survived with its volume, and the access token with it.
        found = read_back(client, expected)
        user = compose("exec", "app", "id", "-u", port=port).strip()
        assert user != "0", user
        sys.stdout.write(f"compose: {found}, the same after a restart; the app's user id is {user}\n")


def main() -> None:
    port = find_free_port()
    began = time.monotonic()
    try:
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
