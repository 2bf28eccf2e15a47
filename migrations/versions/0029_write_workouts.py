"""Write workouts in one round trip: `write_workouts` locks the user, compares what is stored, and inserts the rows.

The totals and everything else are computed by the caller, and come as arrays of the types `new_…`. `catalogue_version` is
a hash of the exercises that the caller remembers. Each update of the catalogue that changes one replaces the function.

Revision: 0029
Follows: 0028
"""

from alembic import op

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: None = None
depends_on: None = None

CATALOGUE_VERSION = """
CREATE FUNCTION catalogue_version() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE RETURN ''
"""

WORKOUT = """
id uuid, title text, title_proposed boolean, notes text, source text, import_id uuid, routine_id uuid,
started_at timestamptz, ended_at timestamptz, time_zone text, local_date date, exercise_count integer,
set_count integer, rep_count bigint, volume_kg double precision, bodyweight_reps double precision,
assisted_volume_kg double precision, duration_seconds double precision, met_minutes double precision,
stored_bytes integer, fingerprint bytea, created_at timestamptz, updated_at timestamptz, document bytea,
document_sets bytea, document_size integer, document_version integer
"""

EXERCISE = """
id uuid, workout_id uuid, position smallint, catalogue_exercise_id uuid, custom_exercise_id uuid, superset smallint,
notes text, targets jsonb, started_at timestamptz, local_date date, set_count integer, rep_count bigint,
volume_kg double precision, bodyweight_reps double precision, assisted_volume_kg double precision,
duration_seconds double precision, distance_meters double precision, best_set_weight_kg double precision,
best_set_reps integer, best_e1rm_kg double precision, best_reps integer, best_set_volume_kg double precision,
best_duration_seconds double precision, best_distance_meters double precision, load_kgs double precision[],
load_reps integer[], tracked_sets integer, tracked_reps integer, detected_reps integer, corrected_reps integer,
corrected_sets integer, timed_reps integer, time_ms bigint, eccentric_reps integer, eccentric_ms bigint,
concentric_reps integer, concentric_ms bigint, range_reps integer, range_degrees double precision,
slowdown_sets integer, slowdown_percent double precision, slowed_sets integer, range_loss_sets integer,
range_loss_percent double precision, faded_sets integer, full_range_reps integer, full_range_share double precision,
left_reps integer, right_reps integer, tempo_variation_sets integer, tempo_variation_percent double precision,
cadence_reps integer, cadence_ms bigint, best_unbroken_reps integer
"""

SET = """
id uuid, workout_id uuid, exercise_position smallint, position smallint, kind text, reps integer,
weight_kg double precision, duration_seconds double precision, distance_meters double precision, rpe real,
rest_seconds integer, counter_name text, counter_version text, profile_version text, detected_reps integer,
judgements jsonb, rep_offset_ms integer[], rep_turn_ms integer[], rep_duration_ms integer[], rep_eccentric_ms integer[],
rep_concentric_ms integer[], rep_turn_pause_ms integer[], rep_end_pause_ms integer[], rep_range_degrees real[],
rep_range_mm real[], rep_range_share real[], rep_full_range_share real[], rep_mean_velocity_mps real[],
rep_side text[], rep_confidence real[], rep_flags text[], rep_rejected boolean[]
"""

# What would be a record: the best of a kind, or a load (without a kind).
CHECK = """
exercise integer, exercise_id uuid, started_at timestamptz, workout_id uuid, position smallint, kind text,
value double precision, weight_kg double precision, reps integer
"""

TYPES = {
    "new_workout": WORKOUT,
    "new_workout_exercise": EXERCISE,
    "new_workout_set": SET,
    "new_record_check": CHECK,
}


def _names(attributes: str) -> str:
    return ", ".join(attribute.split()[0] for attribute in attributes.split(","))


WRITE_WORKOUTS = f"""
CREATE FUNCTION write_workouts(
    owner_id uuid, known_catalogue text,
    new_workouts new_workout[], new_exercises new_workout_exercise[], new_sets new_workout_set[],
    chosen_exercises uuid[], chosen_sets uuid[], record_checks new_record_check[],
    max_workouts integer, max_bytes bigint, replaced_workouts integer, replaced_bytes bigint,
    imported boolean, with_records boolean, mass_date date,
    OUT is_written boolean, OUT workout_count integer, OUT byte_count bigint, OUT catalogue text,
    OUT stored_ids uuid[], OUT stored_fingerprints bytea[], OUT deleted_ids uuid[],
    OUT part_kinds text[], OUT part_ids uuid[], OUT part_workouts uuid[], OUT record_breakers integer[],
    OUT mass_kg double precision
) LANGUAGE plpgsql AS $$
DECLARE
    ids uuid[] := array(SELECT n.id FROM unnest(new_workouts) AS n);
    taken bigint;
BEGIN
    -- Each following statement sees what other writes of the user have committed.
    SELECT r.revision + 1, r.workouts, r.stored_bytes INTO taken, workout_count, byte_count
    FROM user_revision AS r WHERE r.user_id = owner_id FOR UPDATE;
    IF taken IS NULL THEN
        RETURN;
    END IF;
    SELECT array_agg(w.id), array_agg(w.fingerprint) INTO stored_ids, stored_fingerprints
    FROM workout AS w WHERE w.user_id = owner_id AND w.id = any(ids);
    SELECT array_agg(d.workout_id) INTO deleted_ids
    FROM deleted_workout AS d WHERE d.user_id = owner_id AND d.workout_id = any(ids);
    -- A session learns that a function was replaced when it locks a further table, not when its wait for a row ends. So
    -- directly after the lock of the user, this would be the version from before an update that it has waited for.
    catalogue := catalogue_version();
    IF cardinality(chosen_exercises) + cardinality(chosen_sets) > 0 THEN
        SELECT array_agg(p.kind), array_agg(p.id), array_agg(p.workout_id) INTO part_kinds, part_ids, part_workouts
        FROM (
            SELECT 'exercise' AS kind, e.id, e.workout_id
            FROM workout_exercise AS e WHERE e.user_id = owner_id AND e.id = any(chosen_exercises)
            UNION ALL
            SELECT 'set' AS kind, s.id, s.workout_id
            FROM workout_set AS s WHERE s.user_id = owner_id AND s.id = any(chosen_sets)
        ) AS p;
    END IF;
    IF cardinality(record_checks) > 0 THEN
        SELECT array_agg(DISTINCT c.exercise) INTO record_breakers
        FROM unnest(record_checks) AS c
        -- Each record of a kind beats all earlier ones, so the last one before the workout is the best.
        LEFT JOIN LATERAL (
            SELECT r.value
            FROM exercise_record AS r
            WHERE
                r.user_id = owner_id AND r.exercise_id = c.exercise_id AND r.kind = c.kind
                AND (r.started_at, r.workout_id, r.position) < (c.started_at, c.workout_id, c.position)
            ORDER BY r.started_at DESC, r.workout_id DESC, r.position DESC
            LIMIT 1
        ) AS last ON TRUE
        LEFT JOIN LATERAL (
            SELECT TRUE AS found
            FROM exercise_record AS r
            WHERE
                c.kind IS NULL AND r.user_id = owner_id AND r.exercise_id = c.exercise_id
                AND r.kind IN ('reps_at_load', 'set') AND r.started_at <= c.started_at
                AND (r.started_at, r.workout_id, r.position) < (c.started_at, c.workout_id, c.position)
                AND r.weight_kg >= c.weight_kg AND r.reps >= c.reps AND (r.reps <= 12 OR c.reps > 12)
            LIMIT 1
        ) AS as_good ON TRUE
        WHERE CASE WHEN c.kind IS NULL THEN as_good.found IS NULL ELSE coalesce(last.value < c.value, TRUE) END;
    END IF;
    is_written := cardinality(ids) > 0 AND stored_ids IS NULL AND part_ids IS NULL AND (imported OR deleted_ids IS NULL)
        AND (with_records OR record_breakers IS NULL) AND catalogue = known_catalogue
        AND cardinality(ids) <= greatest(max_workouts - workout_count, replaced_workouts)
        AND (SELECT sum(n.stored_bytes) FROM unnest(new_workouts) AS n)
            <= greatest(max_bytes - byte_count, replaced_bytes);
    IF NOT is_written THEN
        RETURN;
    END IF;
    UPDATE user_revision SET revision = taken WHERE user_id = owner_id;
    IF deleted_ids IS NOT NULL THEN
        DELETE FROM deleted_workout AS d WHERE d.user_id = owner_id AND d.workout_id = any(deleted_ids);
    END IF;
    INSERT INTO workout (user_id, revision, document_revision, {_names(WORKOUT)})
    SELECT owner_id, taken, taken, n.* FROM unnest(new_workouts) AS n;
    INSERT INTO workout_exercise (user_id, {_names(EXERCISE)})
    SELECT owner_id, n.* FROM unnest(new_exercises) AS n;
    INSERT INTO workout_set (user_id, {_names(SET)})
    SELECT owner_id, n.* FROM unnest(new_sets) AS n;
    -- The foreign keys of the exercises have waited for an update of the catalogue, which may not have seen these rows.
    IF catalogue_version() <> known_catalogue THEN
        RAISE EXCEPTION 'the catalogue has changed' USING ERRCODE = 'serialization_failure';
    END IF;
    IF mass_date IS NOT NULL THEN
        SELECT m.mass_kg INTO mass_kg FROM body_measurement AS m
        WHERE m.user_id = owner_id AND m.measured_on <= mass_date ORDER BY m.measured_on DESC, m.id DESC LIMIT 1;
    END IF;
END $$
"""  # noqa: S608  (constants)

COMMENTS = {
    "catalogue_version()": "A hash of the exercises of the catalogue, as far as totals and documents depend on them. "
    "Updates of the catalogue replace it.",
    "write_workouts": "Write workouts of a user, all or none, and tell what is stored: none if an id is taken, if a quota "
    "would be exceeded, if the caller knows another catalogue, or if records change and with_records is false.",
}


def upgrade() -> None:
    op.execute(CATALOGUE_VERSION)
    for name, attributes in TYPES.items():
        op.execute(f"CREATE TYPE {name} AS ({attributes})")
    op.execute(WRITE_WORKOUTS)
    for name, comment in COMMENTS.items():
        op.execute(f"COMMENT ON FUNCTION {name} IS $${comment}$$")


def downgrade() -> None:
    op.execute("DROP FUNCTION write_workouts")
    for name in TYPES:
        op.execute(f"DROP TYPE {name}")
    op.execute("DROP FUNCTION catalogue_version()")
