-- Built by exercise_buddy.workouts.sync.queries.changes. Written by: exercise-buddy dev sql
--   $1  4
--   $2  4
--   $3  user_id
--   $4  1
--   $5  after_revision
--   $6  after_id
--   $7  limit
WITH found AS (
         SELECT anon_10.revision AS revision,
                anon_10.id AS id,
                anon_10.deleted_at AS deleted_at
         FROM (SELECT anon_11.revision AS revision,
                      anon_11.id AS id,
                      anon_11.deleted_at AS deleted_at
               FROM (SELECT workout.revision AS revision,
                            workout.id AS id,
                            CAST(NULL AS timestamp with time zone) AS deleted_at
                     FROM workout
                     WHERE workout.user_id = CAST($3 AS uuid)
                       AND (workout.revision, workout.id) > (CAST($5 AS bigint),
                                                             CAST($6 AS uuid))
                     ORDER BY workout.revision,
                              workout.id
                     LIMIT (CAST($7 AS integer) + 1)) AS anon_11

               UNION ALL

               SELECT anon_12.revision AS revision,
                      anon_12.id AS id,
                      anon_12.deleted_at AS deleted_at
               FROM (SELECT deleted_workout.revision AS revision,
                            deleted_workout.workout_id AS id,
                            deleted_workout.deleted_at AS deleted_at
                     FROM deleted_workout
                     WHERE deleted_workout.user_id = CAST($3 AS uuid)
                       AND (deleted_workout.revision, deleted_workout.workout_id) > (CAST($5 AS bigint),
                                                                                     CAST($6 AS uuid))
                     ORDER BY deleted_workout.revision,
                              deleted_workout.workout_id
                     LIMIT (CAST($7 AS integer) + 1)) AS anon_12) AS anon_10
         ORDER BY anon_10.revision,
                  anon_10.id
         LIMIT (CAST($7 AS integer) + 1)
       ),
     page AS (
         SELECT measured.revision AS revision,
                measured.id AS id,
                measured.deleted_at AS deleted_at,
                measured.size_before AS size_before
         FROM (SELECT found.revision AS revision,
                      found.id AS id,
                      found.deleted_at AS deleted_at,
                      COALESCE(sum(120 + COALESCE((SELECT 700 + workout.exercise_count * 450 + workout.set_count * 220 + COALESCE(octet_length(workout.notes),
                                                                                                                                  0) + (SELECT COALESCE(sum(COALESCE(octet_length(workout_exercise.notes),
                                                                                                                                                                     0) + COALESCE(jsonb_array_length(workout_exercise.targets),
                                                                                                                                                                                   0) * 150),
                                                                                                                                                        0) AS coalesce_2
                                                                                                                                        FROM workout_exercise
                                                                                                                                        WHERE workout_exercise.user_id = workout.user_id
                                                                                                                                          AND workout_exercise.workout_id = workout.id) + (SELECT COALESCE(sum(170 + COALESCE(octet_length(CAST(workout_set.judgements AS text)),
                                                                                                                                                                                                                              0) + COALESCE(octet_length(array_to_string(workout_set.rep_flags, '')),
                                                                                                                                                                                                                                            0) + COALESCE(cardinality(workout_set.rep_offset_ms),
                                                                                                                                                                                                                                                          0) * 340),
                                                                                                                                                                                                           0) AS coalesce_3
                                                                                                                                                                                           FROM workout_set
                                                                                                                                                                                           WHERE workout_set.user_id = workout.user_id
                                                                                                                                                                                             AND workout_set.workout_id = workout.id
                                                                                                                                                                                             AND workout_set.counter_name IS NOT NULL) AS anon_9
                                                   FROM workout
                                                   WHERE workout.user_id = CAST($3 AS uuid)
                                                     AND workout.id = found.id
                                                     AND found.deleted_at IS NULL),
                                                  0)) OVER (ORDER BY found.revision,
                                                                     found.id
                                                            ROWS BETWEEN UNBOUNDED PRECEDING AND CAST($4 AS integer) PRECEDING),
                               0) AS size_before
               FROM found) AS measured
         WHERE measured.size_before < 1048576
         ORDER BY measured.revision,
                  measured.id
         LIMIT CAST($7 AS integer)
       ),
     last AS (
         SELECT page.revision AS revision,
                page.id AS id,
                page.deleted_at AS deleted_at,
                page.size_before AS size_before
         FROM page
         ORDER BY page.revision DESC,
                  page.id DESC
         LIMIT 1
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT page.id AS id,
                                page.deleted_at AS deleted_at,
                                CASE
                                  WHEN page.deleted_at IS NULL
                                    THEN (SELECT row_to_json(anon_2) AS row_to_json_1
                                          FROM (SELECT workout.id AS id,
                                                       workout.title AS title,
                                                       workout.started_at AS started_at,
                                                       workout.ended_at AS ended_at,
                                                       workout.time_zone AS time_zone,
                                                       workout.local_date AS local_date,
                                                       workout.notes AS notes,
                                                       workout.source AS source,
                                                       workout.import_id AS import_id,
                                                       workout.routine_id AS routine_id,
                                                       json_build_object('exercises',
                                                                         workout.exercise_count,
                                                                         'sets',
                                                                         workout.set_count,
                                                                         'reps',
                                                                         workout.rep_count,
                                                                         'volume_kg',
                                                                         workout.volume_kg,
                                                                         'bodyweight_volume_kg',
                                                                         CASE
                                                                           WHEN workout.bodyweight_reps > 0
                                                                            AND mass.mass_kg IS NOT NULL
                                                                             THEN CAST(round(CAST(GREATEST(workout.bodyweight_reps * mass.mass_kg - workout.assisted_volume_kg,
                                                                                                           0) AS numeric),
                                                                                             CAST($1 AS integer)) AS double precision)
                                                                         END,
                                                                         'duration_seconds',
                                                                         workout.duration_seconds,
                                                                         'met_minutes',
                                                                         workout.met_minutes) AS totals,
                                                       COALESCE((SELECT json_agg(anon_3) AS json_agg_2
                                                                 FROM (SELECT workout_exercise.id AS id,
                                                                              json_build_object('id',
                                                                                                workout_exercise.exercise_id,
                                                                                                'name',
                                                                                                COALESCE(catalogue_exercise.name, custom_exercise.name),
                                                                                                'custom',
                                                                                                workout_exercise.custom_exercise_id IS NOT NULL) AS exercise,
                                                                              workout_exercise.superset AS superset,
                                                                              workout_exercise.notes AS notes,
                                                                              CASE
                                                                                WHEN workout_exercise.targets IS NULL
                                                                                  THEN json_build_array()
                                                                                ELSE COALESCE((SELECT json_agg(anon_4) AS json_agg_3
                                                                                               FROM (SELECT anon_5.kind AS kind,
                                                                                                            anon_5.reps AS reps,
                                                                                                            anon_5.reps_to AS reps_to,
                                                                                                            anon_5.weight_kg AS weight_kg,
                                                                                                            anon_5.duration_seconds AS duration_seconds,
                                                                                                            anon_5.distance_meters AS distance_meters,
                                                                                                            anon_5.rpe AS rpe,
                                                                                                            anon_5.rest_seconds AS rest_seconds
                                                                                                     FROM jsonb_to_recordset(workout_exercise.targets) AS anon_5(kind text,
                                                                                                                                                                 reps integer,
                                                                                                                                                                 reps_to integer,
                                                                                                                                                                 weight_kg double precision,
                                                                                                                                                                 duration_seconds double precision,
                                                                                                                                                                 distance_meters double precision,
                                                                                                                                                                 rpe double precision,
                                                                                                                                                                 rest_seconds integer)) AS anon_4),
                                                                                              json_build_array())
                                                                              END AS targets,
                                                                              json_build_object('sets',
                                                                                                workout_exercise.set_count,
                                                                                                'reps',
                                                                                                workout_exercise.rep_count,
                                                                                                'volume_kg',
                                                                                                workout_exercise.volume_kg,
                                                                                                'bodyweight_volume_kg',
                                                                                                CASE
                                                                                                  WHEN workout_exercise.bodyweight_reps > 0
                                                                                                   AND mass.mass_kg IS NOT NULL
                                                                                                    THEN CAST(round(CAST(GREATEST(workout_exercise.bodyweight_reps * mass.mass_kg - workout_exercise.assisted_volume_kg,
                                                                                                                                  0) AS numeric),
                                                                                                                    CAST($2 AS integer)) AS double precision)
                                                                                                END,
                                                                                                'duration_seconds',
                                                                                                workout_exercise.duration_seconds,
                                                                                                'distance_meters',
                                                                                                workout_exercise.distance_meters,
                                                                                                'best_set',
                                                                                                json_build_object('weight_kg', workout_exercise.best_set_weight_kg, 'reps', workout_exercise.best_set_reps),
                                                                                                'best_e1rm_kg',
                                                                                                workout_exercise.best_e1rm_kg) AS totals,
                                                                              COALESCE((SELECT json_agg(anon_6) AS json_agg_4
                                                                                        FROM (SELECT workout_set.id AS id,
                                                                                                     workout_set.kind AS kind,
                                                                                                     workout_set.reps AS reps,
                                                                                                     workout_set.weight_kg AS weight_kg,
                                                                                                     workout_set.duration_seconds AS duration_seconds,
                                                                                                     workout_set.distance_meters AS distance_meters,
                                                                                                     workout_set.rpe AS rpe,
                                                                                                     workout_set.rest_seconds AS rest_seconds,
                                                                                                     CASE
                                                                                                       WHEN workout_set.counter_name IS NULL
                                                                                                         THEN NULL
                                                                                                       ELSE json_build_object('counter',
                                                                                                                              json_build_object('name', workout_set.counter_name, 'version', workout_set.counter_version),
                                                                                                                              'profile_version',
                                                                                                                              workout_set.profile_version,
                                                                                                                              'detected_reps',
                                                                                                                              workout_set.detected_reps,
                                                                                                                              'reps',
                                                                                                                              COALESCE((SELECT json_agg(anon_7) AS json_agg_5
                                                                                                                                        FROM (SELECT anon_8.offset_ms AS offset_ms,
                                                                                                                                                     anon_8.turn_ms AS turn_ms,
                                                                                                                                                     anon_8.duration_ms AS duration_ms,
                                                                                                                                                     anon_8.eccentric_ms AS eccentric_ms,
                                                                                                                                                     anon_8.concentric_ms AS concentric_ms,
                                                                                                                                                     anon_8.turn_pause_ms AS turn_pause_ms,
                                                                                                                                                     anon_8.end_pause_ms AS end_pause_ms,
                                                                                                                                                     anon_8.range_degrees AS range_degrees,
                                                                                                                                                     anon_8.range_mm AS range_mm,
                                                                                                                                                     anon_8.range_share AS range_share,
                                                                                                                                                     anon_8.full_range_share AS full_range_share,
                                                                                                                                                     anon_8.mean_velocity_mps AS mean_velocity_mps,
                                                                                                                                                     anon_8.side AS side,
                                                                                                                                                     anon_8.confidence AS confidence,
                                                                                                                                                     string_to_array(COALESCE(anon_8.flags, ''),
                                                                                                                                                                     ' ') AS flags,
                                                                                                                                                     COALESCE(anon_8.rejected, FALSE) AS rejected
                                                                                                                                              FROM unnest(workout_set.rep_offset_ms, workout_set.rep_turn_ms, workout_set.rep_duration_ms, workout_set.rep_eccentric_ms, workout_set.rep_concentric_ms, workout_set.rep_turn_pause_ms, workout_set.rep_end_pause_ms, workout_set.rep_range_degrees, workout_set.rep_range_mm, workout_set.rep_range_share, workout_set.rep_full_range_share, workout_set.rep_mean_velocity_mps, workout_set.rep_side, workout_set.rep_confidence, workout_set.rep_flags, workout_set.rep_rejected) WITH ORDINALITY AS anon_8 (offset_ms, turn_ms, duration_ms, eccentric_ms, concentric_ms, turn_pause_ms, end_pause_ms, range_degrees, range_mm, range_share, full_range_share, mean_velocity_mps, side, confidence, flags, rejected, number)
                                                                                                                                              ORDER BY anon_8.number) AS anon_7),
                                                                                                                                       json_build_array()),
                                                                                                                              'judgements',
                                                                                                                              COALESCE(workout_set.judgements, '[]'))
                                                                                                     END AS evidence
                                                                                              FROM workout_set
                                                                                              WHERE workout_set.user_id = workout_exercise.user_id
                                                                                                AND workout_set.workout_id = workout_exercise.workout_id
                                                                                                AND workout_set.exercise_position = workout_exercise.position
                                                                                              ORDER BY workout_set.position) AS anon_6),
                                                                                       json_build_array()) AS sets
                                                                       FROM workout_exercise
                                                                            LEFT JOIN catalogue_exercise ON catalogue_exercise.id = workout_exercise.catalogue_exercise_id
                                                                            LEFT JOIN custom_exercise ON custom_exercise.user_id = workout_exercise.user_id
                                                                                                     AND custom_exercise.id = workout_exercise.custom_exercise_id
                                                                       WHERE workout_exercise.user_id = workout.user_id
                                                                         AND workout_exercise.workout_id = workout.id
                                                                       ORDER BY workout_exercise.position) AS anon_3),
                                                                json_build_array()) AS exercises,
                                                       workout.created_at AS created_at,
                                                       workout.updated_at AS updated_at
                                                FROM workout
                                                     LEFT JOIN LATERAL (SELECT (SELECT body_measurement.mass_kg
                                                                                FROM body_measurement
                                                                                WHERE body_measurement.user_id = workout.user_id
                                                                                  AND body_measurement.measured_on <= workout.local_date
                                                                                ORDER BY body_measurement.measured_on DESC,
                                                                                         body_measurement.id DESC
                                                                                LIMIT 1) AS mass_kg
                                                                        WHERE workout.bodyweight_reps > 0) AS mass ON TRUE
                                                WHERE workout.user_id = CAST($3 AS uuid)
                                                  AND workout.id = page.id) AS anon_2)
                                END AS workout
                         FROM page
                         ORDER BY page.revision,
                                  page.id) AS anon_1),
                  json_build_array()) AS coalesce_1,
         (SELECT last.revision
          FROM last) AS anon_13,
         (SELECT last.id
          FROM last) AS anon_14,
         (SELECT count(*) AS count_1
          FROM found) > (SELECT count(*) AS count_2
                         FROM page) AS anon_15,
         (SELECT user_revision.revision
          FROM user_revision
          WHERE user_revision.user_id = CAST($3 AS uuid)) AS anon_16
