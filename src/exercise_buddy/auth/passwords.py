"""The length of passwords, and their hashing.

Argon2id with OWASP's minimum (19 MiB, t=2, p=1): 20 ms and about 95 logins/s on two cores. The hashing runs in threads:
on the event loop it would stop everything else for 20 ms.
"""

import secrets
import time
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, TypeVar, TypeVarTuple

from anyio.lowlevel import RunVar
from prometheus_client import CollectorRegistry, Gauge, Histogram
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pydantic import BeforeValidator, Field

from exercise_buddy.auth.settings import AuthSettings
from exercise_buddy.core.threads import run_in_thread

# A hash takes 20 ms. A client that waits for 10 s gives up.
_WAIT_BUCKETS = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

MIN_LENGTH = 8
MAX_LENGTH = 128

Arguments = TypeVarTuple("Arguments")
Result = TypeVar("Result")


class _HashMetrics:
    """The hashes of a process: those that wait for one of its threads, those that run, and how long they have waited.

    Other blocking work has the same threads.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        hashes = Gauge(
            "password_hashes",
            "Password hashes that wait for a thread, or run in one.",
            ["state"],
            multiprocess_mode="livesum",
            registry=registry,
        )
        self._waiting, self._running = hashes.labels("waiting"), hashes.labels("running")
        self._waits = Histogram(
            "password_hash_wait_seconds",
            "Time until a thread begins to hash a password.",
            buckets=_WAIT_BUCKETS,
            registry=registry,
        )

    async def run(self, function: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
        queued_at = time.perf_counter()
        is_waiting = True
        self._waiting.inc()

        def begin() -> Result:
            nonlocal is_waiting
            is_waiting = False
            self._waiting.dec()
            self._waits.observe(time.perf_counter() - queued_at)
            with self._running.track_inprogress():
                return function(*arguments)

        try:
            return await run_in_thread(begin)
        finally:
            if is_waiting:
                # The client has gone before a thread was free.
                self._waiting.dec()


# Like the threads, it belongs to the event loop, and no function that hashes need know it.
_metrics: RunVar[_HashMetrics] = RunVar("password_hash_metrics")


def measure_hashing(registry: CollectorRegistry) -> None:
    """Measure the hashing of this event loop from now on. A command that serves nobody need not."""
    _metrics.set(_HashMetrics(registry))


async def _run_in_thread(function: Callable[[*Arguments], Result], *arguments: *Arguments) -> Result:
    metrics = _metrics.get(None)
    if metrics is None:
        return await run_in_thread(function, *arguments)
    return await metrics.run(function, *arguments)


@lru_cache(maxsize=8)
def _create_hasher(memory_kib: int, iterations: int) -> tuple[PasswordHash, str]:
    hasher = PasswordHash((Argon2Hasher(memory_cost=memory_kib, time_cost=iterations, parallelism=1),))
    return hasher, hasher.hash(secrets.token_urlsafe())


def _get_hasher(settings: AuthSettings) -> tuple[PasswordHash, str]:
    return _create_hasher(settings.password_hash_memory_kib, settings.password_hash_iterations)


def normalize_password(password: str) -> str:
    """Return the form of a password that is hashed: two keyboards may send the same one as different bytes."""
    return unicodedata.normalize("NFC", password)


def _normalize(value: object) -> object:
    return normalize_password(value) if isinstance(value, str) else value


# The length is that of the form that is hashed: which keyboard was used makes no difference.
NewPassword = Annotated[
    str,
    Field(min_length=MIN_LENGTH, max_length=MAX_LENGTH, description="A password that is hard to guess."),
    BeforeValidator(_normalize),
]


async def hash_password(settings: AuthSettings, password: str) -> str:
    """Return the hash of a password in PHC string format."""
    hasher, _ = _get_hasher(settings)
    return await _run_in_thread(hasher.hash, normalize_password(password))


async def verify_password(settings: AuthSettings, password: str, password_hash: str | None) -> tuple[bool, str | None]:
    """Return whether a password matches a hash, and a new hash if the parameters of the old one are outdated.

    Without a hash (the account or the password does not exist) the check takes the same time.
    """
    hasher, decoy = _get_hasher(settings)
    normalized = normalize_password(password)
    against = password_hash if password_hash is not None and len(normalized) <= MAX_LENGTH else decoy
    matches, updated = await _run_in_thread(hasher.verify_and_update, normalized[:MAX_LENGTH], against)
    return (matches, updated) if against is password_hash else (False, None)
