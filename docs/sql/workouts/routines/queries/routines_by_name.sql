-- Built by exercise_buddy.workouts.routines.queries.routines_by_name. Written by: exercise-buddy dev sql
--   $1  1
--   $2  user_id
--   $3  text
--   $4  limit
--   $5  1
--   $6  1
WITH found AS (
         SELECT routine.user_id AS user_id,
                routine.id AS id,
                routine.name AS name,
                routine.notes AS notes,
                routine.fingerprint AS fingerprint,
                routine.created_at AS created_at,
                routine.updated_at AS updated_at,
                lower(routine.name COLLATE pg_c_utf8) COLLATE "C" AS name_key
         FROM routine
         WHERE routine.user_id = CAST($2 AS uuid)
           AND (lower(routine.name COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($3 AS varchar) COLLATE pg_c_utf8) AS lower_1)
             OR lower(routine.notes COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($3 AS varchar) COLLATE pg_c_utf8) AS lower_2)
             OR routine.id IN (SELECT routine_exercise.routine_id
                               FROM routine_exercise
                               WHERE routine_exercise.user_id = CAST($2 AS uuid)
                                 AND routine_exercise.exercise_id = ANY(ARRAY(SELECT catalogue_exercise.id
                                                                              FROM catalogue_exercise
                                                                              WHERE lower(catalogue_exercise.name COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($3 AS varchar) COLLATE pg_c_utf8) AS lower_3)

                                                                              UNION ALL

                                                                              SELECT custom_exercise.id
                                                                              FROM custom_exercise
                                                                              WHERE custom_exercise.user_id = CAST($2 AS uuid)
                                                                                AND lower(custom_exercise.name COLLATE pg_c_utf8) LIKE (SELECT lower(CAST($3 AS varchar) COLLATE pg_c_utf8) AS lower_4)))) IS TRUE)
         ORDER BY name_key,
                  routine.id
         LIMIT (CAST($4 AS integer) + CAST($5 AS integer))
       ),
     shown AS (
         SELECT measured.user_id AS user_id,
                measured.id AS id,
                measured.name AS name,
                measured.notes AS notes,
                measured.fingerprint AS fingerprint,
                measured.created_at AS created_at,
                measured.updated_at AS updated_at,
                measured.name_key AS name_key,
                measured.size_before AS size_before
         FROM (SELECT found.user_id AS user_id,
                      found.id AS id,
                      found.name AS name,
                      found.notes AS notes,
                      found.fingerprint AS fingerprint,
                      found.created_at AS created_at,
                      found.updated_at AS updated_at,
                      found.name_key AS name_key,
                      COALESCE(sum(500 + COALESCE(octet_length(found.notes),
                                                  0) + (SELECT COALESCE(sum(450 + COALESCE(octet_length(routine_exercise.notes),
                                                                                           0) + COALESCE(octet_length(CAST(routine_exercise.progression AS text)),
                                                                                                         0) + jsonb_array_length(routine_exercise.targets) * 150),
                                                                        0) AS coalesce_2
                                                        FROM routine_exercise
                                                        WHERE routine_exercise.user_id = found.user_id
                                                          AND routine_exercise.routine_id = found.id)) OVER (ORDER BY found.name_key,
                                                                                                                      found.id
                                                                                                             ROWS BETWEEN UNBOUNDED PRECEDING AND CAST($1 AS integer) PRECEDING),
                               0) AS size_before
               FROM found) AS measured
         WHERE measured.size_before < 1048576
         ORDER BY measured.name_key,
                  measured.id
         LIMIT CAST($4 AS integer)
       ),
     last AS (
         SELECT shown.user_id AS user_id,
                shown.id AS id,
                shown.name AS name,
                shown.notes AS notes,
                shown.fingerprint AS fingerprint,
                shown.created_at AS created_at,
                shown.updated_at AS updated_at,
                shown.name_key AS name_key,
                shown.size_before AS size_before
         FROM shown
         ORDER BY shown.name_key DESC,
                  shown.id DESC
         LIMIT CAST($6 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.id AS id,
                                shown.name AS name,
                                shown.notes AS notes,
                                COALESCE((SELECT json_agg(anon_2) AS json_agg_2
                                          FROM (SELECT json_build_object('id',
                                                                         routine_exercise.exercise_id,
                                                                         'name',
                                                                         COALESCE(catalogue_exercise.name, custom_exercise.name),
                                                                         'custom',
                                                                         routine_exercise.custom_exercise_id IS NOT NULL) AS exercise,
                                                       routine_exercise.superset AS superset,
                                                       routine_exercise.notes AS notes,
                                                       COALESCE((SELECT json_agg(anon_3) AS json_agg_3
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
                                                WHERE routine_exercise.user_id = shown.user_id
                                                  AND routine_exercise.routine_id = shown.id
                                                ORDER BY routine_exercise.position) AS anon_2),
                                         json_build_array()) AS exercises,
                                shown.created_at AS created_at,
                                shown.updated_at AS updated_at
                         FROM shown
                         ORDER BY shown.name_key,
                                  shown.id) AS anon_1),
                  json_build_array()) AS coalesce_1,
         CAST(NULL AS pg_catalog.json) AS anon_5,
         (SELECT last.name_key
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_6,
         (SELECT last.id
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_7
