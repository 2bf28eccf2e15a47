-- Delete workouts with everything that belongs to them.
--
--   :user_id      uuid
--   :workout_ids  uuid[]
--
-- Returns one row: ids, of the workouts that there were; exercise_ids, those of which they held records, in order;
-- since, for each of these the start of the first of the workouts that held one; stored_bytes, of the workouts.
WITH held AS (
    SELECT exercise_id, min(started_at) AS since
    FROM exercise_record
    WHERE user_id = :user_id AND workout_id = any(:workout_ids::uuid[])
    GROUP BY exercise_id
),

deleted AS (
    DELETE FROM workout
    WHERE user_id = :user_id AND id = any(:workout_ids::uuid[])
    RETURNING id, stored_bytes
)

SELECT
    array(SELECT id FROM deleted) AS ids,
    array(SELECT exercise_id FROM held ORDER BY exercise_id) AS exercise_ids,
    array(SELECT since FROM held ORDER BY exercise_id) AS since,
    (SELECT coalesce(sum(stored_bytes), 0) FROM deleted) AS stored_bytes
