-- Find exercises within workouts, and sets, by their ids.
--
--   :user_id       uuid
--   :exercise_ids  uuid[]
--   :set_ids       uuid[]
--
-- Returns kind, exercise or set, with the id and the workout.
SELECT 'exercise' AS kind, id, workout_id
FROM workout_exercise
WHERE user_id = :user_id AND id = any(:exercise_ids::uuid[])
UNION ALL
SELECT 'set' AS kind, id, workout_id
FROM workout_set
WHERE user_id = :user_id AND id = any(:set_ids::uuid[])
