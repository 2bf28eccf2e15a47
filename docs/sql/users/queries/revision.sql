-- Built by exercise_buddy.users.queries.REVISION. Written by: exercise-buddy dev sql
--   $1  user_id
SELECT user_revision.revision
FROM user_revision
WHERE user_revision.user_id = CAST($1 AS uuid)
