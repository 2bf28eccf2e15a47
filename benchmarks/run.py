"""Measures the API against the floor, and its list against the usual way to write it, with one client in one run.

    uv run python -m benchmarks.run [--seconds 3] [--rounds 3] [--connections 32]

Starts everything itself, on an embedded PostgreSQL or on DATABASE_URL. Read ratios, not absolutes: server, database and
client share the machine.
"""

import argparse
import asyncio
import os
import secrets
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import orjson

from benchmarks.load import Load, load, request
from exercise_buddy.core.db.embedded import embedded_postgres
from exercise_buddy.core.settings import database_url
from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.startup import migrate

TARGETS = {"list": 0.60, "one": 0.50, "summary": 0.60, "create": 0.50}
SLUGS = ("barbell-bench-press-medium-grip", "barbell-squat", "barbell-deadlift", "pullups", "barbell-curl")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def process(command: list[str], environment: dict[str, str], port: int) -> Iterator[int]:
    """Run a server until the context ends; give its pid once it answers."""
    with Path(os.devnull).open("w") as nowhere:
        child = subprocess.Popen(command, env=os.environ | environment, stdout=nowhere, stderr=sys.stderr)
        try:
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port), 0.2).close()
                    break
                except OSError:
                    time.sleep(0.1)
            yield child.pid
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(30)


def workout(started_at: datetime, exercises: int = 5, sets: int = 4) -> dict[str, object]:
    return {
        "title": "Benchmark",
        "started_at": started_at.isoformat(),
        "ended_at": (started_at + timedelta(hours=1)).isoformat(),
        "time_zone": "UTC",
        "exercises": [
            {
                "exercise_id": str(catalogue_id(SLUGS[number % len(SLUGS)])),
                "sets": [{"reps": 5 + n, "weight_kg": 60 + 2.5 * n} for n in range(sets)],
            }
            for number in range(exercises)
        ],
    }


def seed(port: int, workouts: int) -> tuple[str, str, str]:
    """Create a user with workouts of 5 exercises of 4 sets; return the user's id, a token and a workout's id."""
    client = httpx2.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=30)
    email, password = f"{secrets.token_hex(6)}@example.com", secrets.token_urlsafe(16)
    user = client.post("/auth/register", json={"email": email, "password": password}).raise_for_status().json()
    tokens = client.post("/auth/login", data={"username": email, "password": password}).raise_for_status().json()
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    now = datetime.now(UTC)
    logged = [
        client.post("/workouts", json=workout(now - timedelta(days=number))).raise_for_status().json()["id"]
        for number in range(workouts)
    ]
    return user["id"], tokens["access_token"], logged[0]


async def compare(ports: dict[str, int], requests: list[bytes], arguments: argparse.Namespace) -> dict[str, Load]:
    """Load each server in turn, several times; give the round with the median throughput of each."""
    rounds: dict[str, list[Load]] = {name: [] for name in ports}
    for port in ports.values():
        await load(port, requests, connections=arguments.connections, seconds=0.5)
    for _ in range(arguments.rounds):
        for name, port in ports.items():
            measured = await load(port, requests, connections=arguments.connections, seconds=arguments.seconds)
            rounds[name].append(measured)
    return {
        name: min(loads, key=lambda one: abs(one.per_second - statistics.median(o.per_second for o in loads)))
        for name, loads in rounds.items()
    }


def show(what: str, loads: dict[str, Load], target: float | None) -> None:
    for name, one in loads.items():
        print(
            f"{what:18} {name:10} {one.per_second:8.0f}/s  p50 {one.p50_ms:7.2f} ms  p99 {one.p99_ms:7.2f} ms  "
            f"{one.bytes_each:7} B  failures {one.failures}"
        )
    (_, api), (other, compared) = loads.items()
    goal = f"  (target {target:.2f})" if target else ""
    print(f"{what:18} api / {other}: {api.per_second / compared.per_second:.2f}{goal}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--only", help="The name of one case.")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        url = os.environ.get("DATABASE_URL")
        if not url:
            data_dir = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="exercise-buddy-bench-")))
            with embedded_postgres(data_dir):
                pass
            with (data_dir / "postgres" / "postgresql.auto.conf").open("a") as configuration:
                # The disk of a shared machine is the noisiest part of it, and not what is measured here.
                configuration.write("fsync = off\nfull_page_writes = off\n")
            url = stack.enter_context(embedded_postgres(data_dir))
        url = database_url(url)
        asyncio.run(migrate(url))
        names = ("signed_in", "anonymous", "registrations_address")
        unlimited = dict.fromkeys(names, "100000000/minute")
        environment = {
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "RATE_LIMITS": orjson.dumps(unlimited).decode(),
            "MAX_CONNECTIONS_PER_ADDRESS": "10000",
            "MAX_REQUESTS_IN_FLIGHT": "10000",
        }
        api = free_port()
        serve = [sys.executable, "-m", "exercise_buddy", "serve", "--port", str(api)]
        stack.enter_context(process(serve, environment, api))
        user, token, one = seed(api, 60)
        others = [seed(api, 1)[1] for _ in range(arguments.connections)]
        environment |= {"FLOOR_USER": user, "FLOOR_EXERCISE": str(catalogue_id(SLUGS[0]))}
        floor, objects = free_port(), free_port()
        for module, port in (("floor", floor), ("objects", objects)):
            uvicorn = [sys.executable, "-m", "uvicorn", f"benchmarks.{module}:app", "--port", str(port)]
            stack.enter_context(process([*uvicorn, "--log-level", "warning"], environment, port))
        against_floor = {"api": api, "floor": floor}
        base = "/api/v1"
        body = orjson.dumps(workout(datetime(2026, 1, 5, 12, tzinfo=UTC), 6, 4))
        cases = {
            "list": [request("GET", f"{base}/workouts", token)],
            "list with sets": [request("GET", f"{base}/workouts?include=sets", token)],
            "one": [request("GET", f"{base}/workouts/{one}", token)],
            "summary": [request("GET", f"{base}/statistics/summary", token)],
            # One user's writes wait for each other, so each connection is somebody else.
            "create": [request("POST", f"{base}/workouts", other, body) for other in others],
        }
        for what, requests in cases.items():
            if arguments.only not in {None, what}:
                continue
            show(what, asyncio.run(compare(against_floor, requests, arguments)), TARGETS.get(what))
        usual = {"api": api, "objects": objects}
        show("list with sets", asyncio.run(compare(usual, cases["list with sets"], arguments)), 5.0)


if __name__ == "__main__":
    main()
