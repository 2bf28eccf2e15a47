"""A crowded database: many users with years of workouts, among whom a statement has to find the rows of one.

The rows are made by PostgreSQL, without triggers and checks: 100,000 workouts take a few seconds. Every user has the
same exercises on the same days, so that nothing but the user tells their rows apart.
"""

from collections.abc import Sequence
from uuid import UUID

from tests.support import Connection

# Every second workout has the custom exercise "Own press" of its user. Weights go up and down and rise slowly: so, of
# the workouts, a few have records.
_WORKOUTS = """
INSERT INTO workout (user_id, id, title, notes, source, started_at, ended_at, time_zone, local_date, exercise_count,
    set_count, rep_count, volume_kg, bodyweight_reps, duration_seconds, met_minutes, stored_bytes, fingerprint,
    revision, created_at, updated_at)
SELECT u.id, uuidv7(), 'Workout ' || n, CASE WHEN n % 10 = 0 THEN 'a note' END, 'manual', at,
    at + interval '1 hour', 'UTC', (at AT TIME ZONE 'UTC')::date, $2::integer, $2 * $3::integer, 8 * $2 * $3,
    480 * $2 * $3, 10, 3600, 300, 500, decode(md5(n::text), 'hex'), n, at, at
FROM crowd_user AS u, generate_series(1, $1::integer) AS n,
    LATERAL (SELECT date_trunc('day', now()) + interval '10 hours' - make_interval(days => 2 * ($1 - n) + 1) AS at) AS t
"""
_EXERCISES = """
INSERT INTO workout_exercise (user_id, id, workout_id, position, catalogue_exercise_id, custom_exercise_id, started_at,
    local_date, set_count, rep_count, volume_kg, bodyweight_reps, duration_seconds, best_set_weight_kg, best_set_reps,
    best_e1rm_kg, best_reps, best_set_volume_kg, best_duration_seconds, load_kgs, load_reps, tracked_sets,
    tracked_reps, detected_reps, timed_reps, time_ms)
SELECT w.user_id, uuidv7(), w.id, p, CASE WHEN own THEN NULL ELSE e.id END, CASE WHEN own THEN c.id END,
    w.started_at, w.local_date, $2::integer, 8 * $2, 480 * $2, 10, 60, o.kg, 8, o.kg * 38 / 30, 8, 8 * o.kg, 60,
    ARRAY[o.kg], ARRAY[8], 1, 8, 8, 8, 20000
FROM workout AS w
INNER JOIN crowd_user AS u ON u.id = w.user_id
INNER JOIN custom_exercise AS c ON c.user_id = w.user_id AND c.name = 'Own press'
CROSS JOIN generate_series(0, $1::integer - 1) AS p
CROSS JOIN LATERAL (
    SELECT p = 0 AND w.revision % 2 = 0 AS own, (60 + w.revision % 7 + w.revision / 50)::float8 AS kg
) AS o
INNER JOIN (SELECT id, row_number() OVER (ORDER BY slug) AS place FROM catalogue_exercise) AS e
    ON e.place = 40 * (p + 1)
"""
_SETS = """
INSERT INTO workout_set (user_id, id, workout_id, exercise_position, position, kind, reps, weight_kg, duration_seconds,
    counter_name, counter_version, detected_reps, rep_offset_ms, rep_duration_ms, rep_range_degrees)
SELECT e.user_id, uuidv7(), e.workout_id, e.position, n, 'normal', 8, e.best_set_weight_kg - n, 60,
    c.counter, c.counter, CASE WHEN c.counter IS NOT NULL THEN 8 END, c.offsets, c.offsets, c.degrees
FROM workout_exercise AS e
INNER JOIN crowd_user AS u ON u.id = e.user_id
CROSS JOIN generate_series(0, $1::integer - 1) AS n
LEFT JOIN (
    SELECT 'pose' AS counter, '{1,2,3,4,5,6,7,8}'::integer[] AS offsets, '{1,2,3,4,5,6,7,8}'::real[] AS degrees
) AS c ON n = 0 AND e.position = 1
"""
_RECORDS = """
INSERT INTO exercise_record (user_id, exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg,
    reps, local_date)
SELECT e.user_id, e.exercise_id, k, e.started_at, e.workout_id, e.position, w.revision, w.revision - 1,
    60 + w.revision / 50, 8, e.local_date
FROM workout_exercise AS e
INNER JOIN crowd_user AS u ON u.id = e.user_id
INNER JOIN workout AS w ON w.user_id = e.user_id AND w.id = e.workout_id
CROSS JOIN unnest('{load,e1rm,reps_at_load}'::text[]) AS k
WHERE w.revision % 25 = 0
"""
_ACCOUNTS = """
INSERT INTO user_account (id, email, email_key, time_zone, canonical_time_zone, week_starts_on, unit_system, locale)
SELECT id, id || '@example.org', id || '@example.org', 'UTC', 'UTC', 'monday', 'metric', 'en' FROM crowd_user
ON CONFLICT DO NOTHING;

INSERT INTO login_identifier (kind, key, user_id) SELECT 'email', id || '@example.org', id FROM crowd_user;

INSERT INTO user_revision (user_id, revision) SELECT id, 1000 FROM crowd_user
ON CONFLICT (user_id) DO UPDATE SET revision = excluded.revision
"""
_OTHER_ROWS = """
INSERT INTO custom_exercise (user_id, id, name, name_key, search_key, met, primary_muscles, secondary_muscles)
SELECT u.id, uuidv7(), name, lower(name), lower(name), 4, '{chest}', '{}'
FROM crowd_user AS u, (SELECT concat_ws(' ', 'Own press', nullif(n, 0)) AS name FROM generate_series(0, 9) AS n) AS c;

INSERT INTO custom_exercise_alias (user_id, name_key, name, search_key, custom_exercise_id)
SELECT c.user_id, 'formerly ' || c.name_key, 'Formerly ' || c.name, 'formerly ' || c.name_key, c.id
FROM custom_exercise AS c INNER JOIN crowd_user AS u ON u.id = c.user_id WHERE c.name <> 'Own press';

INSERT INTO body_measurement (user_id, id, measured_on, mass_kg, fingerprint)
SELECT u.id, uuidv7(), current_date - 20 * n, 70 + n, '' FROM crowd_user AS u, generate_series(0, 49) AS n;

INSERT INTO goal (user_id, valid_since, metric, target, rest_days)
SELECT u.id, current_date - 30 * n, 'workouts', 3, '{}' FROM crowd_user AS u, generate_series(1, 24) AS n;

INSERT INTO routine (user_id, id, name, fingerprint)
SELECT u.id, uuidv7(), 'Routine ' || n, '' FROM crowd_user AS u, generate_series(1, 10) AS n;

INSERT INTO routine_exercise (user_id, routine_id, position, custom_exercise_id, targets)
SELECT r.user_id, r.id, n, c.id, '[{"kind": "normal", "reps": 8}]'
FROM routine AS r
INNER JOIN crowd_user AS u ON u.id = r.user_id
INNER JOIN custom_exercise AS c ON c.user_id = r.user_id AND c.name = 'Own press'
CROSS JOIN generate_series(0, 4) AS n;

INSERT INTO deleted_workout (user_id, workout_id, revision)
SELECT u.id, uuidv7(), n FROM crowd_user AS u, generate_series(1, 50) AS n;

INSERT INTO counting_calibration (user_id, exercise_id, measure, joints, low, high, reps, profile_version)
SELECT u.id, e.id, 'angle', '{}', 0, 1, 5, '1'
FROM crowd_user AS u, (SELECT id FROM catalogue_exercise ORDER BY slug LIMIT 10) AS e;

INSERT INTO workout_import (user_id, id, source, workouts, sets)
SELECT u.id, uuidv7(), 'strong', 1, 1 FROM crowd_user AS u, generate_series(1, 10) AS n;

INSERT INTO idempotent_request (user_id, key, fingerprint, status, headers)
SELECT u.id, 'key-' || n, '', 201, '{}' FROM crowd_user AS u, generate_series(1, 10) AS n;

INSERT INTO auth_session (user_id, id, token_hash, generation, delivery, rotated_at, idle_expires_at, expires_at)
SELECT u.id, uuidv7(), decode(md5(u.id::text || n), 'hex'), 1, 'body', now(), now() + interval '1 day',
    now() + interval '30 days'
FROM crowd_user AS u, generate_series(1, 5) AS n;

INSERT INTO one_time_token (user_id, id, token_hash, purpose, details, expires_at)
SELECT u.id, uuidv7(), decode(md5(u.id::text || n), 'hex'), 'verify_email', '{}', now() + interval '1 day'
FROM crowd_user AS u, generate_series(1, 5) AS n;

INSERT INTO security_event (id, user_id, kind, details)
SELECT uuidv7(), u.id, 'signed_in', '{}' FROM crowd_user AS u, generate_series(1, 20) AS n;
"""


async def fill(
    connection: Connection, users: Sequence[UUID], workouts: int, *, exercises: int = 2, sets: int = 2
) -> None:
    """Insert workouts of each user, up to yesterday, with exercises and sets, and some rows of every other table."""
    await connection.execute("BEGIN; SET LOCAL session_replication_role = replica")
    await connection.execute("CREATE TEMP TABLE crowd_user (id uuid PRIMARY KEY) ON COMMIT DROP")
    await connection.execute("INSERT INTO crowd_user SELECT unnest($1::uuid[])", list(users))
    await connection.execute(_ACCOUNTS)
    await connection.execute(_OTHER_ROWS)
    await connection.execute(_WORKOUTS, workouts, exercises, sets)
    await connection.execute(_EXERCISES, exercises, sets)
    await connection.execute(_SETS, sets)
    await connection.execute(_RECORDS)
    await connection.execute("SELECT resettle(id) FROM crowd_user")
    await connection.execute("COMMIT")
