"""A load generator for HTTP/1.1 on loopback: keep-alive connections that each send the next request at once.

It is `wrk` where that is installed, which takes less of the machine, else one in Python.
"""

import asyncio
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from itertools import cycle


@dataclass(frozen=True, slots=True)
class Load:
    """What came out: requests per second, latencies in milliseconds, and answers that were not as expected."""

    per_second: float
    p50_ms: float
    p99_ms: float
    requests: int
    failures: int
    bytes_each: int


class _Connection(asyncio.Protocol):
    def __init__(self, requests: "cycle[bytes]", deadline: float, done: asyncio.Future[None]) -> None:
        self._requests = requests
        self._deadline = deadline
        self._done = done
        self._buffer = bytearray()
        self._needed = 0
        self._sent_at = 0.0
        self.latencies: list[float] = []
        self.failures = 0
        self.received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def _send(self) -> None:
        self._sent_at = time.perf_counter()
        if self._sent_at >= self._deadline:
            self._transport.close()
            return
        self._transport.write(next(self._requests))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._needed:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self._buffer[:end]).lower()
            length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
            self._needed = end + 4 + int(length or 0)
            if not 200 <= int(head[9:12]) < 400:
                self.failures += 1
        if len(self._buffer) >= self._needed:
            self.latencies.append(time.perf_counter() - self._sent_at)
            self.received += self._needed
            self._buffer.clear()
            self._needed = 0
            self._send()

    def connection_lost(self, _error: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)


def _itself(connection: _Connection) -> _Connection:
    return connection


async def load(port: int, requests: list[bytes], *, connections: int = 32, seconds: float = 3.0) -> Load:
    """Send the requests in turn over so many connections for so long."""
    if shutil.which("wrk"):
        return await asyncio.to_thread(_load_with_wrk, port, requests, connections, seconds)
    loop = asyncio.get_running_loop()
    in_turn = cycle(requests)
    began = time.perf_counter()
    opened: list[_Connection] = []
    waiting: list[asyncio.Future[None]] = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        connection = _Connection(in_turn, began + seconds, done)
        await loop.create_connection(partial(_itself, connection), "127.0.0.1", port)
        opened.append(connection)
        waiting.append(done)
    await asyncio.gather(*waiting)
    elapsed = time.perf_counter() - began
    latencies = sorted(latency for connection in opened for latency in connection.latencies)
    quantiles = statistics.quantiles(latencies, n=100) if len(latencies) > 1 else [0.0] * 99
    return Load(
        len(latencies) / elapsed,
        quantiles[49] * 1000,
        quantiles[98] * 1000,
        len(latencies),
        sum(connection.failures for connection in opened),
        sum(connection.received for connection in opened) // max(1, len(latencies)),
    )


_SCRIPT = """
local requests = {%s}
local sent = 0
request = function() sent = sent + 1; return requests[(sent - 1) %% #requests + 1] end
done = function(summary, latency)
    local errors = summary.errors
    local failures = errors.connect + errors.read + errors.write + errors.status + errors.timeout
    io.write(string.format("result %%d %%d %%f %%f %%d %%d\\n", summary.requests, summary.duration,
        latency:percentile(50), latency:percentile(99), failures, summary.bytes))
end
"""


def _load_with_wrk(port: int, requests: list[bytes], connections: int, seconds: float) -> Load:
    # Lua changes line ends in long strings, and reads a byte as its decimal number.
    texts = ", ".join('"' + "".join(f"\\{byte:03d}" for byte in one) + '"' for one in requests)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_SCRIPT % texts)
        script.flush()
        command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{max(1, round(seconds))}s", "-s", script.name]
        output = subprocess.run(
            [*command, f"http://127.0.0.1:{port}"], check=True, capture_output=True, text=True
        ).stdout
    found = re.search(r"result (\d+) (\d+) ([\d.]+) ([\d.]+) (\d+) (\d+)", output)
    assert found is not None, output
    count, microseconds, p50, p99, failures, received = map(float, found.groups())
    return Load(
        count / (microseconds / 1e6), p50 / 1000, p99 / 1000, int(count), int(failures), int(received / max(1, count))
    )


def request(method: str, path: str, token: str = "", body: bytes = b"", headers: str = "") -> bytes:
    """Write a request. `headers` are further header lines, each with its line end."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{headers}"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body
