-- Built by exercise_buddy.users.usage._GET_USAGE. Written by: exercise-buddy dev sql
--   $1  user_id
SELECT user_revision.stored_bytes,
       user_revision.workouts,
       user_revision.body_measurements
FROM user_revision
WHERE user_revision.user_id = CAST($1 AS uuid)
