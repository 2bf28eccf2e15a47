"""What a statistic reads of ten years: the totals of months and years, and not each workout."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest

from exercise_buddy.core.db.sql_files import LOADED
from exercise_buddy.statistics.tests.test_plans import OWNED
from tests.plans import nodes
from tests.support import Connection, Person, RunningApp

pytestmark = pytest.mark.new_database

TODAY = date(2026, 6, 15)
YEARS_AGO = TODAY - timedelta(days=3_650)

LOG = """
WITH logged AS (
    INSERT INTO workout (user_id, id, title, source, started_at, ended_at, time_zone, local_date, exercise_count,
        set_count, rep_count, volume_kg, duration_seconds, met_minutes, fingerprint, revision)
    SELECT $1, gen_random_uuid(), 'x', 'manual', day, day + interval '1 hour', 'UTC', day::date, 3, 3, 30, 300, 3600,
        300, '', 1
    FROM generate_series($2::date, $3::date, interval '36 hours') AS day
    RETURNING user_id, id, started_at, local_date
)
INSERT INTO workout_exercise (user_id, workout_id, position, catalogue_exercise_id, started_at, local_date, set_count,
    rep_count, volume_kg, tracked_sets, tracked_reps)
SELECT w.user_id, w.id, e.number, e.id, w.started_at, w.local_date, 1, 10, 100, 1, 10
FROM logged AS w
CROSS JOIN LATERAL (
    SELECT id, row_number() OVER () - 1 AS number FROM (SELECT id FROM catalogue_exercise ORDER BY slug LIMIT 3) AS e
) AS e
"""


async def read_rows(connection: Any, name: str, user_id: str, **parameters: Any) -> int:
    """Return how many rows of what users own a statistic reads, whether it keeps them or not."""
    statement = LOADED[f"statistics/{name}"]
    values = dict.fromkeys(statement.parameters) | parameters
    values |= {"user_id": UUID(user_id), "now": datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)}
    plan = await connection.fetchval(
        f"EXPLAIN (ANALYZE, FORMAT JSON) {statement.sql}",
        *statement.arguments(values),
    )
    return sum(
        round((node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * node["Actual Loops"])
        for node in nodes(orjson.loads(plan)[0]["Plan"])
        if node.get("Relation Name") in OWNED
    )


# The most rows that each may read. There are 120 months, 520 weeks, and 3 exercises in each of 11 years.
CASES: list[tuple[str, dict[str, Any], int]] = [
    ("goals/streaks", {}, 800),
    ("overview/summary", {}, 300),
    ("overview/summary", {"from_date": YEARS_AGO + timedelta(days=40), "to_date": TODAY - timedelta(days=40)}, 450),
    ("overview/timeseries", {"metric": "energy_kcal", "bucket": "month"}, 300),
    ("overview/timeseries", {"metric": "active_days", "bucket": "year"}, 300),
    ("overview/dashboard", {}, 1_300),
    ("progress/muscles", {"from_date": YEARS_AGO}, 250),
    ("progress/muscles", {"from_date": YEARS_AGO + timedelta(days=40)}, 300),
    ("progress/muscles", {"from_date": YEARS_AGO, "bucket": "month"}, 600),
    ("progress/rep_quality", {"from_date": YEARS_AGO, "bucket": "month"}, 450),
    ("progress/rep_quality", {"from_date": YEARS_AGO, "bucket": "year"}, 450),
]


async def test_ten_years_are_not_read_workout_by_workout(
    app: RunningApp, ann: Person, bob: Person, connection: Connection
) -> None:
    await connection.execute(LOG, ann.id, TODAY - timedelta(days=75), TODAY)
    await connection.execute(LOG, bob.id, YEARS_AGO, TODAY)
    await connection.execute("ANALYZE workout, workout_exercise, settled_month, settled_week, settled_exercise")
    read: list[tuple[str, dict[str, Any], int, int]] = []

    async with app.state["database"].reading() as reader:
        for name, parameters, most in CASES:
            small = await read_rows(reader, name, ann.id, **parameters)
            large = await read_rows(reader, name, bob.id, **parameters)
            if not small <= large <= most:
                read.append((name, parameters, small, large))

    assert await connection.fetchval("SELECT count(*) FROM workout WHERE user_id = $1", bob.id) == 2_434
    assert read == []
