-- Store the records of some exercises of a user from a point in time on: what `record_events.sql` computes and is
-- not stored yet.
--
--   :user_id       uuid
--   :exercise_ids  uuid[]
--   :since         timestamptz[]  for each exercise the time, null for the beginning
--
-- Returns a row for each record that was stored otherwise: workout_id, position, kind, and stored and computed, each a
-- JSON array of its value, previous, weight_kg and reps, or null.
WITH event AS MATERIALIZED (
    SELECT * FROM __record_events__
),

removed AS (
    DELETE FROM exercise_record AS r
    WHERE
        r.user_id = :user_id
        AND r.exercise_id = any(:exercise_ids::uuid[])
        AND r.started_at >= coalesce(
            (:since::timestamptz[])[array_position(:exercise_ids::uuid[], r.exercise_id)], '-infinity'
        )
        AND NOT EXISTS (
            SELECT FROM event AS e
            WHERE
                e.exercise_id = r.exercise_id AND e.kind = r.kind AND e.started_at = r.started_at
                AND e.workout_id = r.workout_id AND e.position = r.position AND e.value = r.value
        )
    RETURNING r.*
),

-- What is stored already is neither locked nor written.
changed AS (
    SELECT e.* FROM event AS e
    LEFT JOIN exercise_record AS r
        ON
            r.user_id = :user_id AND r.exercise_id = e.exercise_id AND r.kind = e.kind AND r.started_at = e.started_at
            AND r.workout_id = e.workout_id AND r.position = e.position AND r.value = e.value
    WHERE
        (e.previous, e.weight_kg, e.reps, e.local_date)
        IS DISTINCT FROM (r.previous, r.weight_kg, r.reps, r.local_date)
        OR r.value IS NULL
),

written AS (
    INSERT INTO exercise_record (
        user_id, exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg, reps, local_date
    )
    SELECT :user_id, c.* FROM changed AS c
    ON CONFLICT (user_id, exercise_id, kind, started_at, workout_id, position, value)
    DO UPDATE SET
        previous = excluded.previous,
        weight_kg = excluded.weight_kg,
        reps = excluded.reps,
        local_date = excluded.local_date
    RETURNING
        new.workout_id, new.position, new.kind,
        CASE WHEN old.value IS NOT NULL THEN json_build_array(old.value, old.previous, old.weight_kg, old.reps) END
            AS stored,
        json_build_array(new.value, new.previous, new.weight_kg, new.reps) AS computed
)

SELECT workout_id, position, kind, json_build_array(value, previous, weight_kg, reps)::text AS stored, NULL AS computed
FROM removed
UNION ALL
SELECT workout_id, position, kind, stored::text, computed::text
FROM written
ORDER BY workout_id, position, kind
