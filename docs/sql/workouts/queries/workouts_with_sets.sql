-- Built by exercise_buddy.workouts.queries.workouts_with_sets. Written by: exercise-buddy dev sql
--   $1  4
--   $2  4
--   $3  1
--   $4  user_id
--   $5  exercise_id
--   $6  from_date
--   $7  text
--   $8  to_date
--   $9  updated_since
--   $10  limit
--   $11  1
--   $12  4
--   $13  1
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
                workout.duration_seconds AS duration_seconds,
                workout.met_minutes AS met_minutes,
                workout.stored_bytes AS stored_bytes,
                workout.fingerprint AS fingerprint,
                workout.revision AS revision,
                workout.created_at AS created_at,
                workout.updated_at AS updated_at,
                workout.document AS document,
                workout.document_sets AS document_sets,
                workout.document_size AS document_size,
                workout.document_version AS document_version,
                workout.document_revision AS document_revision
         FROM workout
         WHERE workout.user_id = CAST($4 AS uuid)
           AND workout.id IN (SELECT workout_exercise.workout_id
                              FROM workout_exercise
                              WHERE workout_exercise.user_id = CAST($4 AS uuid)
                                AND workout_exercise.exercise_id = CAST($5 AS uuid)) IS TRUE
           AND workout.local_date >= CAST($6 AS date)
           AND (lower(workout.title COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($7 AS varchar) COLLATE pg_c_utf8) AS lower_1)
             OR lower(workout.notes COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($7 AS varchar) COLLATE pg_c_utf8) AS lower_2)
             OR workout.id IN (SELECT workout_exercise.workout_id
                               FROM workout_exercise
                               WHERE workout_exercise.user_id = CAST($4 AS uuid)
                                 AND workout_exercise.exercise_id = ANY(ARRAY(SELECT catalogue_exercise.id
                                                                              FROM catalogue_exercise
                                                                              WHERE lower(catalogue_exercise.name COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($7 AS varchar) COLLATE pg_c_utf8) AS lower_3)

                                                                              UNION ALL

                                                                              SELECT custom_exercise.id
                                                                              FROM custom_exercise
                                                                              WHERE custom_exercise.user_id = CAST($4 AS uuid)
                                                                                AND lower(custom_exercise.name COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($7 AS varchar) COLLATE pg_c_utf8) AS lower_4)))) IS TRUE)
           AND workout.local_date <= CAST($8 AS date)
           AND workout.updated_at >= CAST($9 AS timestamp with time zone)
         ORDER BY workout.started_at DESC,
                  workout.id DESC
         LIMIT (CAST($10 AS integer) + CAST($11 AS integer))
       ),
     shown AS (
         SELECT measured.user_id AS user_id,
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
                measured.duration_seconds AS duration_seconds,
                measured.met_minutes AS met_minutes,
                measured.stored_bytes AS stored_bytes,
                measured.fingerprint AS fingerprint,
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
                      found.duration_seconds AS duration_seconds,
                      found.met_minutes AS met_minutes,
                      found.stored_bytes AS stored_bytes,
                      found.fingerprint AS fingerprint,
                      found.revision AS revision,
                      found.created_at AS created_at,
                      found.updated_at AS updated_at,
                      found.document AS document,
                      found.document_sets AS document_sets,
                      found.document_size AS document_size,
                      found.document_version AS document_version,
                      found.document_revision AS document_revision,
                      COALESCE(sum(700 + found.exercise_count * 450 + found.set_count * 220 + COALESCE(octet_length(found.notes),
                                                                                                       0) + (SELECT COALESCE(sum(COALESCE(octet_length(workout_exercise.notes),
                                                                                                                                          0) + COALESCE(jsonb_array_length(workout_exercise.targets),
                                                                                                                                                        0) * 150),
                                                                                                                             0) AS coalesce_2
                                                                                                             FROM workout_exercise
                                                                                                             WHERE workout_exercise.user_id = found.user_id
                                                                                                               AND workout_exercise.workout_id = found.id) + (SELECT COALESCE(sum(170 + COALESCE(octet_length(CAST(workout_set.judgements AS text)),
                                                                                                                                                                                                 0) + COALESCE(octet_length(array_to_string(workout_set.rep_flags, '')),
                                                                                                                                                                                                               0) + COALESCE(cardinality(workout_set.rep_offset_ms),
                                                                                                                                                                                                                             0) * 340),
                                                                                                                                                                              0) AS coalesce_3
                                                                                                                                                              FROM workout_set
                                                                                                                                                              WHERE workout_set.user_id = found.user_id
                                                                                                                                                                AND workout_set.workout_id = found.id
                                                                                                                                                                AND workout_set.counter_name IS NOT NULL)) OVER (ORDER BY found.started_at DESC,
                                                                                                                                                                                                                          found.id DESC
                                                                                                                                                                                                                 ROWS BETWEEN UNBOUNDED PRECEDING AND CAST($3 AS integer) PRECEDING),
                               0) AS size_before
               FROM found) AS measured
         WHERE measured.size_before < 1048576
         ORDER BY measured.started_at DESC,
                  measured.id DESC
         LIMIT CAST($10 AS integer)
       ),
     last AS (
         SELECT shown.user_id AS user_id,
                shown.id AS id,
                shown.title AS title,
                shown.title_proposed AS title_proposed,
                shown.notes AS notes,
                shown.source AS source,
                shown.import_id AS import_id,
                shown.routine_id AS routine_id,
                shown.started_at AS started_at,
                shown.ended_at AS ended_at,
                shown.time_zone AS time_zone,
                shown.local_date AS local_date,
                shown.exercise_count AS exercise_count,
                shown.set_count AS set_count,
                shown.rep_count AS rep_count,
                shown.volume_kg AS volume_kg,
                shown.bodyweight_reps AS bodyweight_reps,
                shown.assisted_volume_kg AS assisted_volume_kg,
                shown.duration_seconds AS duration_seconds,
                shown.met_minutes AS met_minutes,
                shown.stored_bytes AS stored_bytes,
                shown.fingerprint AS fingerprint,
                shown.revision AS revision,
                shown.created_at AS created_at,
                shown.updated_at AS updated_at,
                shown.document AS document,
                shown.document_sets AS document_sets,
                shown.document_size AS document_size,
                shown.document_version AS document_version,
                shown.document_revision AS document_revision,
                shown.size_before AS size_before
         FROM shown
         ORDER BY shown.started_at,
                  shown.id
         LIMIT CAST($13 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.id AS id,
                                shown.title AS title,
                                shown.started_at AS started_at,
                                shown.ended_at AS ended_at,
                                shown.time_zone AS time_zone,
                                shown.local_date AS local_date,
                                shown.notes AS notes,
                                shown.source AS source,
                                shown.import_id AS import_id,
                                shown.routine_id AS routine_id,
                                json_build_object('exercises',
                                                  shown.exercise_count,
                                                  'sets',
                                                  shown.set_count,
                                                  'reps',
                                                  shown.rep_count,
                                                  'volume_kg',
                                                  shown.volume_kg,
                                                  'bodyweight_volume_kg',
                                                  CASE
                                                    WHEN shown.bodyweight_reps > 0
                                                     AND mass.mass_kg IS NOT NULL
                                                      THEN CAST(round(CAST(GREATEST(shown.bodyweight_reps * mass.mass_kg - shown.assisted_volume_kg,
                                                                                    0) AS numeric),
                                                                      CAST($1 AS integer)) AS double precision)
                                                  END,
                                                  'duration_seconds',
                                                  shown.duration_seconds,
                                                  'met_minutes',
                                                  shown.met_minutes) AS totals,
                                COALESCE((SELECT json_agg(anon_2) AS json_agg_2
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
                                                         ELSE COALESCE((SELECT json_agg(anon_3) AS json_agg_3
                                                                        FROM (SELECT anon_4.kind AS kind,
                                                                                     anon_4.reps AS reps,
                                                                                     anon_4.reps_to AS reps_to,
                                                                                     anon_4.weight_kg AS weight_kg,
                                                                                     anon_4.duration_seconds AS duration_seconds,
                                                                                     anon_4.distance_meters AS distance_meters,
                                                                                     anon_4.rpe AS rpe,
                                                                                     anon_4.rest_seconds AS rest_seconds
                                                                              FROM jsonb_to_recordset(workout_exercise.targets) AS anon_4(kind text,
                                                                                                                                          reps integer,
                                                                                                                                          reps_to integer,
                                                                                                                                          weight_kg double precision,
                                                                                                                                          duration_seconds double precision,
                                                                                                                                          distance_meters double precision,
                                                                                                                                          rpe double precision,
                                                                                                                                          rest_seconds integer)) AS anon_3),
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
                                                       COALESCE((SELECT json_agg(anon_5) AS json_agg_4
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
                                                                                                       COALESCE((SELECT json_agg(anon_6) AS json_agg_5
                                                                                                                 FROM (SELECT anon_7.offset_ms AS offset_ms,
                                                                                                                              anon_7.turn_ms AS turn_ms,
                                                                                                                              anon_7.duration_ms AS duration_ms,
                                                                                                                              anon_7.eccentric_ms AS eccentric_ms,
                                                                                                                              anon_7.concentric_ms AS concentric_ms,
                                                                                                                              anon_7.turn_pause_ms AS turn_pause_ms,
                                                                                                                              anon_7.end_pause_ms AS end_pause_ms,
                                                                                                                              anon_7.range_degrees AS range_degrees,
                                                                                                                              anon_7.range_mm AS range_mm,
                                                                                                                              anon_7.range_share AS range_share,
                                                                                                                              anon_7.full_range_share AS full_range_share,
                                                                                                                              anon_7.mean_velocity_mps AS mean_velocity_mps,
                                                                                                                              anon_7.side AS side,
                                                                                                                              anon_7.confidence AS confidence,
                                                                                                                              string_to_array(COALESCE(anon_7.flags, ''),
                                                                                                                                              ' ') AS flags,
                                                                                                                              COALESCE(anon_7.rejected, FALSE) AS rejected
                                                                                                                       FROM unnest(workout_set.rep_offset_ms, workout_set.rep_turn_ms, workout_set.rep_duration_ms, workout_set.rep_eccentric_ms, workout_set.rep_concentric_ms, workout_set.rep_turn_pause_ms, workout_set.rep_end_pause_ms, workout_set.rep_range_degrees, workout_set.rep_range_mm, workout_set.rep_range_share, workout_set.rep_full_range_share, workout_set.rep_mean_velocity_mps, workout_set.rep_side, workout_set.rep_confidence, workout_set.rep_flags, workout_set.rep_rejected) WITH ORDINALITY AS anon_7 (offset_ms, turn_ms, duration_ms, eccentric_ms, concentric_ms, turn_pause_ms, end_pause_ms, range_degrees, range_mm, range_share, full_range_share, mean_velocity_mps, side, confidence, flags, rejected, number)
                                                                                                                       ORDER BY anon_7.number) AS anon_6),
                                                                                                                json_build_array()),
                                                                                                       'judgements',
                                                                                                       COALESCE(workout_set.judgements, '[]'))
                                                                              END AS evidence
                                                                       FROM workout_set
                                                                       WHERE workout_set.user_id = workout_exercise.user_id
                                                                         AND workout_set.workout_id = workout_exercise.workout_id
                                                                         AND workout_set.exercise_position = workout_exercise.position
                                                                       ORDER BY workout_set.position) AS anon_5),
                                                                json_build_array()) AS sets
                                                FROM workout_exercise
                                                     LEFT JOIN catalogue_exercise ON catalogue_exercise.id = workout_exercise.catalogue_exercise_id
                                                     LEFT JOIN custom_exercise ON custom_exercise.user_id = workout_exercise.user_id
                                                                              AND custom_exercise.id = workout_exercise.custom_exercise_id
                                                WHERE workout_exercise.user_id = shown.user_id
                                                  AND workout_exercise.workout_id = shown.id
                                                ORDER BY workout_exercise.position) AS anon_2),
                                         json_build_array()) AS exercises,
                                shown.created_at AS created_at,
                                shown.updated_at AS updated_at
                         FROM shown
                              LEFT JOIN LATERAL (SELECT (SELECT body_measurement.mass_kg
                                                         FROM body_measurement
                                                         WHERE body_measurement.user_id = shown.user_id
                                                           AND body_measurement.measured_on <= shown.local_date
                                                         ORDER BY body_measurement.measured_on DESC,
                                                                  body_measurement.id DESC
                                                         LIMIT 1) AS mass_kg
                                                 WHERE shown.bodyweight_reps > 0) AS mass ON TRUE
                         ORDER BY shown.started_at DESC,
                                  shown.id DESC) AS anon_1),
                  json_build_array()) AS coalesce_1,
         (SELECT row_to_json(anon_9) AS row_to_json_1
          FROM (SELECT count(*) AS workouts,
                       COALESCE(sum(anon_10.exercise_count),
                                0) AS exercises,
                       COALESCE(sum(anon_10.set_count),
                                0) AS sets,
                       COALESCE(sum(anon_10.rep_count),
                                0) AS reps,
                       CAST(round(CAST(COALESCE(sum(anon_10.volume_kg),
                                                0) AS numeric),
                                  CAST($12 AS integer)) AS double precision) AS volume_kg,
                       COALESCE(sum(anon_10.duration_seconds),
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
                             workout.duration_seconds AS duration_seconds,
                             workout.met_minutes AS met_minutes,
                             workout.stored_bytes AS stored_bytes,
                             workout.fingerprint AS fingerprint,
                             workout.revision AS revision,
                             workout.created_at AS created_at,
                             workout.updated_at AS updated_at,
                             workout.document AS document,
                             workout.document_sets AS document_sets,
                             workout.document_size AS document_size,
                             workout.document_version AS document_version,
                             workout.document_revision AS document_revision
                      FROM workout
                      WHERE workout.user_id = CAST($4 AS uuid)
                        AND workout.id IN (SELECT workout_exercise.workout_id
                                           FROM workout_exercise
                                           WHERE workout_exercise.user_id = CAST($4 AS uuid)
                                             AND workout_exercise.exercise_id = CAST($5 AS uuid)) IS TRUE
                        AND workout.local_date >= CAST($6 AS date)
                        AND (lower(workout.title COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($7 AS varchar) COLLATE pg_c_utf8) AS lower_1)
                          OR lower(workout.notes COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($7 AS varchar) COLLATE pg_c_utf8) AS lower_2)
                          OR workout.id IN (SELECT workout_exercise.workout_id
                                            FROM workout_exercise
                                            WHERE workout_exercise.user_id = CAST($4 AS uuid)
                                              AND workout_exercise.exercise_id = ANY(ARRAY(SELECT catalogue_exercise.id
                                                                                           FROM catalogue_exercise
                                                                                           WHERE lower(catalogue_exercise.name COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($7 AS varchar) COLLATE pg_c_utf8) AS lower_3)

                                                                                           UNION ALL

                                                                                           SELECT custom_exercise.id
                                                                                           FROM custom_exercise
                                                                                           WHERE custom_exercise.user_id = CAST($4 AS uuid)
                                                                                             AND lower(custom_exercise.name COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($7 AS varchar) COLLATE pg_c_utf8) AS lower_4)))) IS TRUE)
                        AND workout.local_date <= CAST($8 AS date)
                        AND workout.updated_at >= CAST($9 AS timestamp with time zone)) AS anon_10) AS anon_9) AS anon_8,
         (SELECT last.started_at
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_11,
         (SELECT last.id
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_12
