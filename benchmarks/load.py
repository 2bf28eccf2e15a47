"""A load generator for HTTP/1.1 on loopback: keep-alive connections that each send the next request at once."""

import asyncio
import statistics
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
            if not 200 <= int(head[9:12]) < 300:
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
        sum(connection.failures for connection in opened),
        sum(connection.received for connection in opened) // max(1, len(latencies)),
    )


def request(method: str, path: str, token: str = "", body: bytes = b"") -> bytes:
    """Write a request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    if token:
        head += f"Authorization: Bearer {token}\r\n"
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body
