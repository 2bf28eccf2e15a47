"""Compares how long answers take that must not tell whether an account exists.

    uv run python -m benchmarks.login_timing [--samples 300] [--url http://localhost:8000]

Starts a server of its own, on an embedded PostgreSQL, unless --url names one whose limits are as wide as those below.
The medians of the known and the unknown may lie 10 % apart. Both are asked in turn, on one connection.
"""

import argparse
import json
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack

import httpx2

from benchmarks.servers import free_port, started

MAX_DIFFERENCE = 0.10
WIDE = dict.fromkeys(
    (
        "anonymous",
        "failed_logins_account",
        "failed_logins_account_long",
        "failed_logins_account_day",
        "failed_logins_address",
        "registrations_address",
        "mails_address",
        "mails_email",
    ),
    "1000000/minute",
)


def median_ms(samples: int, *asks: Callable[[], httpx2.Response]) -> list[float]:
    """Send the requests in turn; return the median duration of each."""
    taken: list[list[float]] = [[] for _ in asks]
    for number in range(samples + 10):
        for ask, times in zip(asks, taken, strict=True):
            started = time.perf_counter()
            status = ask().status_code
            if number >= 10:
                times.append(time.perf_counter() - started)
            assert status in {202, 401}, status
    return [statistics.median(times) * 1000 for times in taken]


def compare(client: httpx2.Client, samples: int) -> bool:
    """Print the medians, and say whether each pair lies close enough together."""
    email = f"known-{secrets.token_hex(4)}@example.com"
    content = {"email": email, "password": "correct horse battery staple"}
    client.post("/api/v1/auth/register", json=content).raise_for_status()

    def logs_in(identifier: str) -> Callable[[], httpx2.Response]:
        form = {"username": identifier, "password": "a wrong password"}
        return lambda: client.post("/api/v1/auth/login", data=form)

    def forgets(address: str) -> Callable[[], httpx2.Response]:
        return lambda: client.post("/api/v1/auth/password/forgot", json={"email": address})

    unknown = f"other-{secrets.token_hex(4)}@example.com"
    fine = True
    for name, make in (("login", logs_in), ("forgot", forgets)):
        known_ms, unknown_ms = median_ms(samples, make(email), make(unknown))
        difference = known_ms / unknown_ms - 1
        fine = fine and abs(difference) <= MAX_DIFFERENCE
        print(f"{name:8} known {known_ms:7.2f} ms   unknown {unknown_ms:7.2f} ms   {difference:+.1%}")
    return fine


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--url")
    given = parser.parse_args()
    with ExitStack() as stack:
        url = given.url
        if url is None:
            port = free_port()
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="exercise-buddy-timing-"))
            environment = {"DATA_DIR": folder, "RATE_LIMITS": json.dumps(WIDE), "SECRET_KEY": secrets.token_urlsafe(48)}
            stack.enter_context(
                started(
                    "api", [sys.executable, "-m", "exercise_buddy", "serve", "--port", str(port)], environment, port
                )
            )
            url = f"http://127.0.0.1:{port}"
        client = stack.enter_context(httpx2.Client(base_url=url, timeout=30))
        for _ in range(300):
            try:
                if client.get("/health/ready").status_code == 200:
                    break
            except httpx2.TransportError:
                pass
            time.sleep(0.1)
        sys.exit(0 if compare(client, given.samples) else 1)


if __name__ == "__main__":
    main()
