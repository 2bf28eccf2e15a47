"""How PostgreSQL reads a page of the feed: by indexes, from the cursor on, however many users and changes there are."""

import orjson
import pytest

from exercise_buddy.core.db.sql_files import LOADED
from tests.plans import nodes
from tests.support import Connection, RunningApp

pytestmark = pytest.mark.new_database

# What is read from the cursor on, and what is looked up by key for one change.
CHANGES = {"workout", "deleted_workout", "resource_revision"}
LOOKED_UP = {"user_account", "user_revision", "routine", "routine_exercise", "body_measurement"}

FILL = """
INSERT INTO user_account (id, email, email_key, time_zone, canonical_time_zone, week_starts_on, unit_system, locale)
SELECT gen_random_uuid(), n || '@example.org', n || '@example.org', 'UTC', 'UTC', 'monday', 'metric', 'en'
FROM generate_series(1, 300) AS n;
INSERT INTO user_revision (user_id, revision) SELECT id, 0 FROM user_account ON CONFLICT DO NOTHING;
INSERT INTO workout (user_id, id, title, source, started_at, ended_at, time_zone, local_date, exercise_count, set_count,
    rep_count, volume_kg, duration_seconds, fingerprint, revision)
SELECT u.id, gen_random_uuid(), 'x', 'manual', at, at, 'UTC', at::date, 1, 1, 1, 1, 1, '', 1
FROM user_account AS u, generate_series(now() - interval '80 days', now(), '2 days') AS at;
INSERT INTO deleted_workout (user_id, workout_id, revision)
SELECT id, gen_random_uuid(), n FROM user_account, generate_series(1, 40) AS n;
INSERT INTO body_measurement (user_id, id, measured_on, mass_kg, fingerprint)
SELECT id, gen_random_uuid(), current_date - n, 70, '' FROM user_account, generate_series(1, 40) AS n;
INSERT INTO routine (user_id, id, name, fingerprint)
SELECT id, gen_random_uuid(), 'x', '' FROM user_account, generate_series(1, 20) AS n;
INSERT INTO routine_exercise (user_id, routine_id, position, catalogue_exercise_id, targets)
SELECT r.user_id, r.id, n, e.id, '[]'
FROM routine AS r, generate_series(0, 1) AS n, LATERAL (SELECT id FROM catalogue_exercise LIMIT 1) AS e;
"""


@pytest.mark.parametrize("gathered", [False, True])
async def test_a_page_is_read_from_its_cursor_on(app: RunningApp, connection: Connection, gathered: bool) -> None:
    """Whether PostgreSQL has gathered statistics or not: a plan that it makes before stays for a connection's life."""
    await connection.execute(FILL)
    if gathered:
        await connection.execute("VACUUM (ANALYZE)")
    statement = LOADED["sync/feed/changes"]
    async with app.state["database"].reading() as reader:
        await reader.execute(f"PREPARE planned AS {statement.sql}")
        nothing = ", ".join("NULL" for _ in statement.parameters)
        plan = orjson.loads(await reader.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE planned ({nothing})"))[0]["Plan"]
        await reader.execute("DEALLOCATE planned")

    scans = [node for node in nodes(plan) if "Relation Name" in node]
    assert {node["Relation Name"] for node in scans} == CHANGES | LOOKED_UP
    for node in scans:
        assert node["Node Type"] in {"Index Scan", "Index Only Scan"}, node
        assert ("id" if node["Relation Name"] == "user_account" else "user_id") + " = " in node["Index Cond"]
        if node["Relation Name"] in CHANGES:
            assert "revision" in node["Index Cond"], node
            # The order is that of the index, so that nothing is read beyond the page.
            assert "_revision_" in node["Index Name"], node
    sorted_rows = [node for node in nodes(plan) if "Sort" in node["Node Type"]]
    for node in sorted_rows:
        assert not {child.get("Relation Name") for child in nodes(node)} & CHANGES or any(
            child["Node Type"] == "Limit" for child in nodes(node)
        ), "A sort reads all changes of the user"
