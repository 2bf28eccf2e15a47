-- Built by exercise_buddy.users.usage._BUMP_REVISION. Written by: exercise-buddy dev sql
--   $1  1
--   $2  owner_id
WITH bumped_revision AS (
         UPDATE user_revision
         SET revision = user_revision.revision + CAST($1 AS bigint)
         WHERE user_revision.user_id = CAST($2 AS uuid)
         RETURNING user_revision.user_id,
                   user_revision.revision AS revision,
                   user_revision.stored_bytes,
                   user_revision.workouts,
                   user_revision.body_measurements
       )
  SELECT bumped_revision.revision,
         bumped_revision.stored_bytes,
         bumped_revision.workouts,
         bumped_revision.body_measurements
  FROM bumped_revision
