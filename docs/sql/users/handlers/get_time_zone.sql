-- Built by exercise_buddy.users.handlers._GET_TIME_ZONE. Written by: exercise-buddy dev sql
--   $1  user_id
SELECT user_account.time_zone
FROM user_account
WHERE user_account.id = CAST($1 AS uuid)
