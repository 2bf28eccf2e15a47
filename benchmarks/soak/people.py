"""People who use the API all the time: what they send."""

import random
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import httpx2

from benchmarks.cases import workout
from benchmarks.soak.records import Records

PASSWORD = "correct horse battery staple"
# So many that lists have pages, and so few that what a request costs does not grow: the oldest are deleted.
WORKOUTS = 60
_BEGUN = datetime(2026, 1, 1, 17, tzinfo=UTC)
_STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    + "".join(
        f'2025-02-{day:02} 18:00:00,"Evening",1h,"Bench Press (Barbell)",{number},70,5,0,0,"","",8\n'
        for day in range(1, 21)
        for number in range(1, 6)
    )
)


class Person:
    """A user, with a client of their own."""

    def __init__(self, port: int, name: str, records: Records) -> None:
        self.records = records
        # The server closes connections that are idle for longer.
        limits = httpx2.Limits(keepalive_expiry=2)
        self.client = httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}/api/v1", limits=limits, timeout=120)
        self._login = {"username": f"{name}@soak.example", "password": PASSWORD, "scope": "offline_access"}
        self._refresh_token = ""
        self._workouts: deque[str] = deque()
        self._days = count()
        self._cursor: str | None = None
        self._tags: dict[str, str] = {}
        self._random = random.Random(name)  # noqa: S311  (plausible, not secret)
        self.actions: dict[str, tuple[float, Callable[[float], Awaitable[None]]]] = {
            "profile": (8, self._get("profile", "/users/me")),
            "list": (12, self._get("list", "/workouts")),
            "list with sets": (4, self._get("list with sets", "/workouts?include=sets")),
            "one": (12, self.read_one),
            "summary": (8, self._get("summary", "/statistics/summary")),
            "dashboard": (10, self._get("dashboard", "/statistics/dashboard")),
            "records": (4, self._get("records", "/statistics/records")),
            "changes": (6, self.follow_changes),
            "search": (4, self._get("search", "/exercises?search=bench%20press")),
            "create": (14, self.create),
            "replace": (5, self.replace),
            "append": (9, self.append),
            "batch": (2, self.send_batch),
            "measure": (2, self.measure),
        }

    @property
    def token(self) -> str:
        """The access token."""
        return str(self.client.headers["Authorization"]).removeprefix("Bearer ")

    async def sign_up(self) -> None:
        """Register, and sign in."""
        account = {"email": self._login["username"], "password": PASSWORD, "time_zone": "Europe/Berlin"}
        (await self.client.post("/auth/register", json=account)).raise_for_status()
        self._accept((await self.client.post("/auth/login", data=self._login)).raise_for_status())

    async def prepare(self) -> None:
        """Create the first workouts."""
        ids = [str(uuid4()) for _ in range(WORKOUTS)]
        operations = [{"operation": "create_workout", "id": i, "data": self._describe()} for i in ids]
        content = {"operations": operations, "atomic": True}
        (await self.client.post("/sync/batch", json=content)).raise_for_status()
        self._workouts.extend(ids)

    async def act(self, due: float) -> None:
        """Do something, as often as people do it."""
        weights = [weight for weight, _ in self.actions.values()]
        (name,) = self._random.choices(list(self.actions), weights)
        await self.actions[name][1](due)

    async def send(self, kind: str, due: float, method: str, path: str, **content: Any) -> httpx2.Response | None:
        """Send a request; return its response, or None if it failed."""
        self.records.begin()
        try:
            response = await self.client.request(method, path, **content)
        except httpx2.TransportError as error:
            self.records.fail(kind, type(error).__name__)
            return None
        if response.status_code >= 400:
            self.records.fail(kind, f"{response.status_code} {response.text[:200]}")
            return None
        self.records.add(kind, due, writes=method != "GET")
        return response

    def _get(self, kind: str, path: str) -> Callable[[float], Awaitable[None]]:
        async def get(due: float) -> None:
            await self.send(kind, due, "GET", path)

        return get

    def _choose(self) -> str:
        """Return one of the newer workouts: an older one may be deleted meanwhile."""
        return self._workouts[-self._random.randint(1, len(self._workouts) // 2)]

    def _describe(self) -> dict[str, Any]:
        # A year of days, again and again: the dates of what is stored stay in the same months.
        return workout(_BEGUN + timedelta(days=next(self._days) % 300, minutes=self._random.randrange(300)), 4, 3)

    async def read_one(self, due: float) -> None:
        """Read a workout, which half of the time is not modified."""
        workout_id = self._choose()
        tag = self._tags.get(workout_id) if self._random.random() < 0.5 else None
        headers = {"If-None-Match": tag} if tag else {}
        response = await self.send("one", due, "GET", f"/workouts/{workout_id}", headers=headers)
        if response is not None:
            self._tags[workout_id] = response.headers["ETag"]

    async def follow_changes(self, due: float) -> None:
        """Read what has changed since the last time."""
        query = {"limit": "100"} | ({"since": self._cursor} if self._cursor else {})
        response = await self.send("changes", due, "GET", "/sync/changes", params=query)
        if response is not None:
            self._cursor = response.json()["next_cursor"]

    async def create(self, due: float) -> None:
        """Log a workout, and delete the oldest one if there are enough."""
        headers = {"Idempotency-Key": str(uuid4())}
        response = await self.send("create", due, "POST", "/workouts", json=self._describe(), headers=headers)
        if response is not None:
            self._workouts.append(response.json()["id"])
        while len(self._workouts) > WORKOUTS:
            oldest = self._workouts.popleft()
            self._tags.pop(oldest, None)
            await self.send("delete", self.records.now(), "DELETE", f"/workouts/{oldest}")

    async def replace(self, due: float) -> None:
        """Edit a workout."""
        await self.send("replace", due, "PUT", f"/workouts/{self._choose()}", json=self._describe())

    async def append(self, due: float) -> None:
        """Add a set to a workout."""
        content = {
            "exercise_id": self._describe()["exercises"][0]["exercise_id"],
            "sets": [{"reps": 8, "weight_kg": 60}],
        }
        await self.send("append", due, "POST", f"/workouts/{self._choose()}/sets", json=content)

    async def send_batch(self, due: float) -> None:
        """Synchronize a device that was offline: two new workouts, of which it deletes one again."""
        ids = [str(uuid4()), str(uuid4())]
        operations = [{"operation": "create_workout", "id": i, "data": self._describe()} for i in ids]
        operations.append({"operation": "delete_workout", "id": ids[0]})
        content = {"operations": operations, "atomic": True}
        headers = {"Idempotency-Key": str(uuid4())}
        if await self.send("batch", due, "POST", "/sync/batch", json=content, headers=headers) is not None:
            self._workouts.append(ids[1])

    async def measure(self, due: float) -> None:
        """Store a measurement, and delete it."""
        day = (_BEGUN + timedelta(days=next(self._days) % 300)).date().isoformat()
        content = {"measured_on": day, "mass_kg": 80}
        response = await self.send("measure", due, "POST", "/users/me/body-measurements", json=content)
        if response is not None:
            path = f"/users/me/body-measurements/{response.json()['id']}"
            await self.send("measure", self.records.now(), "DELETE", path)

    async def sign_in_and_out(self, due: float) -> None:
        """Sign in on another device, and out again."""
        response = await self.send("sign in", due, "POST", "/auth/login", data=self._login)
        if response is not None:
            content = {"refresh_token": response.json()["refresh_token"]}
            await self.send("sign out", self.records.now(), "POST", "/auth/logout", json=content)

    async def refresh(self, due: float) -> None:
        """Exchange the refresh token."""
        content = {"refresh_token": self._refresh_token}
        response = await self.send("refresh", due, "POST", "/auth/refresh", json=content)
        if response is not None:
            self._accept(response)

    async def export(self, due: float) -> None:
        """Export everything."""
        await self.send("export", due, "GET", "/users/me/export")

    async def import_and_undo(self, due: float) -> None:
        """Import a file, and undo that."""
        content: dict[str, Any] = {
            "files": {"file": ("strong.csv", _STRONG)},
            "data": {"weight_unit": "kg", "time_zone": "UTC"},
        }
        response = await self.send("import", due, "POST", "/imports", **content)
        if response is not None:
            await self.send("undo", self.records.now(), "DELETE", f"/imports/{response.json()['id']}")

    def _accept(self, response: httpx2.Response) -> None:
        tokens = response.json()
        self.client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        self._refresh_token = tokens["refresh_token"]
