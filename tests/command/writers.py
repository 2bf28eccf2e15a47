"""Clients that write while something fails, and what the server has acknowledged to them."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx2

from tests.command.processes import TIMEOUT_SECONDS

NO_LIMITS = {"RATE_LIMITS": "signed_in=99999/minute,anonymous=99999/minute,work=999999/minute"}


class Writers:
    """Clients that log workouts, and what the server has responded to them."""

    def __init__(self) -> None:
        self.acknowledged: set[str] = set()
        self.responses: set[tuple[int, bool]] = set()
        """The statuses, and whether the response had `Retry-After`."""
        self.slowest_seconds = 0.0
        self.is_done = threading.Event()

    def write(self, base_url: str, headers: dict[str, str]) -> None:
        body = {"started_at": "2026-05-01T10:00:00Z", "exercises": []}
        with httpx2.Client(base_url=base_url, headers=headers, timeout=TIMEOUT_SECONDS) as client:
            while not self.is_done.is_set():
                began = time.monotonic()
                response = client.post("/api/v1/workouts", json=body)
                self.slowest_seconds = max(self.slowest_seconds, time.monotonic() - began)
                self.responses.add((response.status_code, "retry-after" in response.headers))
                if response.status_code == 201:
                    self.acknowledged.add(response.json()["id"])
                time.sleep(0.02)

    def wait_for_another(self) -> float:
        """Wait until a further workout is stored; return the seconds that it took."""
        began, known = time.monotonic(), len(self.acknowledged)
        while len(self.acknowledged) == known:
            assert time.monotonic() < began + TIMEOUT_SECONDS, self.responses
            time.sleep(0.02)
        return time.monotonic() - began


@contextmanager
def writing(client: httpx2.Client, headers: dict[str, str]) -> Iterator[Writers]:
    """Run four writers."""
    writers = Writers()
    with ThreadPoolExecutor(4) as threads:
        running = [threads.submit(writers.write, str(client.base_url), headers) for _ in range(4)]
        try:
            writers.wait_for_another()
            yield writers
        finally:
            writers.is_done.set()
        for writer in running:
            writer.result()


def list_workouts(client: httpx2.Client, headers: dict[str, str]) -> set[str]:
    """Return the ids of all workouts of a user."""
    found: set[str] = set()
    cursor: str | None = None
    while True:
        page = client.get(
            "/api/v1/workouts", params={"limit": 100} | ({"cursor": cursor} if cursor else {}), headers=headers
        ).json()
        found |= {workout["id"] for workout in page["items"]}
        cursor = page["next_cursor"]
        if cursor is None:
            return found
