-- Built by exercise_buddy.workouts.routines.queries.routines_by_id. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  ids
SELECT anon_1.id,
       CAST(row_to_json(anon_1) AS text) AS row_to_json_1
FROM (SELECT routine.id AS id,
             routine.name AS name,
             routine.notes AS notes,
             COALESCE((SELECT json_agg(anon_2) AS json_agg_1
                       FROM (SELECT json_build_object('id',
                                                      routine_exercise.exercise_id,
                                                      'name',
                                                      COALESCE(catalogue_exercise.name, custom_exercise.name),
                                                      'custom',
                                                      routine_exercise.custom_exercise_id IS NOT NULL) AS exercise,
                                    routine_exercise.superset AS superset,
                                    routine_exercise.notes AS notes,
                                    COALESCE((SELECT json_agg(anon_3) AS json_agg_2
                                              FROM (SELECT anon_4.kind AS kind,
                                                           anon_4.reps AS reps,
                                                           anon_4.reps_to AS reps_to,
                                                           anon_4.weight_kg AS weight_kg,
                                                           anon_4.assistance_kg AS assistance_kg,
                                                           anon_4.duration_seconds AS duration_seconds,
                                                           anon_4.distance_meters AS distance_meters,
                                                           anon_4.rpe AS rpe,
                                                           anon_4.rest_seconds AS rest_seconds
                                                    FROM jsonb_to_recordset(routine_exercise.targets) AS anon_4(kind text,
                                                                                                                reps integer,
                                                                                                                reps_to integer,
                                                                                                                weight_kg double precision,
                                                                                                                assistance_kg double precision,
                                                                                                                duration_seconds double precision,
                                                                                                                distance_meters double precision,
                                                                                                                rpe double precision,
                                                                                                                rest_seconds integer)) AS anon_3),
                                             json_build_array()) AS targets,
                                    routine_exercise.progression - 'since' AS progression,
                                    CAST(jsonb_extract_path_text(routine_exercise.progression, 'since') AS timestamp with time zone) AS progress_since
                             FROM routine_exercise
                                  LEFT JOIN catalogue_exercise ON catalogue_exercise.id = routine_exercise.catalogue_exercise_id
                                  LEFT JOIN custom_exercise ON custom_exercise.user_id = routine_exercise.user_id
                                                           AND custom_exercise.id = routine_exercise.custom_exercise_id
                             WHERE routine_exercise.user_id = routine.user_id
                               AND routine_exercise.routine_id = routine.id
                             ORDER BY routine_exercise.position) AS anon_2),
                      json_build_array()) AS exercises,
             routine.created_at AS created_at,
             routine.updated_at AS updated_at
      FROM routine
      WHERE routine.user_id = CAST($1 AS uuid)
        AND routine.id = ANY(CAST($2 AS uuid[]))) AS anon_1
