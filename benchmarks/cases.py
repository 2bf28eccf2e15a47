"""The accounts and requests of the benchmark."""

import argparse
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any

import asyncpg
import httpx2
import orjson

from benchmarks.accounts import PASSWORD, build, build_history
from benchmarks.load import request
from exercise_buddy.core.db.database import Database
from exercise_buddy.exercises.public import catalogue_id
from exercise_buddy.settings import Settings

BASE = "/api/v1"
SLUGS = ("barbell-bench-press-medium-grip", "barbell-squat", "barbell-deadlift", "pullups", "barbell-curl")
SMALL, OLD = "small", "ten years"
SMALL_ACCOUNTS = 8
"""More than one, because a server works on two requests of a user at a time."""
WRITERS = 16
"""One user's writes wait for each other."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account, a token, and a workout of it."""

    user_id: Any
    token: str
    workout_id: str


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of request: what each account sends.

    Attributes:
        targets: the least ratio of the product's requests per second to those of a floor, by the name of the floor.
        writes: whether a floor has to write as well.

    """

    name: str
    account: str
    path: Callable[[Account], str]
    method: str = "GET"
    bodies: tuple[bytes, ...] = (b"",)
    conditional: bool = False
    targets: tuple[tuple[str, float], ...] = ()
    writes: bool = False

    def build(self, accounts: list[Account], tags: dict[str, str]) -> list[bytes]:
        """Return the requests of all accounts in turn, with the entity tags of their paths."""
        bodies = cycle(self.bodies)
        return [
            request(
                self.method,
                BASE + self.path(account),
                account.token,
                next(bodies),
                f"If-None-Match: {tags[self.path(account)]}\r\n" if self.conditional else "",
            )
            for _ in self.bodies
            for account in accounts
        ]


def workout(started_at: datetime, exercises: int = 5, sets: int = 4) -> dict[str, Any]:
    return {
        "title": "Benchmark",
        "started_at": started_at.isoformat(),
        "ended_at": (started_at + timedelta(hours=1)).isoformat(),
        "time_zone": "UTC",
        "exercises": [
            {
                "exercise_id": str(catalogue_id(SLUGS[number % len(SLUGS)])),
                "sets": [{"reps": 5 + n % 8, "weight_kg": 60 + 2.5 * (n % 8)} for n in range(sets)],
            }
            for number in range(exercises)
        ],
    }


CREATED = orjson.dumps(workout(datetime(2026, 1, 5, 12, tzinfo=UTC), 6, 4))


def _constant(path: str) -> Callable[[Account], str]:
    return lambda _: path


READS = [
    Case("users/me", SMALL, _constant("/users/me"), targets=(("same_sql", 0.6),)),
    Case("list of 20", SMALL, _constant("/workouts"), targets=(("same_sql", 0.75), ("stored", 0.5))),
    Case("list of 20 with sets", SMALL, _constant("/workouts?include=sets")),
    Case("one", SMALL, lambda a: f"/workouts/{a.workout_id}", targets=(("same_sql", 0.7), ("stored", 0.5))),
    Case("one, 304", SMALL, lambda a: f"/workouts/{a.workout_id}", conditional=True),
    Case("summary", SMALL, _constant("/statistics/summary"), targets=(("same_sql", 0.75), ("stored", 0.5))),
    Case("summary, 304", SMALL, _constant("/statistics/summary"), conditional=True),
    Case("dashboard", SMALL, _constant("/statistics/dashboard"), targets=(("stored", 0.5),)),
    Case("records", SMALL, _constant("/statistics/records")),
    Case("change feed of 100", SMALL, _constant("/sync/changes?limit=100")),
    Case("exercise search", SMALL, _constant("/exercises?search=bench%20press")),
    Case("list of 20", OLD, _constant("/workouts"), targets=(("same_sql", 0.75), ("stored", 0.5))),
    Case("summary", OLD, _constant("/statistics/summary"), targets=(("stored", 0.5),)),
    Case("dashboard", OLD, _constant("/statistics/dashboard"), targets=(("stored", 0.5),)),
]
CREATE = Case(
    "create 24 sets", SMALL, _constant("/workouts"), "POST", (CREATED,), targets=(("same_sql", 0.6),), writes=True
)


async def build_accounts(settings: Settings, database: Database, admin: asyncpg.Connection, *, with_old: bool) -> None:
    """Create the accounts: `SMALL_ACCOUNTS` of 50 workouts, and one of ten years if it is asked for."""
    for number in range(SMALL_ACCOUNTS):
        await build(settings, database, f"small{number}@bench.example", 50, 120)
    if with_old:
        user_id = await build(settings, database, "old@bench.example", 5_000, 3_652)
        await build_history(admin, user_id, 3_652)


async def add_users(admin: asyncpg.Connection, count: int) -> None:
    """Add users who have copies of the first ten workouts of a small account, and vacuum."""
    source = await admin.fetchval("SELECT id FROM user_account WHERE email = 'small0@bench.example'")
    names = [f"copy{number}-{secrets.token_hex(3)}@bench.example" for number in range(count)]
    own = {"id": "gen_random_uuid()", "email": "e", "email_key": "e", "username": "NULL", "username_key": "NULL"}
    columns = await _columns(admin, "user_account")
    users = await admin.fetch(
        f"INSERT INTO user_account ({', '.join(columns)})"
        f" SELECT {', '.join(own.get(name, f't.{name}') for name in columns)}"
        " FROM user_account t, unnest($2::text[]) e WHERE t.id = $1 RETURNING id",
        source,
        names,
    )
    ids = [row[0] for row in users]
    await admin.execute(
        "INSERT INTO user_revision (user_id, revision) SELECT u, 1 FROM unnest($1::uuid[]) u ON CONFLICT DO NOTHING",
        ids,
    )
    chosen = "SELECT id FROM workout WHERE user_id = $1 ORDER BY id LIMIT 10"
    for table in ("workout", "workout_exercise", "workout_set", "exercise_record"):
        columns = await _columns(admin, table)
        values = ", ".join("u" if name == "user_id" else f"t.{name}" for name in columns)
        key = "id" if table == "workout" else "workout_id"
        for begin in range(0, count, 200):
            await admin.execute(
                f"INSERT INTO {table} ({', '.join(columns)}) SELECT {values} FROM {table} t, unnest($2::uuid[]) u"
                f" WHERE t.user_id = $1 AND t.{key} IN ({chosen})",
                source,
                ids[begin : begin + 200],
                timeout=300,
            )
    await admin.execute("VACUUM (ANALYZE)", timeout=300)


async def _columns(admin: asyncpg.Connection, table: str) -> list[str]:
    """Return the names of the columns of a table that an INSERT may set."""
    rows = await admin.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped"
        " AND attgenerated = '' AND attidentity = ''",
        table,
    )
    return [row[0] for row in rows]


def sign_in(port: int, email: str) -> Account:
    """Sign in to an account that `build_accounts` created."""
    client = httpx2.Client(base_url=f"http://127.0.0.1:{port}{BASE}", timeout=60)
    form = {"username": email, "password": PASSWORD}
    token = client.post("/auth/login", data=form).raise_for_status().json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    user_id = client.get("/users/me", headers=headers).raise_for_status().json()["id"]
    listed = client.get("/workouts?limit=1", headers=headers).raise_for_status().json()["items"]
    return Account(user_id, token, listed[0]["id"] if listed else "")


def register(port: int) -> Account:
    """Create an account with one workout."""
    client = httpx2.Client(base_url=f"http://127.0.0.1:{port}{BASE}", timeout=60)
    email = f"{secrets.token_hex(6)}@bench.example"
    client.post("/auth/register", json={"email": email, "password": PASSWORD}).raise_for_status()
    account = sign_in(port, email)
    headers = {"Authorization": f"Bearer {account.token}"}
    client.post("/workouts", content=CREATED, headers=headers | {"Content-Type": "application/json"}).raise_for_status()
    return sign_in(port, email)


def one_set_changes(port: int, writers: list[Account], sets: int) -> Case:
    """Return the case of changing the first set of a workout of so many sets, back and forth."""
    client = httpx2.Client(base_url=f"http://127.0.0.1:{port}{BASE}", timeout=60)
    paths = {}
    for writer in writers:
        body = orjson.dumps(workout(datetime(2026, 2, 2, 12, tzinfo=UTC), 5, sets // 5))
        headers = {"Authorization": f"Bearer {writer.token}", "Content-Type": "application/json"}
        created = client.post("/workouts", content=body, headers=headers).raise_for_status().json()
        first = created["exercises"][0]["sets"][0]["id"]
        paths[writer.user_id] = f"/workouts/{created['id']}/sets/{first}"
    # An odd number of bodies for each writer in turn, so that each one's set changes every time.
    bodies = tuple(orjson.dumps({"reps": reps}) for reps in (5, 6, 7))
    return Case(f"change one set of {sets}", SMALL, lambda a: paths[a.user_id], "PATCH", bodies, writes=True)


def append_case(port: int, writers: list[Account]) -> Case:
    """Return the case of appending a set to a workout that grows."""
    client = httpx2.Client(base_url=f"http://127.0.0.1:{port}{BASE}", timeout=60)
    paths = {}
    for writer in writers:
        body = orjson.dumps(workout(datetime(2026, 2, 3, 12, tzinfo=UTC), 1, 1))
        headers = {"Authorization": f"Bearer {writer.token}", "Content-Type": "application/json"}
        created = client.post("/workouts", content=body, headers=headers).raise_for_status().json()
        paths[writer.user_id] = f"/workouts/{created['id']}/sets"
    body = orjson.dumps({"exercise_id": str(catalogue_id(SLUGS[0])), "sets": [{"reps": 5, "weight_kg": 60}]})
    return Case("append one set", SMALL, lambda a: paths[a.user_id], "POST", (body,), writes=True)


def parse_arguments(text: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=text, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2.0, help="How long each server is loaded at a time.")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=16)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--users", type=int, default=1, help="Further users in the database, such as 2000.")
    parser.add_argument("--quick", action="store_true", help="Without the account of ten years; one round of a second.")
    parser.add_argument("--only", help="What the name of a case begins with.")
    parser.add_argument("--json", help="Write the results to this file.")
    parser.add_argument("--against", help="Print the changes since the results in this file.")
    return parser.parse_args()
