-- Find the exercises and sets of a user that have one of some ids, with their workouts.
--
--   :user_id  uuid
--   :ids      uuid[]
SELECT id, workout_id
FROM workout_exercise
WHERE user_id = :user_id AND id = any(:ids::uuid[])
UNION ALL
SELECT id, workout_id
FROM workout_set
WHERE user_id = :user_id AND id = any(:ids::uuid[])
