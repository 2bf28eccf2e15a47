-- Built by exercise_buddy.statistics.records.recent.RECENT_RECORDS. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  'monday,tuesday,wednesday,thursday,friday,saturday,sunday'
--   $3  ','
--   $4  now
--   $5  False
--   $6  True
WITH recent AS MATERIALIZED (
         SELECT performed_exercise.exercise_id AS exercise_id,
                max(performed_exercise.best_set_weight_kg) AS best_set_weight_kg,
                max(performed_exercise.best_e1rm_kg) AS best_e1rm_kg,
                max(performed_exercise.best_reps) AS best_reps,
                max(performed_exercise.best_set_volume_kg) AS best_set_volume_kg,
                max(performed_exercise.best_duration_seconds) AS best_duration_seconds,
                max(performed_exercise.best_distance_meters) AS best_distance_meters,
                max(performed_exercise.best_unbroken_reps) AS best_unbroken_reps
         FROM (SELECT workout.user_id AS user_id,
                      workout.id AS workout_id,
                      workout.title AS title,
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
                      workout.duration_seconds AS duration_seconds,
                      workout.met_minutes AS met_minutes,
                      workout.revision AS revision
               FROM workout) AS performed_workout
              INNER JOIN (SELECT workout_exercise.user_id AS user_id,
                                 workout_exercise.workout_id AS workout_id,
                                 workout_exercise.position AS position,
                                 workout_exercise.exercise_id AS exercise_id,
                                 workout_exercise.started_at AS started_at,
                                 workout_exercise.local_date AS local_date,
                                 workout_exercise.set_count AS set_count,
                                 workout_exercise.rep_count AS rep_count,
                                 workout_exercise.volume_kg AS volume_kg,
                                 workout_exercise.bodyweight_reps AS bodyweight_reps,
                                 workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                 workout_exercise.duration_seconds AS duration_seconds,
                                 workout_exercise.distance_meters AS distance_meters,
                                 workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                 workout_exercise.best_set_reps AS best_set_reps,
                                 workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                 workout_exercise.best_reps AS best_reps,
                                 workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                 workout_exercise.best_duration_seconds AS best_duration_seconds,
                                 workout_exercise.best_distance_meters AS best_distance_meters,
                                 workout_exercise.load_kgs AS load_kgs,
                                 workout_exercise.load_reps AS load_reps,
                                 workout_exercise.tracked_sets AS tracked_sets,
                                 workout_exercise.tracked_reps AS tracked_reps,
                                 workout_exercise.detected_reps AS detected_reps,
                                 workout_exercise.corrected_reps AS corrected_reps,
                                 workout_exercise.corrected_sets AS corrected_sets,
                                 workout_exercise.timed_reps AS timed_reps,
                                 workout_exercise.time_ms AS time_ms,
                                 workout_exercise.eccentric_reps AS eccentric_reps,
                                 workout_exercise.eccentric_ms AS eccentric_ms,
                                 workout_exercise.concentric_reps AS concentric_reps,
                                 workout_exercise.concentric_ms AS concentric_ms,
                                 workout_exercise.range_reps AS range_reps,
                                 workout_exercise.range_degrees AS range_degrees,
                                 workout_exercise.slowdown_sets AS slowdown_sets,
                                 workout_exercise.slowdown_percent AS slowdown_percent,
                                 workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                 workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                 workout_exercise.cadence_reps AS cadence_reps,
                                 workout_exercise.cadence_ms AS cadence_ms,
                                 workout_exercise.best_unbroken_reps AS best_unbroken_reps
                          FROM workout_exercise) AS performed_exercise ON performed_exercise.user_id = performed_workout.user_id
                                                                      AND performed_exercise.workout_id = performed_workout.workout_id
         WHERE performed_workout.user_id = CAST($1 AS uuid)
           AND performed_workout.local_date BETWEEN (SELECT calendar.today
                                                     FROM (SELECT user_account.id AS user_id,
                                                                  user_account.time_zone AS time_zone,
                                                                  user_account.week_starts_on AS week_starts_on,
                                                                  array_position(string_to_array(CAST($2 AS varchar),
                                                                                                 CAST($3 AS varchar)),
                                                                                 user_account.week_starts_on) AS week_start,
                                                                  CAST(timezone(user_account.canonical_time_zone,
                                                                                CAST($4 AS timestamp with time zone)) AS date) AS today
                                                           FROM user_account) AS calendar
                                                     WHERE calendar.user_id = CAST($1 AS uuid)) - 29 AND (SELECT calendar.today
                                                                                                          FROM (SELECT user_account.id AS user_id,
                                                                                                                       user_account.time_zone AS time_zone,
                                                                                                                       user_account.week_starts_on AS week_starts_on,
                                                                                                                       array_position(string_to_array(CAST($2 AS varchar),
                                                                                                                                                      CAST($3 AS varchar)),
                                                                                                                                      user_account.week_starts_on) AS week_start,
                                                                                                                       CAST(timezone(user_account.canonical_time_zone,
                                                                                                                                     CAST($4 AS timestamp with time zone)) AS date) AS today
                                                                                                                FROM user_account) AS calendar
                                                                                                          WHERE calendar.user_id = CAST($1 AS uuid))
         GROUP BY performed_exercise.exercise_id
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT named.exercise AS exercise,
                                shown.kind AS kind,
                                shown.value AS value,
                                shown.unit AS unit,
                                shown.local_date AS date,
                                shown.workout_id AS workout_id
                         FROM (SELECT found.exercise_id AS exercise_id,
                                      found.kind AS kind,
                                      found.number AS number,
                                      found.value AS value,
                                      found.unit AS unit,
                                      found.local_date AS local_date,
                                      found.workout_id AS workout_id,
                                      found.started_at AS started_at
                               FROM ((((((SELECT recent_load.exercise_id AS exercise_id,
                                                 best_load.kind AS kind,
                                                 best_load.number AS number,
                                                 best_load.value AS value,
                                                 'kg' AS unit,
                                                 best_load.local_date AS local_date,
                                                 best_load.workout_id AS workout_id,
                                                 best_load.started_at AS started_at
                                          FROM recent AS recent_load
                                               INNER JOIN LATERAL (SELECT 'load' AS kind,
                                                                          0 AS number,
                                                                          CAST(performed_exercise.best_set_weight_kg AS double precision) AS value,
                                                                          performed_exercise.started_at AS started_at,
                                                                          performed_exercise.workout_id AS workout_id,
                                                                          performed_exercise.position AS position,
                                                                          performed_exercise.local_date AS local_date,
                                                                          performed_exercise.best_set_reps AS best_set_reps,
                                                                          performed_exercise.load_kgs AS load_kgs,
                                                                          performed_exercise.load_reps AS load_reps
                                                                   FROM (SELECT workout_exercise.user_id AS user_id,
                                                                                workout_exercise.workout_id AS workout_id,
                                                                                workout_exercise.position AS position,
                                                                                workout_exercise.exercise_id AS exercise_id,
                                                                                workout_exercise.started_at AS started_at,
                                                                                workout_exercise.local_date AS local_date,
                                                                                workout_exercise.set_count AS set_count,
                                                                                workout_exercise.rep_count AS rep_count,
                                                                                workout_exercise.volume_kg AS volume_kg,
                                                                                workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                                                workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                                                workout_exercise.duration_seconds AS duration_seconds,
                                                                                workout_exercise.distance_meters AS distance_meters,
                                                                                workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                                                workout_exercise.best_set_reps AS best_set_reps,
                                                                                workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                                                workout_exercise.best_reps AS best_reps,
                                                                                workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                                                workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                                                workout_exercise.best_distance_meters AS best_distance_meters,
                                                                                workout_exercise.load_kgs AS load_kgs,
                                                                                workout_exercise.load_reps AS load_reps,
                                                                                workout_exercise.tracked_sets AS tracked_sets,
                                                                                workout_exercise.tracked_reps AS tracked_reps,
                                                                                workout_exercise.detected_reps AS detected_reps,
                                                                                workout_exercise.corrected_reps AS corrected_reps,
                                                                                workout_exercise.corrected_sets AS corrected_sets,
                                                                                workout_exercise.timed_reps AS timed_reps,
                                                                                workout_exercise.time_ms AS time_ms,
                                                                                workout_exercise.eccentric_reps AS eccentric_reps,
                                                                                workout_exercise.eccentric_ms AS eccentric_ms,
                                                                                workout_exercise.concentric_reps AS concentric_reps,
                                                                                workout_exercise.concentric_ms AS concentric_ms,
                                                                                workout_exercise.range_reps AS range_reps,
                                                                                workout_exercise.range_degrees AS range_degrees,
                                                                                workout_exercise.slowdown_sets AS slowdown_sets,
                                                                                workout_exercise.slowdown_percent AS slowdown_percent,
                                                                                workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                                                workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                                                workout_exercise.cadence_reps AS cadence_reps,
                                                                                workout_exercise.cadence_ms AS cadence_ms,
                                                                                workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                                         FROM workout_exercise) AS performed_exercise
                                                                   WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                                     AND performed_exercise.exercise_id = recent_load.exercise_id
                                                                     AND performed_exercise.best_set_weight_kg > 0
                                                                     AND performed_exercise.best_set_weight_kg >= recent_load.best_set_weight_kg
                                                                   ORDER BY performed_exercise.best_set_weight_kg DESC,
                                                                            performed_exercise.started_at,
                                                                            performed_exercise.workout_id,
                                                                            performed_exercise.position
                                                                   LIMIT 1) AS best_load ON TRUE
                                          WHERE recent_load.best_set_weight_kg > 0
                                            AND best_load.local_date >= (SELECT calendar.today
                                                                         FROM (SELECT user_account.id AS user_id,
                                                                                      user_account.time_zone AS time_zone,
                                                                                      user_account.week_starts_on AS week_starts_on,
                                                                                      array_position(string_to_array(CAST($2 AS varchar),
                                                                                                                     CAST($3 AS varchar)),
                                                                                                     user_account.week_starts_on) AS week_start,
                                                                                      CAST(timezone(user_account.canonical_time_zone,
                                                                                                    CAST($4 AS timestamp with time zone)) AS date) AS today
                                                                               FROM user_account) AS calendar
                                                                         WHERE calendar.user_id = CAST($1 AS uuid)) - 29
                                            AND ((SELECT     performed_exercise.best_set_weight_kg > 0
                                                         AND performed_exercise.started_at < best_load.started_at AS anon_2
                                                  FROM (SELECT workout_exercise.user_id AS user_id,
                                                               workout_exercise.workout_id AS workout_id,
                                                               workout_exercise.position AS position,
                                                               workout_exercise.exercise_id AS exercise_id,
                                                               workout_exercise.started_at AS started_at,
                                                               workout_exercise.local_date AS local_date,
                                                               workout_exercise.set_count AS set_count,
                                                               workout_exercise.rep_count AS rep_count,
                                                               workout_exercise.volume_kg AS volume_kg,
                                                               workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                               workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                               workout_exercise.duration_seconds AS duration_seconds,
                                                               workout_exercise.distance_meters AS distance_meters,
                                                               workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                               workout_exercise.best_set_reps AS best_set_reps,
                                                               workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                               workout_exercise.best_reps AS best_reps,
                                                               workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                               workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                               workout_exercise.best_distance_meters AS best_distance_meters,
                                                               workout_exercise.load_kgs AS load_kgs,
                                                               workout_exercise.load_reps AS load_reps,
                                                               workout_exercise.tracked_sets AS tracked_sets,
                                                               workout_exercise.tracked_reps AS tracked_reps,
                                                               workout_exercise.detected_reps AS detected_reps,
                                                               workout_exercise.corrected_reps AS corrected_reps,
                                                               workout_exercise.corrected_sets AS corrected_sets,
                                                               workout_exercise.timed_reps AS timed_reps,
                                                               workout_exercise.time_ms AS time_ms,
                                                               workout_exercise.eccentric_reps AS eccentric_reps,
                                                               workout_exercise.eccentric_ms AS eccentric_ms,
                                                               workout_exercise.concentric_reps AS concentric_reps,
                                                               workout_exercise.concentric_ms AS concentric_ms,
                                                               workout_exercise.range_reps AS range_reps,
                                                               workout_exercise.range_degrees AS range_degrees,
                                                               workout_exercise.slowdown_sets AS slowdown_sets,
                                                               workout_exercise.slowdown_percent AS slowdown_percent,
                                                               workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                               workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                               workout_exercise.cadence_reps AS cadence_reps,
                                                               workout_exercise.cadence_ms AS cadence_ms,
                                                               workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                        FROM workout_exercise) AS performed_exercise
                                                  WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                    AND performed_exercise.exercise_id = recent_load.exercise_id
                                                  ORDER BY performed_exercise.started_at
                                                  LIMIT 1)
                                              OR (SELECT 1
                                                  FROM (SELECT workout_exercise.user_id AS user_id,
                                                               workout_exercise.workout_id AS workout_id,
                                                               workout_exercise.position AS position,
                                                               workout_exercise.exercise_id AS exercise_id,
                                                               workout_exercise.started_at AS started_at,
                                                               workout_exercise.local_date AS local_date,
                                                               workout_exercise.set_count AS set_count,
                                                               workout_exercise.rep_count AS rep_count,
                                                               workout_exercise.volume_kg AS volume_kg,
                                                               workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                               workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                               workout_exercise.duration_seconds AS duration_seconds,
                                                               workout_exercise.distance_meters AS distance_meters,
                                                               workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                               workout_exercise.best_set_reps AS best_set_reps,
                                                               workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                               workout_exercise.best_reps AS best_reps,
                                                               workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                               workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                               workout_exercise.best_distance_meters AS best_distance_meters,
                                                               workout_exercise.load_kgs AS load_kgs,
                                                               workout_exercise.load_reps AS load_reps,
                                                               workout_exercise.tracked_sets AS tracked_sets,
                                                               workout_exercise.tracked_reps AS tracked_reps,
                                                               workout_exercise.detected_reps AS detected_reps,
                                                               workout_exercise.corrected_reps AS corrected_reps,
                                                               workout_exercise.corrected_sets AS corrected_sets,
                                                               workout_exercise.timed_reps AS timed_reps,
                                                               workout_exercise.time_ms AS time_ms,
                                                               workout_exercise.eccentric_reps AS eccentric_reps,
                                                               workout_exercise.eccentric_ms AS eccentric_ms,
                                                               workout_exercise.concentric_reps AS concentric_reps,
                                                               workout_exercise.concentric_ms AS concentric_ms,
                                                               workout_exercise.range_reps AS range_reps,
                                                               workout_exercise.range_degrees AS range_degrees,
                                                               workout_exercise.slowdown_sets AS slowdown_sets,
                                                               workout_exercise.slowdown_percent AS slowdown_percent,
                                                               workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                               workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                               workout_exercise.cadence_reps AS cadence_reps,
                                                               workout_exercise.cadence_ms AS cadence_ms,
                                                               workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                        FROM workout_exercise) AS performed_exercise
                                                  WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                    AND performed_exercise.exercise_id = recent_load.exercise_id
                                                    AND performed_exercise.best_set_weight_kg > 0
                                                    AND performed_exercise.started_at <= best_load.started_at
                                                    AND (performed_exercise.started_at < best_load.started_at
                                                      OR (performed_exercise.started_at = best_load.started_at
                                                      AND ROW(performed_exercise.workout_id, performed_exercise.position) < ROW(best_load.workout_id, best_load.position)))
                                                  ORDER BY performed_exercise.started_at
                                                  LIMIT 1) IS NOT NULL)

                                          UNION ALL

                                          SELECT recent_e1rm.exercise_id AS exercise_id,
                                                 best_e1rm.kind AS kind,
                                                 best_e1rm.number AS number,
                                                 best_e1rm.value AS value,
                                                 'kg' AS unit,
                                                 best_e1rm.local_date AS local_date,
                                                 best_e1rm.workout_id AS workout_id,
                                                 best_e1rm.started_at AS started_at
                                          FROM recent AS recent_e1rm
                                               INNER JOIN LATERAL (SELECT 'e1rm' AS kind,
                                                                          1 AS number,
                                                                          CAST(performed_exercise.best_e1rm_kg AS double precision) AS value,
                                                                          performed_exercise.started_at AS started_at,
                                                                          performed_exercise.workout_id AS workout_id,
                                                                          performed_exercise.position AS position,
                                                                          performed_exercise.local_date AS local_date,
                                                                          performed_exercise.best_set_reps AS best_set_reps,
                                                                          performed_exercise.load_kgs AS load_kgs,
                                                                          performed_exercise.load_reps AS load_reps
                                                                   FROM (SELECT workout_exercise.user_id AS user_id,
                                                                                workout_exercise.workout_id AS workout_id,
                                                                                workout_exercise.position AS position,
                                                                                workout_exercise.exercise_id AS exercise_id,
                                                                                workout_exercise.started_at AS started_at,
                                                                                workout_exercise.local_date AS local_date,
                                                                                workout_exercise.set_count AS set_count,
                                                                                workout_exercise.rep_count AS rep_count,
                                                                                workout_exercise.volume_kg AS volume_kg,
                                                                                workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                                                workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                                                workout_exercise.duration_seconds AS duration_seconds,
                                                                                workout_exercise.distance_meters AS distance_meters,
                                                                                workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                                                workout_exercise.best_set_reps AS best_set_reps,
                                                                                workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                                                workout_exercise.best_reps AS best_reps,
                                                                                workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                                                workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                                                workout_exercise.best_distance_meters AS best_distance_meters,
                                                                                workout_exercise.load_kgs AS load_kgs,
                                                                                workout_exercise.load_reps AS load_reps,
                                                                                workout_exercise.tracked_sets AS tracked_sets,
                                                                                workout_exercise.tracked_reps AS tracked_reps,
                                                                                workout_exercise.detected_reps AS detected_reps,
                                                                                workout_exercise.corrected_reps AS corrected_reps,
                                                                                workout_exercise.corrected_sets AS corrected_sets,
                                                                                workout_exercise.timed_reps AS timed_reps,
                                                                                workout_exercise.time_ms AS time_ms,
                                                                                workout_exercise.eccentric_reps AS eccentric_reps,
                                                                                workout_exercise.eccentric_ms AS eccentric_ms,
                                                                                workout_exercise.concentric_reps AS concentric_reps,
                                                                                workout_exercise.concentric_ms AS concentric_ms,
                                                                                workout_exercise.range_reps AS range_reps,
                                                                                workout_exercise.range_degrees AS range_degrees,
                                                                                workout_exercise.slowdown_sets AS slowdown_sets,
                                                                                workout_exercise.slowdown_percent AS slowdown_percent,
                                                                                workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                                                workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                                                workout_exercise.cadence_reps AS cadence_reps,
                                                                                workout_exercise.cadence_ms AS cadence_ms,
                                                                                workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                                         FROM workout_exercise) AS performed_exercise
                                                                   WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                                     AND performed_exercise.exercise_id = recent_e1rm.exercise_id
                                                                     AND performed_exercise.best_e1rm_kg > 0
                                                                     AND performed_exercise.best_e1rm_kg >= recent_e1rm.best_e1rm_kg
                                                                   ORDER BY performed_exercise.best_e1rm_kg DESC,
                                                                            performed_exercise.started_at,
                                                                            performed_exercise.workout_id,
                                                                            performed_exercise.position
                                                                   LIMIT 1) AS best_e1rm ON TRUE
                                          WHERE recent_e1rm.best_e1rm_kg > 0
                                            AND best_e1rm.local_date >= (SELECT calendar.today
                                                                         FROM (SELECT user_account.id AS user_id,
                                                                                      user_account.time_zone AS time_zone,
                                                                                      user_account.week_starts_on AS week_starts_on,
                                                                                      array_position(string_to_array(CAST($2 AS varchar),
                                                                                                                     CAST($3 AS varchar)),
                                                                                                     user_account.week_starts_on) AS week_start,
                                                                                      CAST(timezone(user_account.canonical_time_zone,
                                                                                                    CAST($4 AS timestamp with time zone)) AS date) AS today
                                                                               FROM user_account) AS calendar
                                                                         WHERE calendar.user_id = CAST($1 AS uuid)) - 29
                                            AND ((SELECT     performed_exercise.best_e1rm_kg > 0
                                                         AND performed_exercise.started_at < best_e1rm.started_at AS anon_3
                                                  FROM (SELECT workout_exercise.user_id AS user_id,
                                                               workout_exercise.workout_id AS workout_id,
                                                               workout_exercise.position AS position,
                                                               workout_exercise.exercise_id AS exercise_id,
                                                               workout_exercise.started_at AS started_at,
                                                               workout_exercise.local_date AS local_date,
                                                               workout_exercise.set_count AS set_count,
                                                               workout_exercise.rep_count AS rep_count,
                                                               workout_exercise.volume_kg AS volume_kg,
                                                               workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                               workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                               workout_exercise.duration_seconds AS duration_seconds,
                                                               workout_exercise.distance_meters AS distance_meters,
                                                               workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                               workout_exercise.best_set_reps AS best_set_reps,
                                                               workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                               workout_exercise.best_reps AS best_reps,
                                                               workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                               workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                               workout_exercise.best_distance_meters AS best_distance_meters,
                                                               workout_exercise.load_kgs AS load_kgs,
                                                               workout_exercise.load_reps AS load_reps,
                                                               workout_exercise.tracked_sets AS tracked_sets,
                                                               workout_exercise.tracked_reps AS tracked_reps,
                                                               workout_exercise.detected_reps AS detected_reps,
                                                               workout_exercise.corrected_reps AS corrected_reps,
                                                               workout_exercise.corrected_sets AS corrected_sets,
                                                               workout_exercise.timed_reps AS timed_reps,
                                                               workout_exercise.time_ms AS time_ms,
                                                               workout_exercise.eccentric_reps AS eccentric_reps,
                                                               workout_exercise.eccentric_ms AS eccentric_ms,
                                                               workout_exercise.concentric_reps AS concentric_reps,
                                                               workout_exercise.concentric_ms AS concentric_ms,
                                                               workout_exercise.range_reps AS range_reps,
                                                               workout_exercise.range_degrees AS range_degrees,
                                                               workout_exercise.slowdown_sets AS slowdown_sets,
                                                               workout_exercise.slowdown_percent AS slowdown_percent,
                                                               workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                               workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                               workout_exercise.cadence_reps AS cadence_reps,
                                                               workout_exercise.cadence_ms AS cadence_ms,
                                                               workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                        FROM workout_exercise) AS performed_exercise
                                                  WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                    AND performed_exercise.exercise_id = recent_e1rm.exercise_id
                                                  ORDER BY performed_exercise.started_at
                                                  LIMIT 1)
                                              OR (SELECT 1
                                                  FROM (SELECT workout_exercise.user_id AS user_id,
                                                               workout_exercise.workout_id AS workout_id,
                                                               workout_exercise.position AS position,
                                                               workout_exercise.exercise_id AS exercise_id,
                                                               workout_exercise.started_at AS started_at,
                                                               workout_exercise.local_date AS local_date,
                                                               workout_exercise.set_count AS set_count,
                                                               workout_exercise.rep_count AS rep_count,
                                                               workout_exercise.volume_kg AS volume_kg,
                                                               workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                               workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                               workout_exercise.duration_seconds AS duration_seconds,
                                                               workout_exercise.distance_meters AS distance_meters,
                                                               workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                               workout_exercise.best_set_reps AS best_set_reps,
                                                               workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                               workout_exercise.best_reps AS best_reps,
                                                               workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                               workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                               workout_exercise.best_distance_meters AS best_distance_meters,
                                                               workout_exercise.load_kgs AS load_kgs,
                                                               workout_exercise.load_reps AS load_reps,
                                                               workout_exercise.tracked_sets AS tracked_sets,
                                                               workout_exercise.tracked_reps AS tracked_reps,
                                                               workout_exercise.detected_reps AS detected_reps,
                                                               workout_exercise.corrected_reps AS corrected_reps,
                                                               workout_exercise.corrected_sets AS corrected_sets,
                                                               workout_exercise.timed_reps AS timed_reps,
                                                               workout_exercise.time_ms AS time_ms,
                                                               workout_exercise.eccentric_reps AS eccentric_reps,
                                                               workout_exercise.eccentric_ms AS eccentric_ms,
                                                               workout_exercise.concentric_reps AS concentric_reps,
                                                               workout_exercise.concentric_ms AS concentric_ms,
                                                               workout_exercise.range_reps AS range_reps,
                                                               workout_exercise.range_degrees AS range_degrees,
                                                               workout_exercise.slowdown_sets AS slowdown_sets,
                                                               workout_exercise.slowdown_percent AS slowdown_percent,
                                                               workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                               workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                               workout_exercise.cadence_reps AS cadence_reps,
                                                               workout_exercise.cadence_ms AS cadence_ms,
                                                               workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                        FROM workout_exercise) AS performed_exercise
                                                  WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                    AND performed_exercise.exercise_id = recent_e1rm.exercise_id
                                                    AND performed_exercise.best_e1rm_kg > 0
                                                    AND performed_exercise.started_at <= best_e1rm.started_at
                                                    AND (performed_exercise.started_at < best_e1rm.started_at
                                                      OR (performed_exercise.started_at = best_e1rm.started_at
                                                      AND ROW(performed_exercise.workout_id, performed_exercise.position) < ROW(best_e1rm.workout_id, best_e1rm.position)))
                                                  ORDER BY performed_exercise.started_at
                                                  LIMIT 1) IS NOT NULL))

                                         UNION ALL

                                         SELECT recent_reps.exercise_id AS exercise_id,
                                                best_reps.kind AS kind,
                                                best_reps.number AS number,
                                                best_reps.value AS value,
                                                'reps' AS unit,
                                                best_reps.local_date AS local_date,
                                                best_reps.workout_id AS workout_id,
                                                best_reps.started_at AS started_at
                                         FROM recent AS recent_reps
                                              INNER JOIN LATERAL (SELECT 'reps' AS kind,
                                                                         2 AS number,
                                                                         CAST(performed_exercise.best_reps AS double precision) AS value,
                                                                         performed_exercise.started_at AS started_at,
                                                                         performed_exercise.workout_id AS workout_id,
                                                                         performed_exercise.position AS position,
                                                                         performed_exercise.local_date AS local_date,
                                                                         performed_exercise.best_set_reps AS best_set_reps,
                                                                         performed_exercise.load_kgs AS load_kgs,
                                                                         performed_exercise.load_reps AS load_reps
                                                                  FROM (SELECT workout_exercise.user_id AS user_id,
                                                                               workout_exercise.workout_id AS workout_id,
                                                                               workout_exercise.position AS position,
                                                                               workout_exercise.exercise_id AS exercise_id,
                                                                               workout_exercise.started_at AS started_at,
                                                                               workout_exercise.local_date AS local_date,
                                                                               workout_exercise.set_count AS set_count,
                                                                               workout_exercise.rep_count AS rep_count,
                                                                               workout_exercise.volume_kg AS volume_kg,
                                                                               workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                                               workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                                               workout_exercise.duration_seconds AS duration_seconds,
                                                                               workout_exercise.distance_meters AS distance_meters,
                                                                               workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                                               workout_exercise.best_set_reps AS best_set_reps,
                                                                               workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                                               workout_exercise.best_reps AS best_reps,
                                                                               workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                                               workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                                               workout_exercise.best_distance_meters AS best_distance_meters,
                                                                               workout_exercise.load_kgs AS load_kgs,
                                                                               workout_exercise.load_reps AS load_reps,
                                                                               workout_exercise.tracked_sets AS tracked_sets,
                                                                               workout_exercise.tracked_reps AS tracked_reps,
                                                                               workout_exercise.detected_reps AS detected_reps,
                                                                               workout_exercise.corrected_reps AS corrected_reps,
                                                                               workout_exercise.corrected_sets AS corrected_sets,
                                                                               workout_exercise.timed_reps AS timed_reps,
                                                                               workout_exercise.time_ms AS time_ms,
                                                                               workout_exercise.eccentric_reps AS eccentric_reps,
                                                                               workout_exercise.eccentric_ms AS eccentric_ms,
                                                                               workout_exercise.concentric_reps AS concentric_reps,
                                                                               workout_exercise.concentric_ms AS concentric_ms,
                                                                               workout_exercise.range_reps AS range_reps,
                                                                               workout_exercise.range_degrees AS range_degrees,
                                                                               workout_exercise.slowdown_sets AS slowdown_sets,
                                                                               workout_exercise.slowdown_percent AS slowdown_percent,
                                                                               workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                                               workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                                               workout_exercise.cadence_reps AS cadence_reps,
                                                                               workout_exercise.cadence_ms AS cadence_ms,
                                                                               workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                                        FROM workout_exercise) AS performed_exercise
                                                                  WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                                    AND performed_exercise.exercise_id = recent_reps.exercise_id
                                                                    AND performed_exercise.best_reps > 0
                                                                    AND performed_exercise.best_reps >= recent_reps.best_reps
                                                                  ORDER BY performed_exercise.best_reps DESC,
                                                                           performed_exercise.started_at,
                                                                           performed_exercise.workout_id,
                                                                           performed_exercise.position
                                                                  LIMIT 1) AS best_reps ON TRUE
                                         WHERE recent_reps.best_reps > 0
                                           AND best_reps.local_date >= (SELECT calendar.today
                                                                        FROM (SELECT user_account.id AS user_id,
                                                                                     user_account.time_zone AS time_zone,
                                                                                     user_account.week_starts_on AS week_starts_on,
                                                                                     array_position(string_to_array(CAST($2 AS varchar),
                                                                                                                    CAST($3 AS varchar)),
                                                                                                    user_account.week_starts_on) AS week_start,
                                                                                     CAST(timezone(user_account.canonical_time_zone,
                                                                                                   CAST($4 AS timestamp with time zone)) AS date) AS today
                                                                              FROM user_account) AS calendar
                                                                        WHERE calendar.user_id = CAST($1 AS uuid)) - 29
                                           AND ((SELECT     performed_exercise.best_reps > 0
                                                        AND performed_exercise.started_at < best_reps.started_at AS anon_4
                                                 FROM (SELECT workout_exercise.user_id AS user_id,
                                                              workout_exercise.workout_id AS workout_id,
                                                              workout_exercise.position AS position,
                                                              workout_exercise.exercise_id AS exercise_id,
                                                              workout_exercise.started_at AS started_at,
                                                              workout_exercise.local_date AS local_date,
                                                              workout_exercise.set_count AS set_count,
                                                              workout_exercise.rep_count AS rep_count,
                                                              workout_exercise.volume_kg AS volume_kg,
                                                              workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                              workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                              workout_exercise.duration_seconds AS duration_seconds,
                                                              workout_exercise.distance_meters AS distance_meters,
                                                              workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                              workout_exercise.best_set_reps AS best_set_reps,
                                                              workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                              workout_exercise.best_reps AS best_reps,
                                                              workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                              workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                              workout_exercise.best_distance_meters AS best_distance_meters,
                                                              workout_exercise.load_kgs AS load_kgs,
                                                              workout_exercise.load_reps AS load_reps,
                                                              workout_exercise.tracked_sets AS tracked_sets,
                                                              workout_exercise.tracked_reps AS tracked_reps,
                                                              workout_exercise.detected_reps AS detected_reps,
                                                              workout_exercise.corrected_reps AS corrected_reps,
                                                              workout_exercise.corrected_sets AS corrected_sets,
                                                              workout_exercise.timed_reps AS timed_reps,
                                                              workout_exercise.time_ms AS time_ms,
                                                              workout_exercise.eccentric_reps AS eccentric_reps,
                                                              workout_exercise.eccentric_ms AS eccentric_ms,
                                                              workout_exercise.concentric_reps AS concentric_reps,
                                                              workout_exercise.concentric_ms AS concentric_ms,
                                                              workout_exercise.range_reps AS range_reps,
                                                              workout_exercise.range_degrees AS range_degrees,
                                                              workout_exercise.slowdown_sets AS slowdown_sets,
                                                              workout_exercise.slowdown_percent AS slowdown_percent,
                                                              workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                              workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                              workout_exercise.cadence_reps AS cadence_reps,
                                                              workout_exercise.cadence_ms AS cadence_ms,
                                                              workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                       FROM workout_exercise) AS performed_exercise
                                                 WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                   AND performed_exercise.exercise_id = recent_reps.exercise_id
                                                 ORDER BY performed_exercise.started_at
                                                 LIMIT 1)
                                             OR (SELECT 1
                                                 FROM (SELECT workout_exercise.user_id AS user_id,
                                                              workout_exercise.workout_id AS workout_id,
                                                              workout_exercise.position AS position,
                                                              workout_exercise.exercise_id AS exercise_id,
                                                              workout_exercise.started_at AS started_at,
                                                              workout_exercise.local_date AS local_date,
                                                              workout_exercise.set_count AS set_count,
                                                              workout_exercise.rep_count AS rep_count,
                                                              workout_exercise.volume_kg AS volume_kg,
                                                              workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                              workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                              workout_exercise.duration_seconds AS duration_seconds,
                                                              workout_exercise.distance_meters AS distance_meters,
                                                              workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                              workout_exercise.best_set_reps AS best_set_reps,
                                                              workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                              workout_exercise.best_reps AS best_reps,
                                                              workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                              workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                              workout_exercise.best_distance_meters AS best_distance_meters,
                                                              workout_exercise.load_kgs AS load_kgs,
                                                              workout_exercise.load_reps AS load_reps,
                                                              workout_exercise.tracked_sets AS tracked_sets,
                                                              workout_exercise.tracked_reps AS tracked_reps,
                                                              workout_exercise.detected_reps AS detected_reps,
                                                              workout_exercise.corrected_reps AS corrected_reps,
                                                              workout_exercise.corrected_sets AS corrected_sets,
                                                              workout_exercise.timed_reps AS timed_reps,
                                                              workout_exercise.time_ms AS time_ms,
                                                              workout_exercise.eccentric_reps AS eccentric_reps,
                                                              workout_exercise.eccentric_ms AS eccentric_ms,
                                                              workout_exercise.concentric_reps AS concentric_reps,
                                                              workout_exercise.concentric_ms AS concentric_ms,
                                                              workout_exercise.range_reps AS range_reps,
                                                              workout_exercise.range_degrees AS range_degrees,
                                                              workout_exercise.slowdown_sets AS slowdown_sets,
                                                              workout_exercise.slowdown_percent AS slowdown_percent,
                                                              workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                              workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                              workout_exercise.cadence_reps AS cadence_reps,
                                                              workout_exercise.cadence_ms AS cadence_ms,
                                                              workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                       FROM workout_exercise) AS performed_exercise
                                                 WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                   AND performed_exercise.exercise_id = recent_reps.exercise_id
                                                   AND performed_exercise.best_reps > 0
                                                   AND performed_exercise.started_at <= best_reps.started_at
                                                   AND (performed_exercise.started_at < best_reps.started_at
                                                     OR (performed_exercise.started_at = best_reps.started_at
                                                     AND ROW(performed_exercise.workout_id, performed_exercise.position) < ROW(best_reps.workout_id, best_reps.position)))
                                                 ORDER BY performed_exercise.started_at
                                                 LIMIT 1) IS NOT NULL))

                                        UNION ALL

                                        SELECT recent_set_volume.exercise_id AS exercise_id,
                                               best_set_volume.kind AS kind,
                                               best_set_volume.number AS number,
                                               best_set_volume.value AS value,
                                               'kg' AS unit,
                                               best_set_volume.local_date AS local_date,
                                               best_set_volume.workout_id AS workout_id,
                                               best_set_volume.started_at AS started_at
                                        FROM recent AS recent_set_volume
                                             INNER JOIN LATERAL (SELECT 'set_volume' AS kind,
                                                                        4 AS number,
                                                                        CAST(performed_exercise.best_set_volume_kg AS double precision) AS value,
                                                                        performed_exercise.started_at AS started_at,
                                                                        performed_exercise.workout_id AS workout_id,
                                                                        performed_exercise.position AS position,
                                                                        performed_exercise.local_date AS local_date,
                                                                        performed_exercise.best_set_reps AS best_set_reps,
                                                                        performed_exercise.load_kgs AS load_kgs,
                                                                        performed_exercise.load_reps AS load_reps
                                                                 FROM (SELECT workout_exercise.user_id AS user_id,
                                                                              workout_exercise.workout_id AS workout_id,
                                                                              workout_exercise.position AS position,
                                                                              workout_exercise.exercise_id AS exercise_id,
                                                                              workout_exercise.started_at AS started_at,
                                                                              workout_exercise.local_date AS local_date,
                                                                              workout_exercise.set_count AS set_count,
                                                                              workout_exercise.rep_count AS rep_count,
                                                                              workout_exercise.volume_kg AS volume_kg,
                                                                              workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                                              workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                                              workout_exercise.duration_seconds AS duration_seconds,
                                                                              workout_exercise.distance_meters AS distance_meters,
                                                                              workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                                              workout_exercise.best_set_reps AS best_set_reps,
                                                                              workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                                              workout_exercise.best_reps AS best_reps,
                                                                              workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                                              workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                                              workout_exercise.best_distance_meters AS best_distance_meters,
                                                                              workout_exercise.load_kgs AS load_kgs,
                                                                              workout_exercise.load_reps AS load_reps,
                                                                              workout_exercise.tracked_sets AS tracked_sets,
                                                                              workout_exercise.tracked_reps AS tracked_reps,
                                                                              workout_exercise.detected_reps AS detected_reps,
                                                                              workout_exercise.corrected_reps AS corrected_reps,
                                                                              workout_exercise.corrected_sets AS corrected_sets,
                                                                              workout_exercise.timed_reps AS timed_reps,
                                                                              workout_exercise.time_ms AS time_ms,
                                                                              workout_exercise.eccentric_reps AS eccentric_reps,
                                                                              workout_exercise.eccentric_ms AS eccentric_ms,
                                                                              workout_exercise.concentric_reps AS concentric_reps,
                                                                              workout_exercise.concentric_ms AS concentric_ms,
                                                                              workout_exercise.range_reps AS range_reps,
                                                                              workout_exercise.range_degrees AS range_degrees,
                                                                              workout_exercise.slowdown_sets AS slowdown_sets,
                                                                              workout_exercise.slowdown_percent AS slowdown_percent,
                                                                              workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                                              workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                                              workout_exercise.cadence_reps AS cadence_reps,
                                                                              workout_exercise.cadence_ms AS cadence_ms,
                                                                              workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                                       FROM workout_exercise) AS performed_exercise
                                                                 WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                                   AND performed_exercise.exercise_id = recent_set_volume.exercise_id
                                                                   AND performed_exercise.best_set_volume_kg > 0
                                                                   AND performed_exercise.best_set_volume_kg >= recent_set_volume.best_set_volume_kg
                                                                 ORDER BY performed_exercise.best_set_volume_kg DESC,
                                                                          performed_exercise.started_at,
                                                                          performed_exercise.workout_id,
                                                                          performed_exercise.position
                                                                 LIMIT 1) AS best_set_volume ON TRUE
                                        WHERE recent_set_volume.best_set_volume_kg > 0
                                          AND best_set_volume.local_date >= (SELECT calendar.today
                                                                             FROM (SELECT user_account.id AS user_id,
                                                                                          user_account.time_zone AS time_zone,
                                                                                          user_account.week_starts_on AS week_starts_on,
                                                                                          array_position(string_to_array(CAST($2 AS varchar),
                                                                                                                         CAST($3 AS varchar)),
                                                                                                         user_account.week_starts_on) AS week_start,
                                                                                          CAST(timezone(user_account.canonical_time_zone,
                                                                                                        CAST($4 AS timestamp with time zone)) AS date) AS today
                                                                                   FROM user_account) AS calendar
                                                                             WHERE calendar.user_id = CAST($1 AS uuid)) - 29
                                          AND ((SELECT     performed_exercise.best_set_volume_kg > 0
                                                       AND performed_exercise.started_at < best_set_volume.started_at AS anon_5
                                                FROM (SELECT workout_exercise.user_id AS user_id,
                                                             workout_exercise.workout_id AS workout_id,
                                                             workout_exercise.position AS position,
                                                             workout_exercise.exercise_id AS exercise_id,
                                                             workout_exercise.started_at AS started_at,
                                                             workout_exercise.local_date AS local_date,
                                                             workout_exercise.set_count AS set_count,
                                                             workout_exercise.rep_count AS rep_count,
                                                             workout_exercise.volume_kg AS volume_kg,
                                                             workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                             workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                             workout_exercise.duration_seconds AS duration_seconds,
                                                             workout_exercise.distance_meters AS distance_meters,
                                                             workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                             workout_exercise.best_set_reps AS best_set_reps,
                                                             workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                             workout_exercise.best_reps AS best_reps,
                                                             workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                             workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                             workout_exercise.best_distance_meters AS best_distance_meters,
                                                             workout_exercise.load_kgs AS load_kgs,
                                                             workout_exercise.load_reps AS load_reps,
                                                             workout_exercise.tracked_sets AS tracked_sets,
                                                             workout_exercise.tracked_reps AS tracked_reps,
                                                             workout_exercise.detected_reps AS detected_reps,
                                                             workout_exercise.corrected_reps AS corrected_reps,
                                                             workout_exercise.corrected_sets AS corrected_sets,
                                                             workout_exercise.timed_reps AS timed_reps,
                                                             workout_exercise.time_ms AS time_ms,
                                                             workout_exercise.eccentric_reps AS eccentric_reps,
                                                             workout_exercise.eccentric_ms AS eccentric_ms,
                                                             workout_exercise.concentric_reps AS concentric_reps,
                                                             workout_exercise.concentric_ms AS concentric_ms,
                                                             workout_exercise.range_reps AS range_reps,
                                                             workout_exercise.range_degrees AS range_degrees,
                                                             workout_exercise.slowdown_sets AS slowdown_sets,
                                                             workout_exercise.slowdown_percent AS slowdown_percent,
                                                             workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                             workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                             workout_exercise.cadence_reps AS cadence_reps,
                                                             workout_exercise.cadence_ms AS cadence_ms,
                                                             workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                      FROM workout_exercise) AS performed_exercise
                                                WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                  AND performed_exercise.exercise_id = recent_set_volume.exercise_id
                                                ORDER BY performed_exercise.started_at
                                                LIMIT 1)
                                            OR (SELECT 1
                                                FROM (SELECT workout_exercise.user_id AS user_id,
                                                             workout_exercise.workout_id AS workout_id,
                                                             workout_exercise.position AS position,
                                                             workout_exercise.exercise_id AS exercise_id,
                                                             workout_exercise.started_at AS started_at,
                                                             workout_exercise.local_date AS local_date,
                                                             workout_exercise.set_count AS set_count,
                                                             workout_exercise.rep_count AS rep_count,
                                                             workout_exercise.volume_kg AS volume_kg,
                                                             workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                             workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                             workout_exercise.duration_seconds AS duration_seconds,
                                                             workout_exercise.distance_meters AS distance_meters,
                                                             workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                             workout_exercise.best_set_reps AS best_set_reps,
                                                             workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                             workout_exercise.best_reps AS best_reps,
                                                             workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                             workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                             workout_exercise.best_distance_meters AS best_distance_meters,
                                                             workout_exercise.load_kgs AS load_kgs,
                                                             workout_exercise.load_reps AS load_reps,
                                                             workout_exercise.tracked_sets AS tracked_sets,
                                                             workout_exercise.tracked_reps AS tracked_reps,
                                                             workout_exercise.detected_reps AS detected_reps,
                                                             workout_exercise.corrected_reps AS corrected_reps,
                                                             workout_exercise.corrected_sets AS corrected_sets,
                                                             workout_exercise.timed_reps AS timed_reps,
                                                             workout_exercise.time_ms AS time_ms,
                                                             workout_exercise.eccentric_reps AS eccentric_reps,
                                                             workout_exercise.eccentric_ms AS eccentric_ms,
                                                             workout_exercise.concentric_reps AS concentric_reps,
                                                             workout_exercise.concentric_ms AS concentric_ms,
                                                             workout_exercise.range_reps AS range_reps,
                                                             workout_exercise.range_degrees AS range_degrees,
                                                             workout_exercise.slowdown_sets AS slowdown_sets,
                                                             workout_exercise.slowdown_percent AS slowdown_percent,
                                                             workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                             workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                             workout_exercise.cadence_reps AS cadence_reps,
                                                             workout_exercise.cadence_ms AS cadence_ms,
                                                             workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                      FROM workout_exercise) AS performed_exercise
                                                WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                  AND performed_exercise.exercise_id = recent_set_volume.exercise_id
                                                  AND performed_exercise.best_set_volume_kg > 0
                                                  AND performed_exercise.started_at <= best_set_volume.started_at
                                                  AND (performed_exercise.started_at < best_set_volume.started_at
                                                    OR (performed_exercise.started_at = best_set_volume.started_at
                                                    AND ROW(performed_exercise.workout_id, performed_exercise.position) < ROW(best_set_volume.workout_id, best_set_volume.position)))
                                                ORDER BY performed_exercise.started_at
                                                LIMIT 1) IS NOT NULL))

                                       UNION ALL

                                       SELECT recent_duration.exercise_id AS exercise_id,
                                              best_duration.kind AS kind,
                                              best_duration.number AS number,
                                              best_duration.value AS value,
                                              's' AS unit,
                                              best_duration.local_date AS local_date,
                                              best_duration.workout_id AS workout_id,
                                              best_duration.started_at AS started_at
                                       FROM recent AS recent_duration
                                            INNER JOIN LATERAL (SELECT 'duration' AS kind,
                                                                       5 AS number,
                                                                       CAST(performed_exercise.best_duration_seconds AS double precision) AS value,
                                                                       performed_exercise.started_at AS started_at,
                                                                       performed_exercise.workout_id AS workout_id,
                                                                       performed_exercise.position AS position,
                                                                       performed_exercise.local_date AS local_date,
                                                                       performed_exercise.best_set_reps AS best_set_reps,
                                                                       performed_exercise.load_kgs AS load_kgs,
                                                                       performed_exercise.load_reps AS load_reps
                                                                FROM (SELECT workout_exercise.user_id AS user_id,
                                                                             workout_exercise.workout_id AS workout_id,
                                                                             workout_exercise.position AS position,
                                                                             workout_exercise.exercise_id AS exercise_id,
                                                                             workout_exercise.started_at AS started_at,
                                                                             workout_exercise.local_date AS local_date,
                                                                             workout_exercise.set_count AS set_count,
                                                                             workout_exercise.rep_count AS rep_count,
                                                                             workout_exercise.volume_kg AS volume_kg,
                                                                             workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                                             workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                                             workout_exercise.duration_seconds AS duration_seconds,
                                                                             workout_exercise.distance_meters AS distance_meters,
                                                                             workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                                             workout_exercise.best_set_reps AS best_set_reps,
                                                                             workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                                             workout_exercise.best_reps AS best_reps,
                                                                             workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                                             workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                                             workout_exercise.best_distance_meters AS best_distance_meters,
                                                                             workout_exercise.load_kgs AS load_kgs,
                                                                             workout_exercise.load_reps AS load_reps,
                                                                             workout_exercise.tracked_sets AS tracked_sets,
                                                                             workout_exercise.tracked_reps AS tracked_reps,
                                                                             workout_exercise.detected_reps AS detected_reps,
                                                                             workout_exercise.corrected_reps AS corrected_reps,
                                                                             workout_exercise.corrected_sets AS corrected_sets,
                                                                             workout_exercise.timed_reps AS timed_reps,
                                                                             workout_exercise.time_ms AS time_ms,
                                                                             workout_exercise.eccentric_reps AS eccentric_reps,
                                                                             workout_exercise.eccentric_ms AS eccentric_ms,
                                                                             workout_exercise.concentric_reps AS concentric_reps,
                                                                             workout_exercise.concentric_ms AS concentric_ms,
                                                                             workout_exercise.range_reps AS range_reps,
                                                                             workout_exercise.range_degrees AS range_degrees,
                                                                             workout_exercise.slowdown_sets AS slowdown_sets,
                                                                             workout_exercise.slowdown_percent AS slowdown_percent,
                                                                             workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                                             workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                                             workout_exercise.cadence_reps AS cadence_reps,
                                                                             workout_exercise.cadence_ms AS cadence_ms,
                                                                             workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                                      FROM workout_exercise) AS performed_exercise
                                                                WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                                  AND performed_exercise.exercise_id = recent_duration.exercise_id
                                                                  AND performed_exercise.best_duration_seconds > 0
                                                                  AND performed_exercise.best_duration_seconds >= recent_duration.best_duration_seconds
                                                                ORDER BY performed_exercise.best_duration_seconds DESC,
                                                                         performed_exercise.started_at,
                                                                         performed_exercise.workout_id,
                                                                         performed_exercise.position
                                                                LIMIT 1) AS best_duration ON TRUE
                                       WHERE recent_duration.best_duration_seconds > 0
                                         AND best_duration.local_date >= (SELECT calendar.today
                                                                          FROM (SELECT user_account.id AS user_id,
                                                                                       user_account.time_zone AS time_zone,
                                                                                       user_account.week_starts_on AS week_starts_on,
                                                                                       array_position(string_to_array(CAST($2 AS varchar),
                                                                                                                      CAST($3 AS varchar)),
                                                                                                      user_account.week_starts_on) AS week_start,
                                                                                       CAST(timezone(user_account.canonical_time_zone,
                                                                                                     CAST($4 AS timestamp with time zone)) AS date) AS today
                                                                                FROM user_account) AS calendar
                                                                          WHERE calendar.user_id = CAST($1 AS uuid)) - 29
                                         AND ((SELECT     performed_exercise.best_duration_seconds > 0
                                                      AND performed_exercise.started_at < best_duration.started_at AS anon_6
                                               FROM (SELECT workout_exercise.user_id AS user_id,
                                                            workout_exercise.workout_id AS workout_id,
                                                            workout_exercise.position AS position,
                                                            workout_exercise.exercise_id AS exercise_id,
                                                            workout_exercise.started_at AS started_at,
                                                            workout_exercise.local_date AS local_date,
                                                            workout_exercise.set_count AS set_count,
                                                            workout_exercise.rep_count AS rep_count,
                                                            workout_exercise.volume_kg AS volume_kg,
                                                            workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                            workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                            workout_exercise.duration_seconds AS duration_seconds,
                                                            workout_exercise.distance_meters AS distance_meters,
                                                            workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                            workout_exercise.best_set_reps AS best_set_reps,
                                                            workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                            workout_exercise.best_reps AS best_reps,
                                                            workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                            workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                            workout_exercise.best_distance_meters AS best_distance_meters,
                                                            workout_exercise.load_kgs AS load_kgs,
                                                            workout_exercise.load_reps AS load_reps,
                                                            workout_exercise.tracked_sets AS tracked_sets,
                                                            workout_exercise.tracked_reps AS tracked_reps,
                                                            workout_exercise.detected_reps AS detected_reps,
                                                            workout_exercise.corrected_reps AS corrected_reps,
                                                            workout_exercise.corrected_sets AS corrected_sets,
                                                            workout_exercise.timed_reps AS timed_reps,
                                                            workout_exercise.time_ms AS time_ms,
                                                            workout_exercise.eccentric_reps AS eccentric_reps,
                                                            workout_exercise.eccentric_ms AS eccentric_ms,
                                                            workout_exercise.concentric_reps AS concentric_reps,
                                                            workout_exercise.concentric_ms AS concentric_ms,
                                                            workout_exercise.range_reps AS range_reps,
                                                            workout_exercise.range_degrees AS range_degrees,
                                                            workout_exercise.slowdown_sets AS slowdown_sets,
                                                            workout_exercise.slowdown_percent AS slowdown_percent,
                                                            workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                            workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                            workout_exercise.cadence_reps AS cadence_reps,
                                                            workout_exercise.cadence_ms AS cadence_ms,
                                                            workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                     FROM workout_exercise) AS performed_exercise
                                               WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                 AND performed_exercise.exercise_id = recent_duration.exercise_id
                                               ORDER BY performed_exercise.started_at
                                               LIMIT 1)
                                           OR (SELECT 1
                                               FROM (SELECT workout_exercise.user_id AS user_id,
                                                            workout_exercise.workout_id AS workout_id,
                                                            workout_exercise.position AS position,
                                                            workout_exercise.exercise_id AS exercise_id,
                                                            workout_exercise.started_at AS started_at,
                                                            workout_exercise.local_date AS local_date,
                                                            workout_exercise.set_count AS set_count,
                                                            workout_exercise.rep_count AS rep_count,
                                                            workout_exercise.volume_kg AS volume_kg,
                                                            workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                            workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                            workout_exercise.duration_seconds AS duration_seconds,
                                                            workout_exercise.distance_meters AS distance_meters,
                                                            workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                            workout_exercise.best_set_reps AS best_set_reps,
                                                            workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                            workout_exercise.best_reps AS best_reps,
                                                            workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                            workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                            workout_exercise.best_distance_meters AS best_distance_meters,
                                                            workout_exercise.load_kgs AS load_kgs,
                                                            workout_exercise.load_reps AS load_reps,
                                                            workout_exercise.tracked_sets AS tracked_sets,
                                                            workout_exercise.tracked_reps AS tracked_reps,
                                                            workout_exercise.detected_reps AS detected_reps,
                                                            workout_exercise.corrected_reps AS corrected_reps,
                                                            workout_exercise.corrected_sets AS corrected_sets,
                                                            workout_exercise.timed_reps AS timed_reps,
                                                            workout_exercise.time_ms AS time_ms,
                                                            workout_exercise.eccentric_reps AS eccentric_reps,
                                                            workout_exercise.eccentric_ms AS eccentric_ms,
                                                            workout_exercise.concentric_reps AS concentric_reps,
                                                            workout_exercise.concentric_ms AS concentric_ms,
                                                            workout_exercise.range_reps AS range_reps,
                                                            workout_exercise.range_degrees AS range_degrees,
                                                            workout_exercise.slowdown_sets AS slowdown_sets,
                                                            workout_exercise.slowdown_percent AS slowdown_percent,
                                                            workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                            workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                            workout_exercise.cadence_reps AS cadence_reps,
                                                            workout_exercise.cadence_ms AS cadence_ms,
                                                            workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                     FROM workout_exercise) AS performed_exercise
                                               WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                 AND performed_exercise.exercise_id = recent_duration.exercise_id
                                                 AND performed_exercise.best_duration_seconds > 0
                                                 AND performed_exercise.started_at <= best_duration.started_at
                                                 AND (performed_exercise.started_at < best_duration.started_at
                                                   OR (performed_exercise.started_at = best_duration.started_at
                                                   AND ROW(performed_exercise.workout_id, performed_exercise.position) < ROW(best_duration.workout_id, best_duration.position)))
                                               ORDER BY performed_exercise.started_at
                                               LIMIT 1) IS NOT NULL))

                                      UNION ALL

                                      SELECT recent_distance.exercise_id AS exercise_id,
                                             best_distance.kind AS kind,
                                             best_distance.number AS number,
                                             best_distance.value AS value,
                                             'm' AS unit,
                                             best_distance.local_date AS local_date,
                                             best_distance.workout_id AS workout_id,
                                             best_distance.started_at AS started_at
                                      FROM recent AS recent_distance
                                           INNER JOIN LATERAL (SELECT 'distance' AS kind,
                                                                      6 AS number,
                                                                      CAST(performed_exercise.best_distance_meters AS double precision) AS value,
                                                                      performed_exercise.started_at AS started_at,
                                                                      performed_exercise.workout_id AS workout_id,
                                                                      performed_exercise.position AS position,
                                                                      performed_exercise.local_date AS local_date,
                                                                      performed_exercise.best_set_reps AS best_set_reps,
                                                                      performed_exercise.load_kgs AS load_kgs,
                                                                      performed_exercise.load_reps AS load_reps
                                                               FROM (SELECT workout_exercise.user_id AS user_id,
                                                                            workout_exercise.workout_id AS workout_id,
                                                                            workout_exercise.position AS position,
                                                                            workout_exercise.exercise_id AS exercise_id,
                                                                            workout_exercise.started_at AS started_at,
                                                                            workout_exercise.local_date AS local_date,
                                                                            workout_exercise.set_count AS set_count,
                                                                            workout_exercise.rep_count AS rep_count,
                                                                            workout_exercise.volume_kg AS volume_kg,
                                                                            workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                                            workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                                            workout_exercise.duration_seconds AS duration_seconds,
                                                                            workout_exercise.distance_meters AS distance_meters,
                                                                            workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                                            workout_exercise.best_set_reps AS best_set_reps,
                                                                            workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                                            workout_exercise.best_reps AS best_reps,
                                                                            workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                                            workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                                            workout_exercise.best_distance_meters AS best_distance_meters,
                                                                            workout_exercise.load_kgs AS load_kgs,
                                                                            workout_exercise.load_reps AS load_reps,
                                                                            workout_exercise.tracked_sets AS tracked_sets,
                                                                            workout_exercise.tracked_reps AS tracked_reps,
                                                                            workout_exercise.detected_reps AS detected_reps,
                                                                            workout_exercise.corrected_reps AS corrected_reps,
                                                                            workout_exercise.corrected_sets AS corrected_sets,
                                                                            workout_exercise.timed_reps AS timed_reps,
                                                                            workout_exercise.time_ms AS time_ms,
                                                                            workout_exercise.eccentric_reps AS eccentric_reps,
                                                                            workout_exercise.eccentric_ms AS eccentric_ms,
                                                                            workout_exercise.concentric_reps AS concentric_reps,
                                                                            workout_exercise.concentric_ms AS concentric_ms,
                                                                            workout_exercise.range_reps AS range_reps,
                                                                            workout_exercise.range_degrees AS range_degrees,
                                                                            workout_exercise.slowdown_sets AS slowdown_sets,
                                                                            workout_exercise.slowdown_percent AS slowdown_percent,
                                                                            workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                                            workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                                            workout_exercise.cadence_reps AS cadence_reps,
                                                                            workout_exercise.cadence_ms AS cadence_ms,
                                                                            workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                                     FROM workout_exercise) AS performed_exercise
                                                               WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                                 AND performed_exercise.exercise_id = recent_distance.exercise_id
                                                                 AND performed_exercise.best_distance_meters > 0
                                                                 AND performed_exercise.best_distance_meters >= recent_distance.best_distance_meters
                                                               ORDER BY performed_exercise.best_distance_meters DESC,
                                                                        performed_exercise.started_at,
                                                                        performed_exercise.workout_id,
                                                                        performed_exercise.position
                                                               LIMIT 1) AS best_distance ON TRUE
                                      WHERE recent_distance.best_distance_meters > 0
                                        AND best_distance.local_date >= (SELECT calendar.today
                                                                         FROM (SELECT user_account.id AS user_id,
                                                                                      user_account.time_zone AS time_zone,
                                                                                      user_account.week_starts_on AS week_starts_on,
                                                                                      array_position(string_to_array(CAST($2 AS varchar),
                                                                                                                     CAST($3 AS varchar)),
                                                                                                     user_account.week_starts_on) AS week_start,
                                                                                      CAST(timezone(user_account.canonical_time_zone,
                                                                                                    CAST($4 AS timestamp with time zone)) AS date) AS today
                                                                               FROM user_account) AS calendar
                                                                         WHERE calendar.user_id = CAST($1 AS uuid)) - 29
                                        AND ((SELECT     performed_exercise.best_distance_meters > 0
                                                     AND performed_exercise.started_at < best_distance.started_at AS anon_7
                                              FROM (SELECT workout_exercise.user_id AS user_id,
                                                           workout_exercise.workout_id AS workout_id,
                                                           workout_exercise.position AS position,
                                                           workout_exercise.exercise_id AS exercise_id,
                                                           workout_exercise.started_at AS started_at,
                                                           workout_exercise.local_date AS local_date,
                                                           workout_exercise.set_count AS set_count,
                                                           workout_exercise.rep_count AS rep_count,
                                                           workout_exercise.volume_kg AS volume_kg,
                                                           workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                           workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                           workout_exercise.duration_seconds AS duration_seconds,
                                                           workout_exercise.distance_meters AS distance_meters,
                                                           workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                           workout_exercise.best_set_reps AS best_set_reps,
                                                           workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                           workout_exercise.best_reps AS best_reps,
                                                           workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                           workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                           workout_exercise.best_distance_meters AS best_distance_meters,
                                                           workout_exercise.load_kgs AS load_kgs,
                                                           workout_exercise.load_reps AS load_reps,
                                                           workout_exercise.tracked_sets AS tracked_sets,
                                                           workout_exercise.tracked_reps AS tracked_reps,
                                                           workout_exercise.detected_reps AS detected_reps,
                                                           workout_exercise.corrected_reps AS corrected_reps,
                                                           workout_exercise.corrected_sets AS corrected_sets,
                                                           workout_exercise.timed_reps AS timed_reps,
                                                           workout_exercise.time_ms AS time_ms,
                                                           workout_exercise.eccentric_reps AS eccentric_reps,
                                                           workout_exercise.eccentric_ms AS eccentric_ms,
                                                           workout_exercise.concentric_reps AS concentric_reps,
                                                           workout_exercise.concentric_ms AS concentric_ms,
                                                           workout_exercise.range_reps AS range_reps,
                                                           workout_exercise.range_degrees AS range_degrees,
                                                           workout_exercise.slowdown_sets AS slowdown_sets,
                                                           workout_exercise.slowdown_percent AS slowdown_percent,
                                                           workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                           workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                           workout_exercise.cadence_reps AS cadence_reps,
                                                           workout_exercise.cadence_ms AS cadence_ms,
                                                           workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                    FROM workout_exercise) AS performed_exercise
                                              WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                AND performed_exercise.exercise_id = recent_distance.exercise_id
                                              ORDER BY performed_exercise.started_at
                                              LIMIT 1)
                                          OR (SELECT 1
                                              FROM (SELECT workout_exercise.user_id AS user_id,
                                                           workout_exercise.workout_id AS workout_id,
                                                           workout_exercise.position AS position,
                                                           workout_exercise.exercise_id AS exercise_id,
                                                           workout_exercise.started_at AS started_at,
                                                           workout_exercise.local_date AS local_date,
                                                           workout_exercise.set_count AS set_count,
                                                           workout_exercise.rep_count AS rep_count,
                                                           workout_exercise.volume_kg AS volume_kg,
                                                           workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                           workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                           workout_exercise.duration_seconds AS duration_seconds,
                                                           workout_exercise.distance_meters AS distance_meters,
                                                           workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                           workout_exercise.best_set_reps AS best_set_reps,
                                                           workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                           workout_exercise.best_reps AS best_reps,
                                                           workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                           workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                           workout_exercise.best_distance_meters AS best_distance_meters,
                                                           workout_exercise.load_kgs AS load_kgs,
                                                           workout_exercise.load_reps AS load_reps,
                                                           workout_exercise.tracked_sets AS tracked_sets,
                                                           workout_exercise.tracked_reps AS tracked_reps,
                                                           workout_exercise.detected_reps AS detected_reps,
                                                           workout_exercise.corrected_reps AS corrected_reps,
                                                           workout_exercise.corrected_sets AS corrected_sets,
                                                           workout_exercise.timed_reps AS timed_reps,
                                                           workout_exercise.time_ms AS time_ms,
                                                           workout_exercise.eccentric_reps AS eccentric_reps,
                                                           workout_exercise.eccentric_ms AS eccentric_ms,
                                                           workout_exercise.concentric_reps AS concentric_reps,
                                                           workout_exercise.concentric_ms AS concentric_ms,
                                                           workout_exercise.range_reps AS range_reps,
                                                           workout_exercise.range_degrees AS range_degrees,
                                                           workout_exercise.slowdown_sets AS slowdown_sets,
                                                           workout_exercise.slowdown_percent AS slowdown_percent,
                                                           workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                           workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                           workout_exercise.cadence_reps AS cadence_reps,
                                                           workout_exercise.cadence_ms AS cadence_ms,
                                                           workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                    FROM workout_exercise) AS performed_exercise
                                              WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                AND performed_exercise.exercise_id = recent_distance.exercise_id
                                                AND performed_exercise.best_distance_meters > 0
                                                AND performed_exercise.started_at <= best_distance.started_at
                                                AND (performed_exercise.started_at < best_distance.started_at
                                                  OR (performed_exercise.started_at = best_distance.started_at
                                                  AND ROW(performed_exercise.workout_id, performed_exercise.position) < ROW(best_distance.workout_id, best_distance.position)))
                                              ORDER BY performed_exercise.started_at
                                              LIMIT 1) IS NOT NULL))

                                     UNION ALL

                                     SELECT recent_reps_unbroken.exercise_id AS exercise_id,
                                            best_reps_unbroken.kind AS kind,
                                            best_reps_unbroken.number AS number,
                                            best_reps_unbroken.value AS value,
                                            'reps' AS unit,
                                            best_reps_unbroken.local_date AS local_date,
                                            best_reps_unbroken.workout_id AS workout_id,
                                            best_reps_unbroken.started_at AS started_at
                                     FROM recent AS recent_reps_unbroken
                                          INNER JOIN LATERAL (SELECT 'reps_unbroken' AS kind,
                                                                     7 AS number,
                                                                     CAST(performed_exercise.best_unbroken_reps AS double precision) AS value,
                                                                     performed_exercise.started_at AS started_at,
                                                                     performed_exercise.workout_id AS workout_id,
                                                                     performed_exercise.position AS position,
                                                                     performed_exercise.local_date AS local_date,
                                                                     performed_exercise.best_set_reps AS best_set_reps,
                                                                     performed_exercise.load_kgs AS load_kgs,
                                                                     performed_exercise.load_reps AS load_reps
                                                              FROM (SELECT workout_exercise.user_id AS user_id,
                                                                           workout_exercise.workout_id AS workout_id,
                                                                           workout_exercise.position AS position,
                                                                           workout_exercise.exercise_id AS exercise_id,
                                                                           workout_exercise.started_at AS started_at,
                                                                           workout_exercise.local_date AS local_date,
                                                                           workout_exercise.set_count AS set_count,
                                                                           workout_exercise.rep_count AS rep_count,
                                                                           workout_exercise.volume_kg AS volume_kg,
                                                                           workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                                           workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                                           workout_exercise.duration_seconds AS duration_seconds,
                                                                           workout_exercise.distance_meters AS distance_meters,
                                                                           workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                                           workout_exercise.best_set_reps AS best_set_reps,
                                                                           workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                                           workout_exercise.best_reps AS best_reps,
                                                                           workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                                           workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                                           workout_exercise.best_distance_meters AS best_distance_meters,
                                                                           workout_exercise.load_kgs AS load_kgs,
                                                                           workout_exercise.load_reps AS load_reps,
                                                                           workout_exercise.tracked_sets AS tracked_sets,
                                                                           workout_exercise.tracked_reps AS tracked_reps,
                                                                           workout_exercise.detected_reps AS detected_reps,
                                                                           workout_exercise.corrected_reps AS corrected_reps,
                                                                           workout_exercise.corrected_sets AS corrected_sets,
                                                                           workout_exercise.timed_reps AS timed_reps,
                                                                           workout_exercise.time_ms AS time_ms,
                                                                           workout_exercise.eccentric_reps AS eccentric_reps,
                                                                           workout_exercise.eccentric_ms AS eccentric_ms,
                                                                           workout_exercise.concentric_reps AS concentric_reps,
                                                                           workout_exercise.concentric_ms AS concentric_ms,
                                                                           workout_exercise.range_reps AS range_reps,
                                                                           workout_exercise.range_degrees AS range_degrees,
                                                                           workout_exercise.slowdown_sets AS slowdown_sets,
                                                                           workout_exercise.slowdown_percent AS slowdown_percent,
                                                                           workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                                           workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                                           workout_exercise.cadence_reps AS cadence_reps,
                                                                           workout_exercise.cadence_ms AS cadence_ms,
                                                                           workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                                    FROM workout_exercise) AS performed_exercise
                                                              WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                                                AND performed_exercise.exercise_id = recent_reps_unbroken.exercise_id
                                                                AND performed_exercise.best_unbroken_reps > 0
                                                                AND performed_exercise.best_unbroken_reps >= recent_reps_unbroken.best_unbroken_reps
                                                              ORDER BY performed_exercise.best_unbroken_reps DESC,
                                                                       performed_exercise.started_at,
                                                                       performed_exercise.workout_id,
                                                                       performed_exercise.position
                                                              LIMIT 1) AS best_reps_unbroken ON TRUE
                                     WHERE recent_reps_unbroken.best_unbroken_reps > 0
                                       AND best_reps_unbroken.local_date >= (SELECT calendar.today
                                                                             FROM (SELECT user_account.id AS user_id,
                                                                                          user_account.time_zone AS time_zone,
                                                                                          user_account.week_starts_on AS week_starts_on,
                                                                                          array_position(string_to_array(CAST($2 AS varchar),
                                                                                                                         CAST($3 AS varchar)),
                                                                                                         user_account.week_starts_on) AS week_start,
                                                                                          CAST(timezone(user_account.canonical_time_zone,
                                                                                                        CAST($4 AS timestamp with time zone)) AS date) AS today
                                                                                   FROM user_account) AS calendar
                                                                             WHERE calendar.user_id = CAST($1 AS uuid)) - 29
                                       AND ((SELECT     performed_exercise.best_unbroken_reps > 0
                                                    AND performed_exercise.started_at < best_reps_unbroken.started_at AS anon_8
                                             FROM (SELECT workout_exercise.user_id AS user_id,
                                                          workout_exercise.workout_id AS workout_id,
                                                          workout_exercise.position AS position,
                                                          workout_exercise.exercise_id AS exercise_id,
                                                          workout_exercise.started_at AS started_at,
                                                          workout_exercise.local_date AS local_date,
                                                          workout_exercise.set_count AS set_count,
                                                          workout_exercise.rep_count AS rep_count,
                                                          workout_exercise.volume_kg AS volume_kg,
                                                          workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                          workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                          workout_exercise.duration_seconds AS duration_seconds,
                                                          workout_exercise.distance_meters AS distance_meters,
                                                          workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                          workout_exercise.best_set_reps AS best_set_reps,
                                                          workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                          workout_exercise.best_reps AS best_reps,
                                                          workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                          workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                          workout_exercise.best_distance_meters AS best_distance_meters,
                                                          workout_exercise.load_kgs AS load_kgs,
                                                          workout_exercise.load_reps AS load_reps,
                                                          workout_exercise.tracked_sets AS tracked_sets,
                                                          workout_exercise.tracked_reps AS tracked_reps,
                                                          workout_exercise.detected_reps AS detected_reps,
                                                          workout_exercise.corrected_reps AS corrected_reps,
                                                          workout_exercise.corrected_sets AS corrected_sets,
                                                          workout_exercise.timed_reps AS timed_reps,
                                                          workout_exercise.time_ms AS time_ms,
                                                          workout_exercise.eccentric_reps AS eccentric_reps,
                                                          workout_exercise.eccentric_ms AS eccentric_ms,
                                                          workout_exercise.concentric_reps AS concentric_reps,
                                                          workout_exercise.concentric_ms AS concentric_ms,
                                                          workout_exercise.range_reps AS range_reps,
                                                          workout_exercise.range_degrees AS range_degrees,
                                                          workout_exercise.slowdown_sets AS slowdown_sets,
                                                          workout_exercise.slowdown_percent AS slowdown_percent,
                                                          workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                          workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                          workout_exercise.cadence_reps AS cadence_reps,
                                                          workout_exercise.cadence_ms AS cadence_ms,
                                                          workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                   FROM workout_exercise) AS performed_exercise
                                             WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                               AND performed_exercise.exercise_id = recent_reps_unbroken.exercise_id
                                             ORDER BY performed_exercise.started_at
                                             LIMIT 1)
                                         OR (SELECT 1
                                             FROM (SELECT workout_exercise.user_id AS user_id,
                                                          workout_exercise.workout_id AS workout_id,
                                                          workout_exercise.position AS position,
                                                          workout_exercise.exercise_id AS exercise_id,
                                                          workout_exercise.started_at AS started_at,
                                                          workout_exercise.local_date AS local_date,
                                                          workout_exercise.set_count AS set_count,
                                                          workout_exercise.rep_count AS rep_count,
                                                          workout_exercise.volume_kg AS volume_kg,
                                                          workout_exercise.bodyweight_reps AS bodyweight_reps,
                                                          workout_exercise.assisted_volume_kg AS assisted_volume_kg,
                                                          workout_exercise.duration_seconds AS duration_seconds,
                                                          workout_exercise.distance_meters AS distance_meters,
                                                          workout_exercise.best_set_weight_kg AS best_set_weight_kg,
                                                          workout_exercise.best_set_reps AS best_set_reps,
                                                          workout_exercise.best_e1rm_kg AS best_e1rm_kg,
                                                          workout_exercise.best_reps AS best_reps,
                                                          workout_exercise.best_set_volume_kg AS best_set_volume_kg,
                                                          workout_exercise.best_duration_seconds AS best_duration_seconds,
                                                          workout_exercise.best_distance_meters AS best_distance_meters,
                                                          workout_exercise.load_kgs AS load_kgs,
                                                          workout_exercise.load_reps AS load_reps,
                                                          workout_exercise.tracked_sets AS tracked_sets,
                                                          workout_exercise.tracked_reps AS tracked_reps,
                                                          workout_exercise.detected_reps AS detected_reps,
                                                          workout_exercise.corrected_reps AS corrected_reps,
                                                          workout_exercise.corrected_sets AS corrected_sets,
                                                          workout_exercise.timed_reps AS timed_reps,
                                                          workout_exercise.time_ms AS time_ms,
                                                          workout_exercise.eccentric_reps AS eccentric_reps,
                                                          workout_exercise.eccentric_ms AS eccentric_ms,
                                                          workout_exercise.concentric_reps AS concentric_reps,
                                                          workout_exercise.concentric_ms AS concentric_ms,
                                                          workout_exercise.range_reps AS range_reps,
                                                          workout_exercise.range_degrees AS range_degrees,
                                                          workout_exercise.slowdown_sets AS slowdown_sets,
                                                          workout_exercise.slowdown_percent AS slowdown_percent,
                                                          workout_exercise.tempo_variation_sets AS tempo_variation_sets,
                                                          workout_exercise.tempo_variation_percent AS tempo_variation_percent,
                                                          workout_exercise.cadence_reps AS cadence_reps,
                                                          workout_exercise.cadence_ms AS cadence_ms,
                                                          workout_exercise.best_unbroken_reps AS best_unbroken_reps
                                                   FROM workout_exercise) AS performed_exercise
                                             WHERE performed_exercise.user_id = CAST($1 AS uuid)
                                               AND performed_exercise.exercise_id = recent_reps_unbroken.exercise_id
                                               AND performed_exercise.best_unbroken_reps > 0
                                               AND performed_exercise.started_at <= best_reps_unbroken.started_at
                                               AND (performed_exercise.started_at < best_reps_unbroken.started_at
                                                 OR (performed_exercise.started_at = best_reps_unbroken.started_at
                                                 AND ROW(performed_exercise.workout_id, performed_exercise.position) < ROW(best_reps_unbroken.workout_id, best_reps_unbroken.position)))
                                             ORDER BY performed_exercise.started_at
                                             LIMIT 1) IS NOT NULL)) AS found
                               ORDER BY found.started_at DESC,
                                        found.exercise_id,
                                        found.number
                               LIMIT 10) AS shown
                              INNER JOIN LATERAL (SELECT json_build_object('id', exercise_name.exercise_id, 'name', exercise_name.name, 'custom', exercise_name.custom) AS exercise
                                                  FROM (SELECT exercise.id AS exercise_id,
                                                               exercise.name AS name,
                                                               exercise.custom AS custom,
                                                               exercise.category AS category,
                                                               exercise.equipment AS equipment,
                                                               exercise.mechanic AS mechanic,
                                                               exercise.force AS force,
                                                               exercise.level AS level,
                                                               exercise.primary_muscles AS primary_muscles,
                                                               exercise.secondary_muscles AS secondary_muscles,
                                                               exercise.measures AS measures,
                                                               exercise.met AS met,
                                                               exercise.bodyweight_share AS bodyweight_share,
                                                               exercise.assisted AS assisted
                                                        FROM (SELECT catalogue_exercise.id AS id,
                                                                     catalogue_exercise.slug AS slug,
                                                                     catalogue_exercise.name AS name,
                                                                     CAST($5 AS boolean) AS custom,
                                                                     catalogue_exercise.category AS category,
                                                                     catalogue_exercise.equipment AS equipment,
                                                                     catalogue_exercise.mechanic AS mechanic,
                                                                     catalogue_exercise.force AS force,
                                                                     catalogue_exercise.level AS level,
                                                                     catalogue_exercise.primary_muscles AS primary_muscles,
                                                                     catalogue_exercise.secondary_muscles AS secondary_muscles,
                                                                     catalogue_exercise.measures AS measures,
                                                                     catalogue_exercise.met AS met,
                                                                     catalogue_exercise.bodyweight_share AS bodyweight_share,
                                                                     catalogue_exercise.assisted AS assisted,
                                                                     catalogue_exercise.counting AS counting,
                                                                     catalogue_exercise.instructions AS instructions,
                                                                     catalogue_exercise.images AS images,
                                                                     catalogue_exercise.name_key COLLATE "C" AS name_key
                                                              FROM catalogue_exercise

                                                              UNION ALL

                                                              SELECT custom_exercise.id AS id,
                                                                     CAST(NULL AS text) AS slug,
                                                                     custom_exercise.name AS name,
                                                                     CAST($6 AS boolean) AS custom,
                                                                     custom_exercise.category AS category,
                                                                     custom_exercise.equipment AS equipment,
                                                                     custom_exercise.mechanic AS mechanic,
                                                                     custom_exercise.force AS force,
                                                                     custom_exercise.level AS level,
                                                                     custom_exercise.primary_muscles AS primary_muscles,
                                                                     custom_exercise.secondary_muscles AS secondary_muscles,
                                                                     custom_exercise.measures AS measures,
                                                                     custom_exercise.met AS met,
                                                                     custom_exercise.bodyweight_share AS bodyweight_share,
                                                                     custom_exercise.assisted AS assisted,
                                                                     CAST(NULL AS jsonb) AS counting,
                                                                     CAST('{}' AS text[]) AS instructions,
                                                                     CAST('{}' AS text[]) AS images,
                                                                     custom_exercise.name_key COLLATE "C" AS name_key
                                                              FROM custom_exercise
                                                              WHERE custom_exercise.user_id = CAST($1 AS uuid)) AS exercise) AS exercise_name
                                                  WHERE exercise_name.exercise_id = shown.exercise_id
                                                  LIMIT 1) AS named ON TRUE
                         ORDER BY shown.started_at DESC,
                                  shown.exercise_id,
                                  shown.number) AS anon_1),
                  json_build_array()) AS coalesce_1
