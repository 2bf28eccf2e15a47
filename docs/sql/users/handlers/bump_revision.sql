-- Built by exercise_buddy.users.handlers.BUMP_REVISION. Written by: exercise-buddy dev sql
--   $1  1
--   $2  owner_id
UPDATE user_revision
SET revision = user_revision.revision + CAST($1 AS bigint)
WHERE user_revision.user_id = CAST($2 AS uuid)
  AND user_revision.restore_id IS NULL
RETURNING user_revision.revision,
          user_revision.stored_bytes,
          user_revision.workouts,
          user_revision.body_measurements
