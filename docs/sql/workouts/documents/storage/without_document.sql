-- Built by exercise_buddy.workouts.documents.storage._WITHOUT_DOCUMENT. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  after
--   $3  document_version
--   $4  limit
SELECT workout.id
FROM workout
WHERE workout.user_id = CAST($1 AS uuid)
  AND workout.id > CAST($2 AS uuid)
  AND (workout.document_version = CAST($3 AS integer)
   AND workout.document_revision = workout.revision) IS NOT TRUE
ORDER BY workout.id
LIMIT CAST($4 AS integer)
