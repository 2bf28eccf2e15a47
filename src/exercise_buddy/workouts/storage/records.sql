-- Find the records of some exercises of a user that are stored otherwise than `record_events.sql` computes them, from a
-- point in time on.
--
--   :user_id       uuid
--   :exercise_ids  uuid[]
--   :since         timestamptz[]  for each exercise the time, null for the beginning
--
-- Returns the columns of exercise_record without user_id, as computed, or as stored if there is no such record; and
-- stored and computed, each a JSON array of its value, previous, weight_kg and reps, or null.
WITH event AS MATERIALIZED (
    SELECT * FROM __record_events__
),

stored AS MATERIALIZED (
    SELECT exercise_id, kind, started_at, workout_id, position, value, previous, weight_kg, reps, local_date
    FROM exercise_record
    WHERE
        user_id = :user_id
        AND exercise_id = any(:exercise_ids::uuid[])
        AND started_at >= coalesce(
            (:since::timestamptz[])[array_position(:exercise_ids::uuid[], exercise_id)], '-infinity'
        )
),

-- Almost always most of them are equal: a hash table finds the others. A nested loop, which a join may become, would
-- compare each record with each.
added AS MATERIALIZED (
    SELECT * FROM event
    EXCEPT
    SELECT * FROM stored
),

removed AS MATERIALIZED (
    SELECT * FROM stored
    EXCEPT
    SELECT * FROM event
)

SELECT
    coalesce(a.exercise_id, r.exercise_id) AS exercise_id,
    coalesce(a.kind, r.kind) AS kind,
    coalesce(a.started_at, r.started_at) AS started_at,
    coalesce(a.workout_id, r.workout_id) AS workout_id,
    coalesce(a.position, r.position) AS position,
    coalesce(a.value, r.value) AS value,
    a.previous, a.weight_kg, a.reps,
    coalesce(a.local_date, r.local_date) AS local_date,
    CASE WHEN r.value IS NOT NULL THEN json_build_array(r.value, r.previous, r.weight_kg, r.reps)::text END AS stored,
    CASE WHEN a.value IS NOT NULL THEN json_build_array(a.value, a.previous, a.weight_kg, a.reps)::text END AS computed
FROM added AS a
FULL JOIN removed AS r
    ON
        r.exercise_id = a.exercise_id AND r.kind = a.kind AND r.started_at = a.started_at
        AND r.workout_id = a.workout_id AND r.position = a.position AND r.value = a.value
ORDER BY workout_id, position, kind
