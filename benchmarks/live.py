"""Measures live counting: many connections that send a sample 30 times a second to one process.

    uv run python -m benchmarks.live [--connections 200] [--seconds 24] [--batch 1]

Starts everything itself, on an embedded PostgreSQL or on DATABASE_URL. Client and server share the machine. The delay
of a rep is the time from sending the sample that completes it, which a stream in this process has found, to its
message.
"""

import argparse
import asyncio
import os
import secrets
import sys
import tempfile
import time
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import numpy as np
import orjson
import psutil
from websockets.asyncio.client import ClientConnection

from benchmarks.servers import free_port, started
from exercise_buddy.core.db.embedded import embedded_postgres
from exercise_buddy.core.settings import database_url
from exercise_buddy.counting.engine.stream import RepEvent, Stream
from exercise_buddy.counting.engine.trace import build_trace
from exercise_buddy.counting.live.tests.support import HZ, connected, new_set, split, squat
from exercise_buddy.counting.profiles import load_profiles
from exercise_buddy.migration import migrate

CONNECTIONS_OF_A_USER = 5
SPREAD_SECONDS = 8
MAX_DELAY_SECONDS = 0.1


@dataclass
class Expected:
    """The messages to send, and what a stream says of them in this process."""

    messages: list[str]
    samples: int
    count: int
    completed_by: dict[int, int]
    """For each rep, the message whose samples complete it."""


@dataclass
class Measured:
    sent_at: list[float] = field(default_factory=list)
    delays: list[tuple[float, float]] = field(default_factory=list)
    """When each rep arrived, and after which time."""
    late: int = 0
    count: int | None = None
    saved: int = 0


def prepare(seconds: float, batch: int) -> Expected:
    """Record a set of squats, and count it."""
    times_ms, landmarks = squat(max(1, round(seconds / 2) - 1))
    parts = list(split(times_ms, landmarks, batch))
    stream = Stream(load_profiles()["bodyweight-squat"])
    completed_by: dict[int, int] = {}
    started = time.process_time()
    for index, part in enumerate(parts):
        trace = build_trace(part["times_ms"], part["landmarks"])
        for event in stream.track(part["times_ms"], trace.points, trace.visibility):
            if isinstance(event, RepEvent):
                completed_by.setdefault(event.number, index)
    tracked = time.process_time()
    count = stream.finish().count
    print(f"in this process, to track a message takes {(tracked - started) / len(parts) * 1000:.2f} ms, ", end="")
    print(f"and the last analysis {(time.process_time() - tracked) * 1000:.0f} ms")
    return Expected([orjson.dumps(part).decode() for part in parts], len(times_ms), count, completed_by)


def sign_in(port: int, users: int) -> list[str]:
    """Register users; return their access tokens."""
    tokens = []
    with httpx2.Client(base_url=f"http://127.0.0.1:{port}/api/v1", timeout=60) as client:
        for number in range(users):
            email, password = f"live{number}@example.org", secrets.token_urlsafe(16)
            client.post("/auth/register", json={"email": email, "password": password}).raise_for_status()
            response = client.post("/auth/login", data={"username": email, "password": password})
            tokens.append(response.raise_for_status().json()["access_token"])
    return tokens


async def send(socket: ClientConnection, expected: Expected, batch: int, measured: Measured, begin: float) -> None:
    loop = asyncio.get_running_loop()
    for index, message in enumerate(expected.messages):
        due = begin + index * batch / HZ
        pause = due - loop.time()
        if pause > 0:
            await asyncio.sleep(pause)
        elif pause < -0.1:
            # This process is too slow to send 30 samples a second: the result says nothing about the server.
            measured.late += 1
        measured.sent_at.append(loop.time())
        await socket.send(message)
    await socket.send('{"type":"end"}')


async def receive(socket: ClientConnection, expected: Expected, measured: Measured) -> None:
    loop = asyncio.get_running_loop()
    reported: set[int] = set()
    async for text in socket:
        message = orjson.loads(text)
        match message["type"]:
            case "rep" if message["number"] not in reported:
                reported.add(message["number"])
                completed_by = expected.completed_by.get(message["number"])
                if completed_by is not None and completed_by < len(measured.sent_at):
                    measured.delays.append((loop.time(), loop.time() - measured.sent_at[completed_by]))
            case "saved":
                measured.saved = message["next_seq"]
            case "counted":
                measured.count = message["count"]
                return
            case "problem":
                raise RuntimeError(message)


async def measure(port: int, pid: int, expected: Expected, tokens: list[str], arguments: argparse.Namespace) -> bool:
    server = psutil.Process(pid)
    connections: list[tuple[ClientConnection, Measured]] = []
    async with AsyncExitStack() as stack:
        for number in range(arguments.connections):
            client = await stack.enter_async_context(connected(port, tokens[number // CONNECTIONS_OF_A_USER]))
            await client.start(new_set())
            connections.append((client.socket, Measured()))
        begin = asyncio.get_running_loop().time() + 0.5
        async with asyncio.TaskGroup() as tasks:
            for number, (socket, measured) in enumerate(connections):
                # People do not begin their sets at the same moment, and cameras do not take their pictures at once.
                offset = number / arguments.connections * SPREAD_SECONDS
                tasks.create_task(send(socket, expected, arguments.batch, measured, begin + offset))
                tasks.create_task(receive(socket, expected, measured))
            # From here until the first set ends, all connections send.
            await asyncio.sleep(SPREAD_SECONDS + 0.5)
            before, started = sum(server.cpu_times()[:2]), time.monotonic()
            await asyncio.sleep(arguments.seconds - SPREAD_SECONDS - 1)
            cpu = (sum(server.cpu_times()[:2]) - before) / (time.monotonic() - started)
    rate = len(connections) * HZ / arguments.batch
    print(f"CPU of the server: {cpu:.2f} cores, {cpu / rate * 1e6:.0f} µs for each of {rate:.0f} messages a second")
    print(f"memory of the server: {server.memory_info().rss / 2**20:.0f} MiB")
    return report([measured for _, measured in connections], expected, begin + arguments.seconds - 1)


def report(results: list[Measured], expected: Expected, first_end: float) -> bool:
    wrong = sum(measured.count != expected.count for measured in results)
    late = sum(measured.late for measured in results)
    print(f"{len(results)} connections, {expected.samples} samples each, {expected.count} reps each")
    print(f"sets with another count: {wrong}; messages that this client sent late: {late}")
    while_all_send = [delay for measured in results for at, delay in measured.delays if at < first_end]
    while_sets_end = [delay for measured in results for at, delay in measured.delays if at >= first_end]
    show_delays("while all send", while_all_send)
    show_delays(f"while {len(results) / SPREAD_SECONDS:.0f} sets a second end", while_sets_end)
    return wrong == 0 and float(np.quantile(while_all_send, 0.99)) <= MAX_DELAY_SECONDS


def show_delays(when: str, delays: list[float]) -> None:
    p50, p99, most = (1000 * np.quantile(delays, share) for share in (0.5, 0.99, 1))
    print(f"delay of a rep {when}: p50 {p50:.0f} ms, p99 {p99:.0f} ms, maximum {most:.0f} ms ({len(delays)} reps)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=24)
    parser.add_argument("--batch", type=int, default=1, help="samples in a message")
    arguments = parser.parse_args()
    expected = prepare(arguments.seconds, arguments.batch)
    with ExitStack() as stack:
        given = os.environ.get("DATABASE_URL")
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = database_url(given) if given else stack.enter_context(embedded_postgres(folder))
        asyncio.run(migrate(url))
        port = free_port()
        environment = {
            "DATABASE_URL": url,
            "SECRET_KEY": secrets.token_urlsafe(48),
            "DATA_DIR": str(folder),
            "LOG_LEVEL": "WARNING",
            "RATE_LIMITS": "anonymous=100000/minute,signed_in=100000/minute,registrations_address=10000/hour,"
            "mails_address=100000/hour",
            "MAX_CONNECTIONS_PER_ADDRESS": "10000",
            "PASSWORD_HASH_MEMORY_KIB": "7168",
            "PASSWORD_HASH_ITERATIONS": "1",
        }
        command = [sys.executable, "-m", "exercise_buddy", "serve", "--port", str(port)]
        pid = stack.enter_context(started("api", command, environment, port)).pid
        tokens = sign_in(port, -(-arguments.connections // CONNECTIONS_OF_A_USER))
        met = asyncio.run(measure(port, pid, expected, tokens, arguments))
    sys.exit(0 if met else 1)


if __name__ == "__main__":
    main()
