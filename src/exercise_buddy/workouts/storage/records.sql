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
        -- A hash table. A nested loop, which NOT EXISTS may become, compares each record with each.
        AND (r.exercise_id, r.kind, r.started_at, r.workout_id, r.position, r.value) NOT IN (
            SELECT e.exercise_id, e.kind, e.started_at, e.workout_id, e.position, e.value FROM event AS e
        )
    RETURNING r.*
),

-- What is stored already is neither locked nor written.
changed AS (
    SELECT * FROM event
    EXCEPT
    SELECT exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg, reps, local_date
    FROM exercise_record
    WHERE
        user_id = :user_id
        AND exercise_id = any(:exercise_ids::uuid[])
        AND started_at >= coalesce((:since::timestamptz[])[array_position(:exercise_ids::uuid[], exercise_id)], '-infinity')
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
