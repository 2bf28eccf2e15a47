-- Built by exercise_buddy.users.usage.usage. Written by: exercise-buddy dev sql
--   $1  max_stored_bytes
--   $2  max_workouts
--   $3  max_body_measurements
--   $4  user_id
SELECT (SELECT row_to_json(anon_2) AS row_to_json_1
        FROM (SELECT json_build_object('used',
                                       user_revision.stored_bytes,
                                       'limit',
                                       CAST($1 AS bigint)) AS stored_bytes,
                     json_build_object('used',
                                       user_revision.workouts,
                                       'limit',
                                       CAST($2 AS integer)) AS workouts,
                     json_build_object('used',
                                       user_revision.body_measurements,
                                       'limit',
                                       CAST($3 AS integer)) AS body_measurements
              FROM user_revision
              WHERE user_revision.user_id = CAST($4 AS uuid)) AS anon_2) AS anon_1
