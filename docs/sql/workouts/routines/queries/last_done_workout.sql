-- Built by exercise_buddy.workouts.routines.queries.last_done_workout. Written by: exercise-buddy dev sql
--   $1  user_id
SELECT (SELECT row_to_json(anon_2) AS row_to_json_1
        FROM (SELECT workout.title AS title,
                     workout.title_proposed AS title_proposed,
                     workout.notes AS notes,
                     COALESCE((SELECT json_agg(anon_3) AS json_agg_1
                               FROM (SELECT workout_exercise.exercise_id AS exercise_id,
                                            workout_exercise.superset AS superset,
                                            workout_exercise.notes AS notes,
                                            CASE
                                              WHEN workout_exercise.set_count = 0
                                                THEN COALESCE(workout_exercise.targets,
                                                              CAST('[]' AS jsonb))
                                            END AS targets,
                                            COALESCE((SELECT json_agg(anon_4) AS json_agg_2
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
                                                            ORDER BY workout_set.position) AS anon_4),
                                                     json_build_array()) AS sets
                                     FROM workout_exercise
                                     WHERE workout_exercise.user_id = workout.user_id
                                       AND workout_exercise.workout_id = workout.id
                                     ORDER BY workout_exercise.position) AS anon_3),
                              json_build_array()) AS exercises
              FROM workout
              WHERE workout.user_id = CAST($1 AS uuid)
                AND workout.ended_at IS NOT NULL
              ORDER BY workout.started_at DESC,
                       workout.id DESC
              LIMIT 1) AS anon_2) AS anon_1
