"""People who write workouts all the time, and remember what the server has acknowledged."""

import contextlib
import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

from tests.command.processes import sign_in
from tests.factories import BENCH, exercise, workout
from tests.support import PASSWORD

REQUEST_SECONDS = 20.0
"""How long a person waits for a response. The server promises one within 6 s, on a machine that is not busy."""
_PAUSE_SECONDS = 0.01

Version = int | None
"""What a workout contains, as the number of its reps. None: it does not exist."""


@dataclass
class Diary:
    """The workouts of a person, as the responses tell."""

    stored: dict[str, Version] = field(default_factory=dict)
    """By id, the version that was acknowledged last."""
    unanswered: dict[str, Version] = field(default_factory=dict)
    """By id, the version of a write that was refused or not answered: it may be stored or not. It stays so."""
    refused: list[str] = field(default_factory=list)
    """Responses that the promise excludes."""
    outcomes: Counter[str] = field(default_factory=Counter)
    """The number of responses by status, and of errors by name."""
    slowest_seconds: float = 0

    def allows(self, workout_id: str, version: Version) -> bool:
        """Return whether a workout may have a version."""
        versions = {self.stored.get(workout_id)}
        if workout_id in self.unanswered:
            versions.add(self.unanswered[workout_id])
        return version in versions

    def acknowledge(self, changes: dict[str, Version]) -> None:
        """Note that a write was acknowledged, perhaps after attempts of it that were not."""
        self.stored |= changes
        for workout_id in changes:
            self.unanswered.pop(workout_id, None)


class Writer:
    """A person who writes, in a thread."""

    def __init__(self, base_url: str, name: str, seed: int) -> None:
        self.diary = Diary()
        self.headers: dict[str, str] = {}
        self._base_url = base_url
        self._random = random.Random(seed)  # noqa: S311  (choices of a test)
        self._versions = itertools.count(1)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)
        self._acknowledged_from = 0.0
        self._login = {"username": f"{name}@example.org", "password": PASSWORD}
        with httpx2.Client(base_url=base_url, timeout=60) as client:
            account = {"email": self._login["username"], "password": PASSWORD, "time_zone": "Europe/Berlin"}
            assert client.post("/api/v1/auth/register", json=account).status_code == 201
            self.headers = sign_in(client, self._login)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(REQUEST_SECONDS * 2)
        assert not self._thread.is_alive()

    @property
    def acknowledged_from(self) -> float:
        """When the last write began that was acknowledged, by the monotonic clock."""
        return self._acknowledged_from

    def _write(self) -> None:
        with httpx2.Client(base_url=self._base_url, headers=self.headers, timeout=REQUEST_SECONDS) as client:
            while not self._stop.is_set():
                self._write_once(client)
                self._stop.wait(_PAUSE_SECONDS)

    def _write_once(self, client: httpx2.Client) -> None:
        known = [i for i, version in self.diary.stored.items() if version and i not in self.diary.unanswered]
        version = next(self._versions)
        choice = self._random.random()
        if not known or choice < 0.5:
            workout_id = str(uuid4())
            self._send(client, {workout_id: version}, "POST", "", id=workout_id, **describe(version))
        elif choice < 0.7:
            workout_id = self._random.choice(known)
            self._send(client, {workout_id: version}, "PUT", f"/{workout_id}", **describe(version))
        elif choice < 0.8:
            workout_id = self._random.choice(known)
            self._send(client, {workout_id: None}, "DELETE", f"/{workout_id}")
        else:
            self._send_batch(client, 3, self._random.sample(known, min(2, len(known))))

    def _send_batch(self, client: httpx2.Client, creations: int, deleted: list[str]) -> None:
        """Send creations and deletions that happen all or not at all."""
        created = {str(uuid4()): next(self._versions) for _ in range(creations)}
        operations = [
            *({"operation": "create_workout", "id": i, "data": describe(version)} for i, version in created.items()),
            *({"operation": "delete_workout", "id": i} for i in deleted),
        ]
        changes: dict[str, Version] = {**created, **dict.fromkeys(deleted)}
        self._send(client, changes, "POST", "sync/batch", operations=operations, atomic=True)

    def _send(self, client: httpx2.Client, changes: dict[str, Version], method: str, path: str, **body: Any) -> None:
        self._try(client, changes, method, path, body)

    def _try(
        self,
        client: httpx2.Client,
        changes: dict[str, Version],
        method: str,
        path: str,
        body: dict[str, Any],
        key: str | None = None,
    ) -> bool:
        """Send a request and note what comes of it; return whether it was acknowledged."""
        address = f"/api/v1/{path}" if path.startswith("sync") else f"/api/v1/workouts{path}"
        began = time.monotonic()
        try:
            response = client.request(
                method, address, json=body or None, headers={"Idempotency-Key": key} if key else {}
            )
        except httpx2.TimeoutException:
            self.diary.refused.append(f"{method} {path}: no response within {REQUEST_SECONDS} s")
            self.diary.unanswered |= changes
            return False
        except httpx2.TransportError as error:
            # The process or the machine is gone: nobody can answer. The next request finds another or waits.
            self.diary.outcomes[type(error).__name__] += 1
            self.diary.unanswered |= changes
            self._stop.wait(0.2)
            return False
        self.diary.slowest_seconds = max(self.diary.slowest_seconds, time.monotonic() - began)
        self.diary.outcomes[str(response.status_code)] += 1
        if response.is_success:
            self.diary.acknowledge(changes)
            self._acknowledged_from = began
            return True
        # Of a 503, the client cannot know whether the commit happened before the connection was lost.
        self.diary.unanswered |= changes
        if response.status_code != 503 or "Retry-After" not in response.headers:
            self.diary.refused.append(f"{method} {path}: {response.status_code} {response.text[:300]}")
        if response.status_code == 401:
            self.headers = sign_in(client, self._login)
            client.headers.update(self.headers)
        self._stop.wait(0.1)
        return False


class Repeater(Writer):
    """A person who sends large batches, and repeats each with its `Idempotency-Key` until it is acknowledged."""

    def _write_once(self, client: httpx2.Client) -> None:
        known = [i for i, version in self.diary.stored.items() if version]
        self._send_batch(client, 40, self._random.sample(known, min(30, len(known))))

    def _send(self, client: httpx2.Client, changes: dict[str, Version], method: str, path: str, **body: Any) -> None:
        key = str(uuid4())
        while not self._try(client, changes, method, path, body, key) and not self._stop.is_set():
            pass


def describe(version: int) -> dict[str, Any]:
    """Return a workout that shows its version in its title and in its only set."""
    return workout(exercise(BENCH, {"reps": version, "weight_kg": 20}), title=f"Version {version}")


class Writers:
    """Several people who write at the same time."""

    def __init__(self, base_url: str, count: int, kind: type[Writer]) -> None:
        self.base_url = base_url
        self.people = [kind(base_url, f"writer{number}", number) for number in range(count)]

    def wait_for_progress(self, seconds: float) -> float:
        """Wait until a write of each person that began after this call is acknowledged; return the seconds it took.

        Raises:
            AssertionError: it takes longer than `seconds`.

        """
        began = time.monotonic()
        while not all(person.acknowledged_from > began for person in self.people):
            taken = time.monotonic() - began
            assert taken < seconds, f"No write was acknowledged for {taken:.1f} s: {self.summarise()}"
            time.sleep(0.02)
        taken = time.monotonic() - began
        print(f"progress after {taken:.2f} s: {self.summarise()}")  # noqa: T201
        return taken

    def count_outcomes(self) -> Counter[str]:
        """Return the number of responses by status, and of errors by name."""
        return sum((person.diary.outcomes for person in self.people), Counter[str]())

    def summarise(self) -> str:
        """Return what happened in a line."""
        outcomes = self.count_outcomes()
        unanswered = sum(len(person.diary.unanswered) for person in self.people)
        slowest = max(person.diary.slowest_seconds for person in self.people)
        return f"{dict(outcomes)}, {unanswered} workouts uncertain, slowest response {slowest:.2f} s"


@contextlib.contextmanager
def writing(base_url: str, count: int = 4, kind: type[Writer] = Writer) -> Iterator[Writers]:
    """Let people write while the block runs. It begins when each has written."""
    writers = Writers(base_url, count, kind)
    for person in writers.people:
        person.start()
    try:
        writers.wait_for_progress(30)
        yield writers
    finally:
        for person in writers.people:
            person.stop()
