-- Built by exercise_buddy.workouts.documents.queries.RENDER. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  workout_ids
SELECT rendered.id,
       CAST(row_to_json(rendered) AS text) AS row_to_json_1
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
             workout.energy_kcal AS energy_kcal,
             workout.average_heart_rate_bpm AS average_heart_rate_bpm,
             workout.max_heart_rate_bpm AS max_heart_rate_bpm,
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
                                   THEN json_build_array(workout.bodyweight_reps, workout.assisted_volume_kg)
                               END,
                               'assisted_volume_kg',
                               workout.assisted_volume_kg,
                               'warm_up',
                               json_build_object('sets', workout.warm_up_set_count, 'reps', workout.warm_up_rep_count, 'volume_kg', workout.warm_up_volume_kg, 'assisted_volume_kg', workout.warm_up_assisted_volume_kg),
                               'duration_seconds',
                               workout.duration_seconds,
                               'met_minutes',
                               workout.met_minutes,
                               'estimated_energy_kcal',
                               CASE
                                 WHEN workout.met_minutes IS NOT NULL
                                   THEN json_build_array(workout.met_minutes)
                               END) AS totals,
             COALESCE((SELECT json_agg(anon_1) AS json_agg_1
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
                                      ELSE COALESCE((SELECT json_agg(anon_2) AS json_agg_2
                                                     FROM (SELECT anon_3.kind AS kind,
                                                                  anon_3.reps AS reps,
                                                                  anon_3.reps_to AS reps_to,
                                                                  anon_3.weight_kg AS weight_kg,
                                                                  anon_3.assistance_kg AS assistance_kg,
                                                                  anon_3.duration_seconds AS duration_seconds,
                                                                  anon_3.distance_meters AS distance_meters,
                                                                  anon_3.rpe AS rpe,
                                                                  anon_3.rest_seconds AS rest_seconds
                                                           FROM jsonb_to_recordset(workout_exercise.targets) AS anon_3(kind text,
                                                                                                                       reps integer,
                                                                                                                       reps_to integer,
                                                                                                                       weight_kg double precision,
                                                                                                                       assistance_kg double precision,
                                                                                                                       duration_seconds double precision,
                                                                                                                       distance_meters double precision,
                                                                                                                       rpe double precision,
                                                                                                                       rest_seconds integer)) AS anon_2),
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
                                                          THEN json_build_array(workout_exercise.bodyweight_reps, workout_exercise.assisted_volume_kg)
                                                      END,
                                                      'assisted_volume_kg',
                                                      workout_exercise.assisted_volume_kg,
                                                      'warm_up',
                                                      json_build_object('sets', workout_exercise.warm_up_set_count, 'reps', workout_exercise.warm_up_rep_count, 'volume_kg', workout_exercise.warm_up_volume_kg, 'assisted_volume_kg', workout_exercise.warm_up_assisted_volume_kg),
                                                      'duration_seconds',
                                                      workout_exercise.duration_seconds,
                                                      'distance_meters',
                                                      workout_exercise.distance_meters,
                                                      'best_set',
                                                      json_build_object('weight_kg', workout_exercise.best_set_weight_kg, 'reps', workout_exercise.best_set_reps),
                                                      'best_e1rm_kg',
                                                      workout_exercise.best_e1rm_kg) AS totals,
                                    COALESCE((SELECT json_agg(anon_4) AS json_agg_3
                                              FROM (SELECT workout_set.id AS id,
                                                           workout_set.kind AS kind,
                                                           workout_set.reps AS reps,
                                                           workout_set.weight_kg AS weight_kg,
                                                           workout_set.assistance_kg AS assistance_kg,
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
                                                                                    COALESCE((SELECT json_agg(anon_5) AS json_agg_4
                                                                                              FROM (SELECT anon_6.offset_ms AS offset_ms,
                                                                                                           anon_6.turn_ms AS turn_ms,
                                                                                                           anon_6.duration_ms AS duration_ms,
                                                                                                           anon_6.eccentric_ms AS eccentric_ms,
                                                                                                           anon_6.concentric_ms AS concentric_ms,
                                                                                                           anon_6.turn_pause_ms AS turn_pause_ms,
                                                                                                           anon_6.end_pause_ms AS end_pause_ms,
                                                                                                           anon_6.range_degrees AS range_degrees,
                                                                                                           anon_6.range_mm AS range_mm,
                                                                                                           anon_6.range_share AS range_share,
                                                                                                           anon_6.full_range_share AS full_range_share,
                                                                                                           anon_6.mean_velocity_mps AS mean_velocity_mps,
                                                                                                           anon_6.side AS side,
                                                                                                           anon_6.confidence AS confidence,
                                                                                                           string_to_array(COALESCE(anon_6.flags, ''),
                                                                                                                           ' ') AS flags,
                                                                                                           COALESCE(anon_6.rejected, FALSE) AS rejected
                                                                                                    FROM unnest(workout_set.rep_offset_ms, workout_set.rep_turn_ms, workout_set.rep_duration_ms, workout_set.rep_eccentric_ms, workout_set.rep_concentric_ms, workout_set.rep_turn_pause_ms, workout_set.rep_end_pause_ms, workout_set.rep_range_degrees, workout_set.rep_range_mm, workout_set.rep_range_share, workout_set.rep_full_range_share, workout_set.rep_mean_velocity_mps, workout_set.rep_side, workout_set.rep_confidence, workout_set.rep_flags, workout_set.rep_rejected) WITH ORDINALITY AS anon_6 (offset_ms, turn_ms, duration_ms, eccentric_ms, concentric_ms, turn_pause_ms, end_pause_ms, range_degrees, range_mm, range_share, full_range_share, mean_velocity_mps, side, confidence, flags, rejected, number)
                                                                                                    ORDER BY anon_6.number) AS anon_5),
                                                                                             json_build_array()),
                                                                                    'judgements',
                                                                                    COALESCE(workout_set.judgements, '[]'))
                                                           END AS evidence
                                                    FROM workout_set
                                                    WHERE workout_set.user_id = workout_exercise.user_id
                                                      AND workout_set.workout_id = workout_exercise.workout_id
                                                      AND workout_set.exercise_position = workout_exercise.position
                                                    ORDER BY workout_set.position) AS anon_4),
                                             json_build_array()) AS sets
                             FROM workout_exercise
                                  LEFT JOIN catalogue_exercise ON catalogue_exercise.id = workout_exercise.catalogue_exercise_id
                                  LEFT JOIN custom_exercise ON custom_exercise.user_id = workout_exercise.user_id
                                                           AND custom_exercise.id = workout_exercise.custom_exercise_id
                             WHERE workout_exercise.user_id = workout.user_id
                               AND workout_exercise.workout_id = workout.id
                             ORDER BY workout_exercise.position) AS anon_1),
                      json_build_array()) AS exercises,
             workout.created_at AS created_at,
             workout.updated_at AS updated_at
      FROM workout
      WHERE workout.user_id = CAST($1 AS uuid)
        AND workout.id = ANY(CAST($2 AS uuid[]))) AS rendered
