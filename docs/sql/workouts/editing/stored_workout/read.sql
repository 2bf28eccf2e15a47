-- Built by exercise_buddy.workouts.editing.stored_workout._READ. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  document_version
--   $3  exercise_ids
--   $4  workout_id
SELECT (SELECT user_revision.revision
        FROM user_revision
        WHERE user_revision.user_id = owner.user_id) AS user_revision,
       (SELECT user_revision.stored_bytes
        FROM user_revision
        WHERE user_revision.user_id = owner.user_id) AS user_bytes,
       catalogue_version() AS catalogue_version,
       workout.title,
       workout.title_proposed,
       workout.notes,
       workout.source,
       workout.started_at,
       workout.ended_at,
       workout.time_zone,
       workout.local_date,
       workout.energy_kcal,
       workout.average_heart_rate_bpm,
       workout.max_heart_rate_bpm,
       workout.stored_bytes,
       (SELECT body_measurement.mass_kg
        FROM body_measurement
        WHERE body_measurement.user_id = CAST($1 AS uuid)
          AND body_measurement.measured_on <= workout.local_date
        ORDER BY body_measurement.measured_on DESC,
                 body_measurement.id DESC
        LIMIT 1) AS mass_kg,
       CASE
         WHEN workout.document_version = CAST($2 AS integer)
          AND workout.document_revision = workout.revision
           THEN workout.document
       END AS document,
       CASE
         WHEN workout.document_version = CAST($2 AS integer)
          AND workout.document_revision = workout.revision
           THEN workout.document_sets
       END AS document_sets,
       CAST(COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                      FROM (SELECT facts.id AS id,
                                   facts.name AS name,
                                   facts.met AS met,
                                   facts.primary_muscles AS primary_muscles,
                                   facts.bodyweight_share AS bodyweight_share,
                                   facts.assisted AS assisted,
                                   facts.is_custom AS is_custom
                            FROM (SELECT catalogue_exercise.id AS id,
                                         catalogue_exercise.name AS name,
                                         catalogue_exercise.met AS met,
                                         catalogue_exercise.primary_muscles AS primary_muscles,
                                         catalogue_exercise.bodyweight_share AS bodyweight_share,
                                         catalogue_exercise.assisted AS assisted,
                                         FALSE AS is_custom
                                  FROM catalogue_exercise
                                  WHERE catalogue_exercise.id = ANY(array_cat(CAST($3 AS uuid[]),
                                                                              ARRAY(SELECT workout_exercise.exercise_id
                                                                                    FROM workout_exercise
                                                                                    WHERE workout_exercise.user_id = CAST($1 AS uuid)
                                                                                      AND workout_exercise.workout_id = CAST($4 AS uuid))))

                                  UNION ALL

                                  SELECT custom_exercise.id AS id,
                                         custom_exercise.name AS name,
                                         custom_exercise.met AS met,
                                         custom_exercise.primary_muscles AS primary_muscles,
                                         custom_exercise.bodyweight_share AS bodyweight_share,
                                         custom_exercise.assisted AS assisted,
                                         TRUE AS is_custom
                                  FROM custom_exercise
                                  WHERE custom_exercise.user_id = CAST($1 AS uuid)
                                    AND custom_exercise.id = ANY(array_cat(CAST($3 AS uuid[]),
                                                                           ARRAY(SELECT workout_exercise.exercise_id
                                                                                 FROM workout_exercise
                                                                                 WHERE workout_exercise.user_id = CAST($1 AS uuid)
                                                                                   AND workout_exercise.workout_id = CAST($4 AS uuid))))) AS facts) AS anon_1),
                     json_build_array()) AS text) AS facts
FROM (SELECT CAST($1 AS uuid) AS user_id) AS owner
     LEFT JOIN workout ON workout.user_id = owner.user_id
                      AND workout.id = CAST($4 AS uuid)
