-- Built by exercise_buddy.workouts.storage.facts._FIND_CUSTOM. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  exercise_ids
SELECT custom_exercise.id,
       custom_exercise.name,
       custom_exercise.met,
       custom_exercise.primary_muscles,
       custom_exercise.bodyweight_share,
       custom_exercise.assisted
FROM custom_exercise
WHERE custom_exercise.user_id = CAST($1 AS uuid)
  AND custom_exercise.id = ANY(CAST($2 AS uuid[]))
