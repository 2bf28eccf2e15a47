-- Built by exercise_buddy.workouts.queries.workouts. Written by: exercise-buddy dev sql
--   $1  4
--   $2  user_id
--   $3  exercise_id
--   $4  from_date
--   $5  text
--   $6  to_date
--   $7  updated_since
--   $8  limit
--   $9  1
--   $10  document_version
--   $11  1
WITH found AS (
         SELECT workout.user_id AS user_id,
                workout.id AS id,
                workout.title AS title,
                workout.title_proposed AS title_proposed,
                workout.notes AS notes,
                workout.source AS source,
                workout.import_id AS import_id,
                workout.routine_id AS routine_id,
                workout.started_at AS started_at,
                workout.ended_at AS ended_at,
                workout.time_zone AS time_zone,
                workout.local_date AS local_date,
                workout.exercise_count AS exercise_count,
                workout.set_count AS set_count,
                workout.rep_count AS rep_count,
                workout.volume_kg AS volume_kg,
                workout.bodyweight_reps AS bodyweight_reps,
                workout.assisted_volume_kg AS assisted_volume_kg,
                workout.warm_up_set_count AS warm_up_set_count,
                workout.warm_up_rep_count AS warm_up_rep_count,
                workout.warm_up_volume_kg AS warm_up_volume_kg,
                workout.warm_up_bodyweight_reps AS warm_up_bodyweight_reps,
                workout.warm_up_assisted_volume_kg AS warm_up_assisted_volume_kg,
                workout.duration_seconds AS duration_seconds,
                workout.met_minutes AS met_minutes,
                workout.energy_kcal AS energy_kcal,
                workout.average_heart_rate_bpm AS average_heart_rate_bpm,
                workout.max_heart_rate_bpm AS max_heart_rate_bpm,
                workout.stored_bytes AS stored_bytes,
                workout.fingerprint AS fingerprint,
                workout.imported_at AS imported_at,
                workout.revision AS revision,
                workout.created_at AS created_at,
                workout.updated_at AS updated_at,
                workout.document AS document,
                workout.document_sets AS document_sets,
                workout.document_size AS document_size,
                workout.document_version AS document_version,
                workout.document_revision AS document_revision
         FROM workout
         WHERE workout.user_id = CAST($2 AS uuid)
           AND workout.id IN (SELECT workout_exercise.workout_id
                              FROM workout_exercise
                              WHERE workout_exercise.user_id = CAST($2 AS uuid)
                                AND workout_exercise.exercise_id = CAST($3 AS uuid)) IS TRUE
           AND workout.local_date >= CAST($4 AS date)
           AND (lower(workout.title COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($5 AS varchar) COLLATE pg_c_utf8) AS lower_1)
             OR lower(workout.notes COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($5 AS varchar) COLLATE pg_c_utf8) AS lower_2)
             OR workout.id IN (SELECT workout_exercise.workout_id
                               FROM workout_exercise
                               WHERE workout_exercise.user_id = CAST($2 AS uuid)
                                 AND workout_exercise.exercise_id = ANY(ARRAY(SELECT catalogue_exercise.id
                                                                              FROM catalogue_exercise
                                                                              WHERE lower(catalogue_exercise.name COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($5 AS varchar) COLLATE pg_c_utf8) AS lower_3)

                                                                              UNION ALL

                                                                              SELECT custom_exercise.id
                                                                              FROM custom_exercise
                                                                              WHERE custom_exercise.user_id = CAST($2 AS uuid)
                                                                                AND lower(custom_exercise.name COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($5 AS varchar) COLLATE pg_c_utf8) AS lower_4)))) IS TRUE)
           AND workout.local_date <= CAST($6 AS date)
           AND workout.updated_at >= CAST($7 AS timestamp with time zone)
         ORDER BY workout.started_at DESC,
                  workout.id DESC
         LIMIT (CAST($8 AS integer) + CAST($9 AS integer))
       )
  SELECT CASE
           WHEN COALESCE(shown.size_before, 0) = 0
             THEN (SELECT row_to_json(anon_1) AS row_to_json_1
                   FROM (SELECT count(*) AS workouts,
                                COALESCE(sum(anon_2.exercise_count),
                                         0) AS exercises,
                                COALESCE(sum(anon_2.set_count),
                                         0) AS sets,
                                COALESCE(sum(anon_2.rep_count),
                                         0) AS reps,
                                CAST(round(CAST(COALESCE(sum(anon_2.volume_kg),
                                                         0) AS numeric),
                                           CAST($1 AS integer)) AS double precision) AS volume_kg,
                                COALESCE(sum(anon_2.duration_seconds),
                                         0) AS duration_seconds
                         FROM (SELECT workout.user_id AS user_id,
                                      workout.id AS id,
                                      workout.title AS title,
                                      workout.title_proposed AS title_proposed,
                                      workout.notes AS notes,
                                      workout.source AS source,
                                      workout.import_id AS import_id,
                                      workout.routine_id AS routine_id,
                                      workout.started_at AS started_at,
                                      workout.ended_at AS ended_at,
                                      workout.time_zone AS time_zone,
                                      workout.local_date AS local_date,
                                      workout.exercise_count AS exercise_count,
                                      workout.set_count AS set_count,
                                      workout.rep_count AS rep_count,
                                      workout.volume_kg AS volume_kg,
                                      workout.bodyweight_reps AS bodyweight_reps,
                                      workout.assisted_volume_kg AS assisted_volume_kg,
                                      workout.warm_up_set_count AS warm_up_set_count,
                                      workout.warm_up_rep_count AS warm_up_rep_count,
                                      workout.warm_up_volume_kg AS warm_up_volume_kg,
                                      workout.warm_up_bodyweight_reps AS warm_up_bodyweight_reps,
                                      workout.warm_up_assisted_volume_kg AS warm_up_assisted_volume_kg,
                                      workout.duration_seconds AS duration_seconds,
                                      workout.met_minutes AS met_minutes,
                                      workout.energy_kcal AS energy_kcal,
                                      workout.average_heart_rate_bpm AS average_heart_rate_bpm,
                                      workout.max_heart_rate_bpm AS max_heart_rate_bpm,
                                      workout.stored_bytes AS stored_bytes,
                                      workout.fingerprint AS fingerprint,
                                      workout.imported_at AS imported_at,
                                      workout.revision AS revision,
                                      workout.created_at AS created_at,
                                      workout.updated_at AS updated_at,
                                      workout.document AS document,
                                      workout.document_sets AS document_sets,
                                      workout.document_size AS document_size,
                                      workout.document_version AS document_version,
                                      workout.document_revision AS document_revision
                               FROM workout
                               WHERE workout.user_id = CAST($2 AS uuid)
                                 AND workout.id IN (SELECT workout_exercise.workout_id
                                                    FROM workout_exercise
                                                    WHERE workout_exercise.user_id = CAST($2 AS uuid)
                                                      AND workout_exercise.exercise_id = CAST($3 AS uuid)) IS TRUE
                                 AND workout.local_date >= CAST($4 AS date)
                                 AND (lower(workout.title COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($5 AS varchar) COLLATE pg_c_utf8) AS lower_1)
                                   OR lower(workout.notes COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($5 AS varchar) COLLATE pg_c_utf8) AS lower_2)
                                   OR workout.id IN (SELECT workout_exercise.workout_id
                                                     FROM workout_exercise
                                                     WHERE workout_exercise.user_id = CAST($2 AS uuid)
                                                       AND workout_exercise.exercise_id = ANY(ARRAY(SELECT catalogue_exercise.id
                                                                                                    FROM catalogue_exercise
                                                                                                    WHERE lower(catalogue_exercise.name COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($5 AS varchar) COLLATE pg_c_utf8) AS lower_3)

                                                                                                    UNION ALL

                                                                                                    SELECT custom_exercise.id
                                                                                                    FROM custom_exercise
                                                                                                    WHERE custom_exercise.user_id = CAST($2 AS uuid)
                                                                                                      AND lower(custom_exercise.name COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($5 AS varchar) COLLATE pg_c_utf8) AS lower_4)))) IS TRUE)
                                 AND workout.local_date <= CAST($6 AS date)
                                 AND workout.updated_at >= CAST($7 AS timestamp with time zone)) AS anon_2) AS anon_1)
         END AS totals,
         (SELECT count(*) AS count_1
          FROM found) AS anon_3,
         shown.started_at AS key_started_at,
         shown.id AS key_id,
         shown.id,
         CASE
           WHEN shown.document_version = CAST($10 AS integer)
            AND shown.document_revision = shown.revision
             THEN shown.document
         END AS document,
         NULL AS document_sets,
         CASE
           WHEN shown.met_minutes IS NOT NULL
             OR shown.bodyweight_reps > 0
             THEN (SELECT body_measurement.mass_kg
                   FROM body_measurement
                   WHERE body_measurement.user_id = CAST($2 AS uuid)
                     AND body_measurement.measured_on <= shown.local_date
                   ORDER BY body_measurement.measured_on DESC,
                            body_measurement.id DESC
                   LIMIT 1)
         END AS mass_kg
  FROM (SELECT 0) AS always
       LEFT JOIN (SELECT measured.user_id AS user_id,
                         measured.id AS id,
                         measured.title AS title,
                         measured.title_proposed AS title_proposed,
                         measured.notes AS notes,
                         measured.source AS source,
                         measured.import_id AS import_id,
                         measured.routine_id AS routine_id,
                         measured.started_at AS started_at,
                         measured.ended_at AS ended_at,
                         measured.time_zone AS time_zone,
                         measured.local_date AS local_date,
                         measured.exercise_count AS exercise_count,
                         measured.set_count AS set_count,
                         measured.rep_count AS rep_count,
                         measured.volume_kg AS volume_kg,
                         measured.bodyweight_reps AS bodyweight_reps,
                         measured.assisted_volume_kg AS assisted_volume_kg,
                         measured.warm_up_set_count AS warm_up_set_count,
                         measured.warm_up_rep_count AS warm_up_rep_count,
                         measured.warm_up_volume_kg AS warm_up_volume_kg,
                         measured.warm_up_bodyweight_reps AS warm_up_bodyweight_reps,
                         measured.warm_up_assisted_volume_kg AS warm_up_assisted_volume_kg,
                         measured.duration_seconds AS duration_seconds,
                         measured.met_minutes AS met_minutes,
                         measured.energy_kcal AS energy_kcal,
                         measured.average_heart_rate_bpm AS average_heart_rate_bpm,
                         measured.max_heart_rate_bpm AS max_heart_rate_bpm,
                         measured.stored_bytes AS stored_bytes,
                         measured.fingerprint AS fingerprint,
                         measured.imported_at AS imported_at,
                         measured.revision AS revision,
                         measured.created_at AS created_at,
                         measured.updated_at AS updated_at,
                         measured.document AS document,
                         measured.document_sets AS document_sets,
                         measured.document_size AS document_size,
                         measured.document_version AS document_version,
                         measured.document_revision AS document_revision,
                         measured.size_before AS size_before
                  FROM (SELECT found.user_id AS user_id,
                               found.id AS id,
                               found.title AS title,
                               found.title_proposed AS title_proposed,
                               found.notes AS notes,
                               found.source AS source,
                               found.import_id AS import_id,
                               found.routine_id AS routine_id,
                               found.started_at AS started_at,
                               found.ended_at AS ended_at,
                               found.time_zone AS time_zone,
                               found.local_date AS local_date,
                               found.exercise_count AS exercise_count,
                               found.set_count AS set_count,
                               found.rep_count AS rep_count,
                               found.volume_kg AS volume_kg,
                               found.bodyweight_reps AS bodyweight_reps,
                               found.assisted_volume_kg AS assisted_volume_kg,
                               found.warm_up_set_count AS warm_up_set_count,
                               found.warm_up_rep_count AS warm_up_rep_count,
                               found.warm_up_volume_kg AS warm_up_volume_kg,
                               found.warm_up_bodyweight_reps AS warm_up_bodyweight_reps,
                               found.warm_up_assisted_volume_kg AS warm_up_assisted_volume_kg,
                               found.duration_seconds AS duration_seconds,
                               found.met_minutes AS met_minutes,
                               found.energy_kcal AS energy_kcal,
                               found.average_heart_rate_bpm AS average_heart_rate_bpm,
                               found.max_heart_rate_bpm AS max_heart_rate_bpm,
                               found.stored_bytes AS stored_bytes,
                               found.fingerprint AS fingerprint,
                               found.imported_at AS imported_at,
                               found.revision AS revision,
                               found.created_at AS created_at,
                               found.updated_at AS updated_at,
                               found.document AS document,
                               found.document_sets AS document_sets,
                               found.document_size AS document_size,
                               found.document_version AS document_version,
                               found.document_revision AS document_revision,
                               COALESCE(sum(700 + found.exercise_count * 450 + CASE
                                                                                 WHEN found.stored_bytes - (600 + found.exercise_count * 500 + found.set_count * 250) <= 1000
                                                                                   THEN (found.stored_bytes - (600 + found.exercise_count * 500 + found.set_count * 250)) * 5
                                                                                 ELSE COALESCE(octet_length(found.notes),
                                                                                               0) + (SELECT COALESCE(sum(COALESCE(octet_length(workout_exercise.notes),
                                                                                                                                  0) + COALESCE(jsonb_array_length(workout_exercise.targets),
                                                                                                                                                0) * 150),
                                                                                                                     0) AS coalesce_1
                                                                                                     FROM workout_exercise
                                                                                                     WHERE workout_exercise.user_id = found.user_id
                                                                                                       AND workout_exercise.workout_id = found.id)
                                                                               END) OVER (ORDER BY found.started_at DESC,
                                                                                                   found.id DESC
                                                                                          ROWS BETWEEN UNBOUNDED PRECEDING AND CAST($11 AS integer) PRECEDING),
                                        0) AS size_before
                        FROM found) AS measured
                  WHERE measured.size_before < 1048576
                  ORDER BY measured.started_at DESC,
                           measured.id DESC
                  LIMIT CAST($8 AS integer)) AS shown ON TRUE
  ORDER BY shown.started_at DESC,
           shown.id DESC
