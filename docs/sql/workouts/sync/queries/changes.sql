-- Built by exercise_buddy.workouts.sync.queries.CHANGES. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  after_revision
--   $3  after_id
--   $4  limit
--   $5  document_version
--   $6  1
WITH found AS (
         SELECT anon_2.revision AS revision,
                anon_2.id AS id,
                anon_2.deleted_at AS deleted_at
         FROM (SELECT anon_3.revision AS revision,
                      anon_3.id AS id,
                      anon_3.deleted_at AS deleted_at
               FROM (SELECT workout.revision AS revision,
                            workout.id AS id,
                            CAST(NULL AS timestamp with time zone) AS deleted_at
                     FROM workout
                     WHERE workout.user_id = CAST($1 AS uuid)
                       AND (workout.revision, workout.id) > (CAST($2 AS bigint),
                                                             CAST($3 AS uuid))
                     ORDER BY workout.revision,
                              workout.id
                     LIMIT (CAST($4 AS integer) + 1)) AS anon_3

               UNION ALL

               SELECT anon_4.revision AS revision,
                      anon_4.id AS id,
                      anon_4.deleted_at AS deleted_at
               FROM (SELECT deleted_workout.revision AS revision,
                            deleted_workout.workout_id AS id,
                            deleted_workout.deleted_at AS deleted_at
                     FROM deleted_workout
                     WHERE deleted_workout.user_id = CAST($1 AS uuid)
                       AND (deleted_workout.revision, deleted_workout.workout_id) > (CAST($2 AS bigint),
                                                                                     CAST($3 AS uuid))
                     ORDER BY deleted_workout.revision,
                              deleted_workout.workout_id
                     LIMIT (CAST($4 AS integer) + 1)) AS anon_4) AS anon_2
         ORDER BY anon_2.revision,
                  anon_2.id
         LIMIT (CAST($4 AS integer) + 1)
       )
  SELECT always.revision AS current,
         (SELECT count(*) AS count_1
          FROM found) AS anon_1,
         page.revision,
         page.id AS changed_id,
         page.deleted_at,
         workout.id,
         CASE
           WHEN workout.document_version = CAST($5 AS integer)
            AND workout.document_revision = workout.revision
             THEN workout.document
         END AS document,
         CASE
           WHEN workout.document_version = CAST($5 AS integer)
            AND workout.document_revision = workout.revision
             THEN workout.document_sets
         END AS document_sets,
         CASE
           WHEN workout.met_minutes IS NOT NULL
             OR workout.bodyweight_reps > 0
             THEN (SELECT body_measurement.mass_kg
                   FROM body_measurement
                   WHERE body_measurement.user_id = CAST($1 AS uuid)
                     AND body_measurement.measured_on <= workout.local_date
                   ORDER BY body_measurement.measured_on DESC,
                            body_measurement.id DESC
                   LIMIT 1)
         END AS mass_kg
  FROM (SELECT (SELECT user_revision.revision
                FROM user_revision
                WHERE user_revision.user_id = CAST($1 AS uuid)) AS revision) AS always
       LEFT JOIN (SELECT measured.revision AS revision,
                         measured.id AS id,
                         measured.deleted_at AS deleted_at,
                         measured.size_before AS size_before
                  FROM (SELECT found.revision AS revision,
                               found.id AS id,
                               found.deleted_at AS deleted_at,
                               COALESCE(sum(120 + COALESCE((SELECT COALESCE(workout.document_size,
                                                                            700 + workout.exercise_count * 450 + workout.set_count * 220 + (workout.stored_bytes - (600 + workout.exercise_count * 500 + workout.set_count * 250)) * 85) AS coalesce_1
                                                            FROM workout
                                                            WHERE workout.user_id = CAST($1 AS uuid)
                                                              AND workout.id = found.id
                                                              AND found.deleted_at IS NULL),
                                                           0)) OVER (ORDER BY found.revision,
                                                                              found.id
                                                                     ROWS BETWEEN UNBOUNDED PRECEDING AND CAST($6 AS integer) PRECEDING),
                                        0) AS size_before
                        FROM found) AS measured
                  WHERE measured.size_before < 1048576
                  ORDER BY measured.revision,
                           measured.id
                  LIMIT CAST($4 AS integer)) AS page ON TRUE
       LEFT JOIN workout ON workout.user_id = CAST($1 AS uuid)
                        AND workout.id = page.id
                        AND page.deleted_at IS NULL
  ORDER BY page.revision,
           page.id
