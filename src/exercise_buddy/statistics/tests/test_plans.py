"""How PostgreSQL runs the statements of statistics: by indexes that begin with the user, however many there are."""

import asyncio
import re
from collections.abc import Iterator
from typing import Any

import orjson
import pytest

from exercise_buddy.core.db.sql_files import LOADED, SqlFile
from tests.plans import nodes
from tests.support import Connection, RunningApp

pytestmark = pytest.mark.new_database

# What users own: the catalogue is everybody's, and small.
OWNED = {
    "workout",
    "workout_exercise",
    "workout_set",
    "exercise_record",
    "body_measurement",
    "goal",
    "custom_exercise",
    "user_account",
    "settled_totals",
    "settled_month",
    "settled_week",
    "settled_exercise",
}
STATEMENTS = {name: statement for name, statement in LOADED.items() if name.startswith("statistics/")}


async def plan_of(connection: Any, statement: SqlFile) -> dict[str, Any]:
    """Return the plan that the read pool makes of a statement: for any values of its parameters."""
    await connection.execute(f"PREPARE planned AS {statement.sql}")
    nothing = ", ".join("NULL" for _ in statement.parameters)
    plan = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE planned ({nothing})")
    await connection.execute("DEALLOCATE planned")
    top: dict[str, Any] = orjson.loads(plan)[0]["Plan"]
    return top


def index_scans(plan: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the index and the condition of each scan of an index of what users own."""
    for node in nodes(plan):
        index = node.get("Index Name", "catalogue")
        if "catalogue" not in index:
            yield index, node.get("Index Cond", "")


async def fill(connection: Connection) -> None:
    """Add as many users and workouts as it takes for reading all of a table to be out of question."""
    await connection.execute(
        """
        INSERT INTO user_account (id, email, email_key, time_zone, canonical_time_zone, week_starts_on, unit_system,
            locale)
        SELECT gen_random_uuid(), n || '@example.org', n || '@example.org', 'UTC', 'UTC', 'monday', 'metric', 'en'
        FROM generate_series(1, 400) AS n;
        INSERT INTO user_revision (user_id, revision) SELECT id, 0 FROM user_account ON CONFLICT DO NOTHING;
        INSERT INTO workout (user_id, id, title, source, started_at, ended_at, time_zone, local_date, exercise_count,
            set_count, rep_count, volume_kg, duration_seconds, fingerprint, revision)
        SELECT u.id, gen_random_uuid(), 'x', 'manual', at, at, 'UTC', at::date, 1, 1, 1, 1, 1, '', 1
        FROM user_account AS u, generate_series(now() - interval '80 days', now(), '2 days') AS at;
        INSERT INTO workout_exercise (user_id, workout_id, position, catalogue_exercise_id, started_at, local_date,
            set_count, rep_count, volume_kg, best_set_weight_kg, best_e1rm_kg, best_reps)
        SELECT w.user_id, w.id, n, e.id, w.started_at, w.local_date, 1, 1, 1, 1, 1, 1
        FROM workout AS w, LATERAL (VALUES (0), (1)) AS p (n),
            LATERAL (SELECT id FROM catalogue_exercise ORDER BY slug OFFSET 10 * n LIMIT 1) AS e;
        INSERT INTO exercise_record (user_id, exercise_id, kind, started_at, workout_id, position, value, previous,
            weight_kg, reps, local_date)
        SELECT e.user_id, e.exercise_id, k, e.started_at, e.workout_id, e.position, 2, 1, 1, 1, e.local_date
        FROM workout_exercise AS e, unnest('{load,e1rm,reps,reps_at_load,set_volume,set}'::text[]) AS k
        WHERE e.started_at > now() - interval '8 days';
        INSERT INTO body_measurement (user_id, id, measured_on, mass_kg, fingerprint)
        SELECT id, gen_random_uuid(), current_date - n, 70, '' FROM user_account, generate_series(1, 20) AS n;
        INSERT INTO custom_exercise (user_id, id, name, name_key, primary_muscles, secondary_muscles)
        SELECT id, gen_random_uuid(), n, n, '{chest}', '{}' FROM user_account, generate_series(1, 5) AS n;
        INSERT INTO goal (user_id, valid_since, metric, target, rest_days)
        SELECT id, current_date - 30 * n, 'workouts', 3, '{}' FROM user_account, generate_series(1, 12) AS n;
        """
    )


async def gather_statistics(connection: Connection) -> None:
    # What another transaction might still have to see is not yet what an index alone can tell.
    for _ in range(600):
        await connection.execute("VACUUM (ANALYZE)")
        if await connection.fetchval("SELECT relallvisible FROM pg_class WHERE relname = 'workout'"):
            break
        await asyncio.sleep(0.1)


@pytest.fixture
async def crowded(connection: Connection) -> None:
    await fill(connection)
    await gather_statistics(connection)


@pytest.mark.usefixtures("crowded")
async def test_nobody_reads_all_that_there_is_of_everybody(app: RunningApp) -> None:
    read: dict[str, set[str]] = {}
    async with app.state["database"].reading() as connection:
        for name, statement in STATEMENTS.items():
            plan = await plan_of(connection, statement)
            scanned = {node["Relation Name"] for node in nodes(plan) if node["Node Type"] == "Seq Scan"}
            if scanned & OWNED:
                read[name] = scanned & OWNED
            assert any("Index" in node["Node Type"] for node in nodes(plan)), name

    assert read == {}


@pytest.mark.parametrize("gathered", [False, True])
async def test_each_index_is_searched_for_one_user(app: RunningApp, connection: Connection, gathered: bool) -> None:
    """Whether PostgreSQL has gathered statistics or not: a plan that it makes before stays for a connection's life."""
    await fill(connection)
    if gathered:
        await gather_statistics(connection)
    others: list[tuple[str, str, str]] = []
    async with app.state["database"].reading() as reader:
        for name, statement in STATEMENTS.items():
            plan = await plan_of(reader, statement)
            for index, condition in index_scans(plan):
                key = "id" if index == "pk_user_account" else "user_id"
                # By the parameter, or by the user of a row that was found by it.
                if not re.search(rf"\({key} = (\$|\w+\.user_id\b)", condition):
                    others.append((name, index, condition))

    assert others == []


@pytest.mark.usefixtures("crowded")
async def test_totals_of_years_are_read_from_the_index_alone(app: RunningApp) -> None:
    async with app.state["database"].reading() as connection:
        for name in ("goals/streaks", "overview/timeseries"):
            statement = STATEMENTS[f"statistics/{name}"]
            plan = await plan_of(connection, statement)
            scans = {node["Node Type"] for node in nodes(plan) if node.get("Relation Name") == "workout"}
            assert scans == {"Index Only Scan"}, name


@pytest.mark.usefixtures("crowded")
async def test_few_exercises_are_looked_up_in_the_catalogue(app: RunningApp) -> None:
    names = ("records/recent", "records/records", "records/history", "progress/muscles", "progress/rep_quality")
    async with app.state["database"].reading() as connection:
        for name in names:
            statement = STATEMENTS[f"statistics/{name}"]
            plan = await plan_of(connection, statement)
            looks = [node for node in nodes(plan) if node.get("Relation Name") == "catalogue_exercise"]
            assert looks, name
            assert {node["Node Type"] for node in looks} <= {"Index Scan", "Index Only Scan"}, name
            assert all("Index Cond" in node for node in looks), name
