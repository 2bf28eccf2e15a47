-- Built by exercise_buddy.workouts.routines.queries.next_basis. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  routine_id
WITH recent AS (
         SELECT workout.id AS id,
                workout.started_at AS started_at,
                workout.created_at AS created_at
         FROM workout
         WHERE workout.user_id = CAST($1 AS uuid)
           AND workout.routine_id = CAST($2 AS uuid)
           AND workout.ended_at IS NOT NULL
         ORDER BY workout.started_at DESC,
                  workout.id DESC
         LIMIT 30
       )
  SELECT (SELECT row_to_json(anon_2) AS row_to_json_1
          FROM (SELECT routine.name AS name,
                       COALESCE((SELECT json_agg(anon_3) AS json_agg_1
                                 FROM (SELECT json_build_object('id',
                                                                routine_exercise.exercise_id,
                                                                'name',
                                                                COALESCE(catalogue_exercise.name, custom_exercise.name),
                                                                'custom',
                                                                routine_exercise.custom_exercise_id IS NOT NULL) AS exercise,
                                              COALESCE(catalogue_exercise.assisted, custom_exercise.assisted) AS assisted,
                                              routine_exercise.superset AS superset,
                                              routine_exercise.notes AS notes,
                                              routine_exercise.targets AS targets,
                                              routine_exercise.progression - 'since' AS progression,
                                              COALESCE((SELECT json_agg(anon_4) AS json_agg_2
                                                        FROM (SELECT workout_exercise.workout_id AS workout_id,
                                                                     recent.started_at AS started_at,
                                                                     COALESCE(workout_exercise.targets,
                                                                              CAST('[]' AS jsonb)) AS targets,
                                                                     COALESCE((SELECT json_agg(anon_5) AS json_agg_3
                                                                               FROM (SELECT workout_set.kind AS kind,
                                                                                            workout_set.reps AS reps,
                                                                                            workout_set.weight_kg AS weight_kg,
                                                                                            workout_set.assistance_kg AS assistance_kg,
                                                                                            workout_set.duration_seconds AS duration_seconds,
                                                                                            workout_set.distance_meters AS distance_meters,
                                                                                            workout_set.rpe AS rpe,
                                                                                            workout_set.rest_seconds AS rest_seconds
                                                                                     FROM workout_set
                                                                                     WHERE workout_set.user_id = workout_exercise.user_id
                                                                                       AND workout_set.workout_id = workout_exercise.workout_id
                                                                                       AND workout_set.exercise_position = workout_exercise.position
                                                                                     ORDER BY workout_set.position) AS anon_5),
                                                                              json_build_array()) AS sets
                                                              FROM workout_exercise
                                                                   INNER JOIN recent ON recent.id = workout_exercise.workout_id
                                                              WHERE workout_exercise.user_id = routine_exercise.user_id
                                                                AND workout_exercise.exercise_id = routine_exercise.exercise_id
                                                                AND workout_exercise.set_count > 0
                                                                AND (SELECT count(*) AS count_1
                                                                     FROM workout_exercise AS earlier
                                                                     WHERE earlier.user_id = workout_exercise.user_id
                                                                       AND earlier.workout_id = workout_exercise.workout_id
                                                                       AND earlier.exercise_id = workout_exercise.exercise_id
                                                                       AND earlier.position < workout_exercise.position) = (SELECT count(*) AS count_2
                                                                                                                            FROM routine_exercise AS earlier
                                                                                                                            WHERE earlier.user_id = routine_exercise.user_id
                                                                                                                              AND earlier.routine_id = routine_exercise.routine_id
                                                                                                                              AND earlier.exercise_id = routine_exercise.exercise_id
                                                                                                                              AND earlier.position < routine_exercise.position)
                                                                AND (CAST(jsonb_extract_path_text(routine_exercise.progression, 'since') AS timestamp with time zone) IS NULL
                                                                  OR recent.created_at > CAST(jsonb_extract_path_text(routine_exercise.progression, 'since') AS timestamp with time zone))
                                                              ORDER BY recent.started_at DESC,
                                                                       workout_exercise.workout_id DESC
                                                              LIMIT 10) AS anon_4),
                                                       json_build_array()) AS performances,
                                              (SELECT row_to_json(anon_6) AS row_to_json_2
                                               FROM (SELECT workout_exercise.workout_id AS workout_id,
                                                            workout_exercise.started_at AS started_at,
                                                            CAST('[]' AS jsonb) AS targets,
                                                            COALESCE((SELECT json_agg(anon_7) AS json_agg_4
                                                                      FROM (SELECT workout_set.kind AS kind,
                                                                                   workout_set.reps AS reps,
                                                                                   workout_set.weight_kg AS weight_kg,
                                                                                   workout_set.assistance_kg AS assistance_kg,
                                                                                   workout_set.duration_seconds AS duration_seconds,
                                                                                   workout_set.distance_meters AS distance_meters,
                                                                                   workout_set.rpe AS rpe,
                                                                                   workout_set.rest_seconds AS rest_seconds
                                                                            FROM workout_set
                                                                            WHERE workout_set.user_id = workout_exercise.user_id
                                                                              AND workout_set.workout_id = workout_exercise.workout_id
                                                                              AND workout_set.exercise_position = workout_exercise.position
                                                                            ORDER BY workout_set.position) AS anon_7),
                                                                     json_build_array()) AS sets
                                                     FROM workout_exercise
                                                          INNER JOIN workout ON workout.user_id = workout_exercise.user_id
                                                                            AND workout.id = workout_exercise.workout_id
                                                                            AND workout.ended_at IS NOT NULL
                                                     WHERE workout_exercise.user_id = routine_exercise.user_id
                                                       AND workout_exercise.exercise_id = routine_exercise.exercise_id
                                                       AND workout_exercise.set_count > 0
                                                     ORDER BY workout_exercise.started_at DESC,
                                                              workout_exercise.workout_id DESC,
                                                              workout_exercise.position
                                                     LIMIT 1) AS anon_6) AS elsewhere
                                       FROM routine_exercise
                                            LEFT JOIN catalogue_exercise ON catalogue_exercise.id = routine_exercise.catalogue_exercise_id
                                            LEFT JOIN custom_exercise ON custom_exercise.user_id = routine_exercise.user_id
                                                                     AND custom_exercise.id = routine_exercise.custom_exercise_id
                                       WHERE routine_exercise.user_id = routine.user_id
                                         AND routine_exercise.routine_id = routine.id
                                       ORDER BY routine_exercise.position) AS anon_3),
                                json_build_array()) AS exercises
                FROM routine
                WHERE routine.user_id = CAST($1 AS uuid)
                  AND routine.id = CAST($2 AS uuid)) AS anon_2) AS anon_1
