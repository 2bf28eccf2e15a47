-- Built by exercise_buddy.workouts.queries.workouts_by_id. Written by: exercise-buddy dev sql
--   $1  document_version
--   $2  user_id
--   $3  workout_ids
SELECT workout.id,
       CASE
         WHEN workout.document_version = CAST($1 AS integer)
          AND workout.document_revision = workout.revision
           THEN workout.document
       END AS document,
       CASE
         WHEN workout.document_version = CAST($1 AS integer)
          AND workout.document_revision = workout.revision
           THEN workout.document_sets
       END AS document_sets,
       CASE
         WHEN workout.met_minutes IS NOT NULL
           OR workout.bodyweight_reps > 0
           THEN (SELECT body_measurement.mass_kg
                 FROM body_measurement
                 WHERE body_measurement.user_id = CAST($2 AS uuid)
                   AND body_measurement.measured_on <= workout.local_date
                 ORDER BY body_measurement.measured_on DESC,
                          body_measurement.id DESC
                 LIMIT 1)
       END AS mass_kg
FROM workout
WHERE workout.user_id = CAST($2 AS uuid)
  AND workout.id = ANY(CAST($3 AS uuid[]))
