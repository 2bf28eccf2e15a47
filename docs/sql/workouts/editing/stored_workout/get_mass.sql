-- Built by exercise_buddy.workouts.editing.stored_workout._GET_MASS. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  local_date
SELECT (SELECT body_measurement.mass_kg
        FROM body_measurement
        WHERE body_measurement.user_id = CAST($1 AS uuid)
          AND body_measurement.measured_on <= CAST($2 AS date)
        ORDER BY body_measurement.measured_on DESC,
                 body_measurement.id DESC
        LIMIT 1) AS anon_1
