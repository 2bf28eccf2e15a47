-- Delete workouts with everything that belongs to them.
--
--   :user_id      uuid
--   :workout_ids  uuid[]
--
-- Returns a row for each of the workouts that there were: id, started_at, stored_bytes, and exercise_ids: of which it
-- held records.
DELETE FROM workout
WHERE user_id = :user_id AND id = any(:workout_ids::uuid[])
RETURNING
    id, started_at, stored_bytes,
    array(
        SELECT DISTINCT r.exercise_id
        FROM exercise_record AS r
        WHERE r.user_id = :user_id AND r.workout_id = workout.id
    ) AS exercise_ids
