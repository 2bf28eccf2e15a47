"""Attacks a server with requests that cost it much, and reports what another user notices.

    uv run python -m benchmarks.attack.hostile_requests [--seconds 15] [--only keys]

Starts a server of its own, on an embedded PostgreSQL, with the default limits. Each attacker has an address and an
account of its own and sends one kind of request over 16 connections; meanwhile another user asks /health and logs
workouts, up to four times a second each. Exits with 1 if one of their medians is more than three times that of the
idle server.
"""

import argparse
import asyncio
import gzip
import multiprocessing
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx2
import orjson
import psutil

from benchmarks.attack.slow_clients import Target, sign_up, wait_until_ready
from benchmarks.cases import workout
from benchmarks.servers import free_port, started

CONNECTIONS = 16
MAX_RATIO = 3.0
API = "/api/v1"
JSON = {"Content-Type": "application/json"}
SMALL = 15 * 1024


@dataclass(frozen=True, slots=True)
class Hostile:
    """One kind of request."""

    method: str
    path: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: dict(JSON))
    is_signed_in: bool = True
    expected: int = 422
    """The status of what is not refused for its number: another one means that the attack is built wrongly."""


def unknown_keys(size: int) -> bytes:
    """Return an object of about `size` bytes of keys that no schema has."""
    return orjson.dumps({f"k{number:06d}": 0 for number in range(size // 12)})


def strong_export(size: int) -> bytes:
    """Return a file of Strong of about `size` bytes."""
    start = datetime(2020, 1, 1, 10, tzinfo=UTC)
    lines = ["Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE"]
    for number in range(size // 70):
        day = start + timedelta(days=number // 20)
        exercise = ("Bench Press (Barbell)", "Squat (Barbell)", "Deadlift (Barbell)")[number % 20 // 7]
        lines.append(f'{day:%Y-%m-%d %H:%M:%S},"Day",1h,"{exercise}",{number % 20 + 1},{number % 90},8,0,0,"","",')
    return "\n".join(lines).encode()


def multipart(content: bytes, **fields: str) -> tuple[bytes, dict[str, str]]:
    parts = [f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{fields[name]}\r\n' for name in fields]
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = ("".join(parts) + file).encode() + content + b"\r\n--x--\r\n"
    return body, {"Content-Type": "multipart/form-data; boundary=x"}


def noise(samples: int) -> bytes:
    """Return a trace in which nothing repeats: the most expensive to count."""
    chance = random.Random(7)  # noqa: S311
    joints = ("left_hip", "right_hip", "left_knee", "right_knee", "left_ankle", "right_ankle", "left_wrist", "nose")
    walks: dict[str, dict[str, list[float]]] = {}
    for joint in joints:
        place = {"x": 0.5, "y": 0.5}
        walks[joint] = {"x": [], "y": [], "visibility": []}
        for _ in range(samples):
            for axis in ("x", "y"):
                place[axis] = min(1.0, max(0.0, place[axis] + chance.gauss(0, 0.02)))
                walks[joint][axis].append(round(place[axis], 4))
            walks[joint]["visibility"].append(1.0)
    times_ms = [round(number * 1000 / 30, 1) for number in range(samples)]
    return gzip.compress(orjson.dumps({"trace": {"times_ms": times_ms, "landmarks": walks}}), 9)


def evidence(started_at: datetime) -> bytes:
    """Return a workout of 240 KB of evidence, with all fields 1.6 MB."""
    reps = [{"offset_ms": 2000 * number, "duration_ms": 1500} for number in range(500)]
    seen = {"counter": {"name": "benchmark", "version": "1"}, "detected_reps": 500, "reps": reps}
    content: dict[str, Any] = workout(started_at, exercises=6, sets=2)
    for exercise in content["exercises"]:
        exercise["sets"] = [one | {"reps": 500, "evidence": seen} for one in exercise["sets"]]
    return orjson.dumps(content)


def attacks() -> dict[str, Hostile]:
    """Return the kinds of requests, by name."""
    large = 1_000_000
    now = datetime.now(UTC)
    infinite = b"[" + b"1e999," * (large // 6) + b"0]"
    imported, form = multipart(strong_export(736 * 1024), time_zone="UTC", weight_unit="kg")
    fields = urlencode([(f"f{number}", "") for number in range(SMALL // 8)]).encode()
    encoded = {"Content-Type": "application/x-www-form-urlencoded"}
    return {
        "unknown keys, register": Hostile("POST", "/auth/register", unknown_keys(SMALL), is_signed_in=False),
        "1 MB at register": Hostile("POST", "/auth/register", unknown_keys(large), is_signed_in=False, expected=413),
        "form fields, login": Hostile("POST", "/auth/login", fields, encoded, is_signed_in=False, expected=400),
        "1 MB without a token": Hostile("POST", "/workouts", unknown_keys(large), is_signed_in=False, expected=401),
        "OpenAPI document": Hostile(
            "GET", "/openapi.json", headers={"Accept-Encoding": "br"}, is_signed_in=False, expected=200
        ),
        "unknown keys, workouts": Hostile("POST", "/workouts", unknown_keys(large)),
        "1e999, workouts": Hostile("POST", "/workouts", infinite),
        "NUL texts, workouts": Hostile("POST", "/workouts", orjson.dumps(["\0"] * (large // 9))),
        "large workouts": Hostile("POST", "/workouts", evidence(now), expected=201),
        "500 sets": Hostile("POST", "/workouts", orjson.dumps(workout(now, exercises=25, sets=20)), expected=201),
        "too many sets": Hostile("POST", "/workouts", orjson.dumps(workout(now, exercises=30, sets=50))),
        "lists with sets": Hostile(
            "GET", "/workouts?include=sets&limit=100", headers={"Accept-Encoding": "zstd"}, expected=200
        ),
        "dashboards": Hostile("GET", "/statistics/dashboard", headers={}, expected=200),
        "imports": Hostile("POST", "/imports", imported, form, expected=201),
        "noise to count": Hostile(
            "POST", "/counting/counts", noise(30 * 600), JSON | {"Content-Encoding": "gzip"}, expected=200
        ),
        "exports": Hostile("GET", "/users/me/export", headers={}, expected=200),
    }


async def _attack(base: str, hostile: Hostile, source: str, token: str, seconds: float) -> Counter[int]:
    headers = hostile.headers | ({"Authorization": f"Bearer {token}"} if hostile.is_signed_in else {})
    statuses: Counter[int] = Counter()
    until = time.monotonic() + seconds
    transport = httpx2.AsyncHTTPTransport(local_address=source)

    async def repeat(client: httpx2.AsyncClient) -> None:
        while time.monotonic() < until:
            try:
                response = await client.request(
                    hostile.method, API + hostile.path, content=hostile.body or None, headers=headers
                )
                statuses[response.status_code] += 1
            except httpx2.TransportError:
                statuses[0] += 1
                await asyncio.sleep(0.05)

    async with httpx2.AsyncClient(base_url=base, transport=transport, timeout=60) as client:
        await asyncio.gather(*(repeat(client) for _ in range(CONNECTIONS)))
    return statuses


def attack(
    base: str, hostile: Hostile, source: str, token: str, seconds: float, queue: "SimpleQueue[Counter[int]]"
) -> None:
    """Attack for some seconds, in a process of its own."""
    os.nice(5)
    queue.put(asyncio.run(_attack(base, hostile, source, token, seconds)))


def probe(base: str, token: str, seconds: float) -> dict[str, list[float]]:
    """Return how many milliseconds another user waits, by request."""
    times: dict[str, list[float]] = {"/health": [], "POST /workouts": []}
    headers = {"Authorization": f"Bearer {token}"}
    started_at = datetime.now(UTC) - timedelta(days=400)
    with httpx2.Client(base_url=base, timeout=60) as client:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            begun = time.perf_counter()
            client.get("/health").raise_for_status()
            asked = time.perf_counter()
            started_at += timedelta(minutes=1)
            client.post(f"{API}/workouts", json=workout(started_at, 1, 3), headers=headers).raise_for_status()
            logged = time.perf_counter()
            times["/health"].append((asked - begun) * 1000)
            times["POST /workouts"].append((logged - asked) * 1000)
            time.sleep(0.25)
    return times


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of the server, without its database."""
    spent = psutil.Process(pid).cpu_times()
    return float(spent.user + spent.system)


def measure(arguments: argparse.Namespace, target: Target) -> Iterator[bool]:
    """Attack in all ways; print what happened, and yield whether another user was served well."""
    base = f"http://{target.host}:{target.port}"
    victim = sign_up(target, 2)
    probe(base, victim, 2)
    idle = {name: statistics.median(times) for name, times in probe(base, victim, arguments.seconds).items()}
    print(f"idle: {', '.join(f'{name} {median:.1f} ms' for name, median in idle.items())}", flush=True)
    for number, (name, hostile) in enumerate(attacks().items()):
        if arguments.only not in name:
            continue
        queue: SimpleQueue[Counter[int]] = multiprocessing.SimpleQueue()
        attacker = sign_up(target, 10) if hostile.is_signed_in else ""
        before = cpu_seconds(target.pid or 0)
        child = multiprocessing.Process(
            target=attack,
            args=(base, hostile, f"127.0.1.{number + 1}", attacker, arguments.seconds, queue),
            daemon=True,
        )
        child.start()
        times = probe(base, victim, arguments.seconds)
        statuses = queue.get()
        child.join()
        ratios = {asked: statistics.median(found) / idle[asked] for asked, found in times.items()}
        worst = ", ".join(f"{asked} x{ratio:.1f} (max {max(times[asked]):.0f} ms)" for asked, ratio in ratios.items())
        spent = cpu_seconds(target.pid or 0) - before
        print(f"{name:24} {dict(statuses)}; server {spent:.1f} s CPU; {worst}", flush=True)
        yield max(ratios.values()) <= MAX_RATIO and statuses[hostile.expected] > 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="exercise-buddy-attack-") as folder:
        Path(folder).chmod(0o755)
        environment = {"DATA_DIR": f"{folder}/data", "SECRET_KEY": secrets.token_urlsafe(48)}
        # The accounts of all attackers are registered from one address.
        environment["RATE_LIMITS"] = "registrations_address=1000/hour"
        port = free_port()
        command = [sys.executable, "-m", "exercise_buddy", "serve", "--port", str(port)]
        with started("api", command, environment, port) as server:
            pid = server.pid
            target = Target("127.0.0.1", port, pid)
            wait_until_ready(target)
            served_well = list(measure(arguments, target))
    sys.exit(0 if all(served_well) else 1)


if __name__ == "__main__":
    main()
