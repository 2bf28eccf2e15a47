"""Databases of former releases, upgraded: nothing is lost, and each statistic equals a recount.

`tests/upgrades/create.py` has written the dumps with the code of each release.
"""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from alembic import command

from exercise_buddy.core.db.database import Database
from exercise_buddy.exercises import catalogue
from exercise_buddy.migration import migrate
from exercise_buddy.statistics.consistency import verify_totals
from tests.diary import Clock, Diary
from tests.recount.comparing import Question
from tests.recount.model import Done, Evidence, Goal, Life, Rep, Set, Workout
from tests.support import PASSWORD, Connection, Person, RunningApp, StartApp
from tests.test_migrations import alembic, revisions, run
from tests.test_statistics_recount import ask_all, clock

__all__ = ["clock"]

DUMPS = sorted(Path(__file__).parent.glob("*.sql"))
NOW = datetime.fromisoformat("2026-12-01T12:00:00+00:00")
ROWS = "SELECT count(*) FROM {}"
# What users have entered; no later release may lose it.
ENTERED = (
    "user_account",
    "password_credential",
    "workout",
    "workout_exercise",
    "workout_set",
    "custom_exercise",
    "body_measurement",
    "routine",
    "goal",
    "workout_import",
)
SETS = """
SELECT s.user_id, workout_id, exercise_position, position, kind, reps, weight_kg, duration_seconds, distance_meters, rpe
FROM workout_set s ORDER BY 1, 2, 3, 4
"""


@pytest.fixture(autouse=True)
def english_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Migrate with the aliases of one language: to store all 18,000 twice takes half of the time, and nothing asks."""
    aliases = [*catalogue._table("aliases/en.tsv")]
    monkeypatch.setattr(catalogue, "_alias_rows", lambda: aliases)


@pytest.fixture(params=DUMPS, ids=lambda path: path.stem)
async def database_url(request: pytest.FixtureRequest, empty_database_url: str) -> str:
    """The URL of a database of a former release. The app of the test has it, too."""
    revision, rows = request.param.stem, request.param.read_text()
    await run(empty_database_url, alembic(command.upgrade, revision))
    connection = await asyncpg.connect(empty_database_url)
    # As `pg_restore` does: the rows have what triggers have written.
    await connection.execute("SET session_replication_role = replica")
    await connection.execute(rows)
    await connection.close()
    return empty_database_url


async def read_entered(url: str) -> dict[str, Any]:
    """Return how many rows of each kind a database has, and all sets."""
    connection = await asyncpg.connect(url)
    found: dict[str, Any] = {}
    for table in ENTERED:
        if await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", table):
            found[table] = await connection.fetchval(ROWS.format(table))
    found["sets"] = [tuple(row) for row in await connection.fetch(SETS)]
    await connection.close()
    return found


async def list_differences(url: str) -> list[Any]:
    """Recompute all totals, records and documents; return those that are stored otherwise."""
    async with Database.open(url) as database:
        return [
            difference
            async for result in verify_totals(database, None, repair=False, batch=100)
            for difference in result.differences
        ]


async def sign_in(app: RunningApp, name: str) -> Person:
    client = app.client()
    form = {"username": f"{name}@example.com", "password": PASSWORD, "scope": "offline_access"}
    response = await client.post("/api/v1/auth/login", data=form)
    assert response.status_code == 200, response.text
    tokens = response.json()
    client.headers["Authorization"] = f"Bearer {tokens['access_token']}"
    profile = (await client.get("/api/v1/users/me")).json()
    return Person(profile["id"], profile["email"], PASSWORD, tokens["refresh_token"], client)


def read_set(content: dict[str, Any]) -> Set:
    evidence = content["evidence"]
    seen = evidence and Evidence(evidence["detected_reps"], tuple(map(read_rep, evidence["reps"] or ())))
    return Set(
        content["reps"],
        content["weight_kg"],
        content["duration_seconds"],
        content["distance_meters"],
        seen,
        warm_up=content["kind"] == "warm_up",
    )


def read_rep(content: dict[str, Any]) -> Rep:
    return Rep(**{name: value for name, value in content.items() if name in Rep.__dataclass_fields__})


class LongDiary(Diary):
    """A diary of nearly two years, whose workouts were read from the API."""

    async def identify(self) -> None:
        """Do nothing: the workouts were read with their ids."""

    async def check(self, questions: Iterable[Question]) -> None:
        await super().check(question for question in questions if not is_too_long(question))


def is_too_long(question: Question) -> bool:
    """Return whether a question is for a longer calendar than the API has."""
    if question.path != "/calendar" or "from" not in question.query:
        return False
    first, last = (date.fromisoformat(question.query[name]) for name in ("from", "to"))
    return (last - first).days >= 366


async def read_diary(person: Person, clock: type[Clock], folder: Path) -> Diary:
    """Return the history of a person, as the API tells it after the upgrade, for the recount."""
    profile = (await person.get("/users/me")).json()
    life = Life(profile["time_zone"], profile["week_starts_on"])
    diary = LongDiary(person, clock, life, folder)
    for content in reversed(await person.list_all("/workouts", limit=100, include="sets")):
        done = []
        for entry in content["exercises"]:
            exercise = await diary.exercise(entry["exercise"]["id"])
            done.append(Done(exercise.name, [read_set(each) for each in entry["sets"]], exercise))
        ended_at = content["ended_at"] and datetime.fromisoformat(content["ended_at"])
        started_at = datetime.fromisoformat(content["started_at"])
        workout = Workout(content["title"], started_at, ended_at, content["time_zone"], done)
        workout.id, workout.recorded_kcal = content["id"], content["energy_kcal"]
        life.workouts.append(workout)
    for measured in reversed(await person.list_all("/users/me/body-measurements", limit=100)):
        life.masses.append((date.fromisoformat(measured["measured_on"]), measured["mass_kg"]))
    for goal in (await person.get("/statistics/goal/history")).json()["items"]:
        since, until = (goal[name] and date.fromisoformat(goal[name]) for name in ("valid_since", "valid_until"))
        life.goals.append(Goal(goal["metric"], goal["target"], tuple(goal["rest_days"]), since, until))
    clock.moment = NOW
    return diary


async def test_an_upgrade_loses_nothing_and_every_statistic_equals_a_recount(
    database_url: str, start_app: StartApp, clock: type[Clock], tmp_path: Path
) -> None:
    before = await read_entered(database_url)
    connection = await asyncpg.connect(database_url)
    revision = await connection.fetchval("SELECT version_num FROM alembic_version")

    await migrate(database_url)

    after = await read_entered(database_url)
    assert {name: after[name] for name in before} == before
    assert before["workout"] >= 15
    assert await list_differences(database_url) == []
    app = await start_app()
    for name in ("ann", "bob"):
        person = await sign_in(app, name)
        diary = await read_diary(person, clock, tmp_path)
        assert len(diary.life.workouts) == (5 if name == "bob" else before["workout"] - 5)
        await ask_all(diary, long=name == "ann")
        await person.client.aclose()

    await go_down_and_up(database_url, connection, revision)
    assert {name: value for name, value in (await read_entered(database_url)).items() if name in before} == before
    await connection.close()


async def go_down_and_up(url: str, connection: Connection, revision: str) -> None:
    """Downgrade a database to a revision and upgrade it again."""
    await run(url, alembic(command.downgrade, revision))
    assert await connection.fetchval("SELECT version_num FROM alembic_version") == revision
    await migrate(url)
    assert await connection.fetchval("SELECT version_num FROM alembic_version") == revisions()[0]
    assert await list_differences(url) == []


def test_there_is_a_dump_of_each_schema_that_differs_and_it_is_small() -> None:
    assert [path.stem for path in DUMPS] == ["0004", "0006", "0011", "0019", "0026", "0040", "0046", "0051"]
    assert max(path.stat().st_size for path in DUMPS) < 100_000
