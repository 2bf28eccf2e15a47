"""Attacks a server with clients that read or send slowly, and reports when it drops them and what they make it hold.

    uv run python -m benchmarks.attack.slow_clients [--connections 100] [--only unread] [--url … --pid …]

Starts a server of its own, on an embedded PostgreSQL, unless --url names one on this machine; --pid is then its
process. On loopback, attackers come from 127.0.0.2 and 127.0.0.3, and /health is asked from 127.0.0.1 meanwhile. Each
scenario lasts until the server has closed all connections, at most --seconds. Exits with 1 if one is still open, or if
the memory of the server exceeds its idle memory by more than 100 MB.
"""

import argparse
import asyncio
import secrets
import socket
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import orjson

from benchmarks.cases import workout
from benchmarks.load import request
from benchmarks.servers import free_port, started

MAX_GROWTH_MB = 100
ANONYMOUS, SIGNED_IN = "127.0.0.2", "127.0.0.3"
ESTABLISHED = 1
PASSWORD = secrets.token_urlsafe(16)


@dataclass(slots=True)
class Target:
    """The server, and what one knows of it."""

    host: str
    port: int
    pid: int | None

    def memory_mb(self) -> float:
        """Return the resident memory of the process."""
        if self.pid is None:
            return 0.0
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@dataclass(slots=True)
class Attacker:
    """A client that misbehaves."""

    source: str
    first: bytes
    """What it sends at once."""
    then: bytes = b""
    """What it repeats every second."""
    reads: int = 0
    """How many bytes it reads a second."""
    closed_after: float | None = None
    status: str = "nothing"
    received: bytearray = field(default_factory=bytearray)

    async def run(self, target: Target, seconds: float) -> None:
        """Attack until the server closes the connection."""
        started = time.monotonic()
        with socket.socket() as client:
            # What the kernel of the client buffers would be as good as read.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            client.settimeout(0)
            client.bind((self.source, 0))
            try:
                await self._attack(client, target, started + seconds)
            except OSError:
                self.closed_after = time.monotonic() - started
        if self.received:
            self.status = self.received[9:12].decode()

    async def _attack(self, client: socket.socket, target: Target, until: float) -> None:
        loop = asyncio.get_running_loop()
        started = time.monotonic()
        await loop.sock_connect(client, (target.host, target.port))
        with suppress(TimeoutError):
            async with asyncio.timeout(5):
                await loop.sock_sendall(client, self.first)
        while time.monotonic() < until:
            await asyncio.sleep(1)
            with suppress(BlockingIOError):
                self.received += client.recv(self.reads) if self.reads else b""
            if client.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] != ESTABLISHED:
                self.closed_after = time.monotonic() - started
                break
            with suppress(BlockingIOError):
                client.send(self.then)
        # What was sent before the end arrives first.
        with suppress(BlockingIOError):
            while received := client.recv(65_536):
                self.received += received
                await asyncio.sleep(0.01)
            self.closed_after = self.closed_after or time.monotonic() - started


def head(method: str, path: str, size: int, token: str = "") -> bytes:
    """Return the head of a request whose body has a size."""
    authorization = f"Authorization: Bearer {token}\r\n" if token else ""
    kind = "multipart/form-data; boundary=x" if path.endswith("/imports") else "application/json"
    lines = (
        f"{method} {path} HTTP/1.1\r\nHost: x\r\n{authorization}Content-Type: {kind}\r\nContent-Length: {size}\r\n\r\n"
    )
    return lines.encode()


FILE = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
API = "/api/v1"


def scenarios(token: str) -> dict[str, Callable[[], Attacker]]:
    """Return what an attacker does, by name."""
    document = request("GET", f"{API}/openapi.json")
    workouts = request("GET", f"{API}/workouts?include=sets&limit=100", token)
    exports = request("GET", f"{API}/workouts/export", token) + request("GET", f"{API}/users/me/export", token)
    size = 1024 * 1024
    return {
        "unread document": lambda: Attacker(ANONYMOUS, document * 8),
        "unread workouts": lambda: Attacker(SIGNED_IN, workouts * 8),
        "unread exports": lambda: Attacker(SIGNED_IN, exports * 4),
        "requests ahead": lambda: Attacker(ANONYMOUS, request("GET", "/health") * 20_000),
        "10 bytes/s read": lambda: Attacker(ANONYMOUS, document * 8, reads=10),
        "silence": lambda: Attacker(ANONYMOUS, b""),
        "head, 1 byte/s": lambda: Attacker(ANONYMOUS, b"GET / HTTP/1.1\r\nX: ", b"x"),
        "body, 1 byte/s": lambda: Attacker(ANONYMOUS, head("POST", f"{API}/auth/register", 9000), b"x"),
        "half a body": lambda: Attacker(SIGNED_IN, head("POST", f"{API}/workouts", size, token) + b"[" * (size // 2)),
        "half an import": lambda: Attacker(
            SIGNED_IN, head("POST", f"{API}/imports", 32 * size, token) + FILE + b"x" * 16 * size
        ),
    }


async def ask_health(target: Target, times: list[float]) -> None:
    """Measure how long others wait."""
    base = f"http://{target.host}:{target.port}"
    async with httpx2.AsyncClient(base_url=base, timeout=30) as client:
        while True:
            started = time.perf_counter()
            (await client.get("/health")).raise_for_status()
            times.append((time.perf_counter() - started) * 1000)
            await asyncio.sleep(0.2)


async def watch_memory(target: Target, seen: list[float]) -> None:
    while True:
        seen.append(target.memory_mb())
        await asyncio.sleep(0.2)


async def attack(name: str, make: Callable[[], Attacker], target: Target, arguments: argparse.Namespace) -> bool:
    """Run a scenario; print what happened, and return whether the server withstood it."""
    idle, memory, times = target.memory_mb(), [target.memory_mb()], [0.0]
    attackers = [make() for _ in range(arguments.connections)]
    others = [asyncio.create_task(watch_memory(target, memory)), asyncio.create_task(ask_health(target, times))]
    await asyncio.gather(*(attacker.run(target, arguments.seconds) for attacker in attackers))
    for other in others:
        other.cancel()
    await asyncio.gather(*others, return_exceptions=True)
    closed = sorted(attacker.closed_after for attacker in attackers if attacker.closed_after is not None)
    still_open = len(attackers) - len(closed)
    late = f"closed after {closed[0]:.0f} to {closed[-1]:.0f} s, p50 {statistics.median(closed):.0f}" if closed else "-"
    growth = max(memory) - idle
    print(
        f"{name:16} {len(attackers)} clients: {late}, {still_open} still open; statuses "
        f"{dict(Counter(attacker.status for attacker in attackers))}; memory {idle:.0f} MB, at most {max(memory):.0f}, "
        f"then {target.memory_mb():.0f}; /health p50 {statistics.median(times):.1f} ms, at most {max(times):.0f}",
        flush=True,
    )
    return not still_open and growth <= MAX_GROWTH_MB


def large_workouts(count: int) -> Iterator[bytes]:
    """Return workouts of about 100 KB."""
    now = datetime.now(UTC)
    for number in range(count):
        logged = workout(now - timedelta(days=number), exercises=20, sets=20)
        yield orjson.dumps(logged | {"notes": "x" * 2000})


def sign_up(target: Target, workouts: int) -> str:
    """Create a user with large workouts; return an access token."""
    base = f"http://{target.host}:{target.port}{API}"
    client = httpx2.Client(base_url=base, timeout=30)
    email = f"{secrets.token_hex(6)}@example.com"
    client.post("/auth/register", json={"email": email, "password": PASSWORD}).raise_for_status()
    signed_in = client.post("/auth/login", data={"username": email, "password": PASSWORD}).raise_for_status().json()
    token: str = signed_in["access_token"]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for body in large_workouts(workouts):
        client.post("/workouts", content=body, headers=headers).raise_for_status()
    return token


def wait_until_ready(target: Target) -> None:
    for _ in range(600):
        with suppress(httpx2.TransportError):
            if httpx2.get(f"http://{target.host}:{target.port}/health/ready").status_code == 200:
                return
        time.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=100)
    parser.add_argument("--seconds", type=float, default=90)
    parser.add_argument("--workouts", type=int, default=60)
    parser.add_argument("--only", default="")
    parser.add_argument("--url")
    parser.add_argument("--pid", type=int)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        if arguments.url:
            url = urlsplit(arguments.url)
            target = Target(url.hostname or "127.0.0.1", url.port or 80, arguments.pid)
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="exercise-buddy-attack-"))
            environment = {"DATA_DIR": folder, "SECRET_KEY": secrets.token_urlsafe(48)}
            port = free_port()
            command = [sys.executable, "-m", "exercise_buddy", "serve", "--port", str(port)]
            target = Target("127.0.0.1", port, stack.enter_context(started("api", command, environment, port)).pid)
        wait_until_ready(target)
        token = sign_up(target, arguments.workouts)
        withstood = [
            asyncio.run(attack(name, make, target, arguments))
            for name, make in scenarios(token).items()
            if arguments.only in name
        ]
    sys.exit(0 if all(withstood) else 1)


if __name__ == "__main__":
    main()
