-- Built by exercise_buddy.exercises.proposals._custom_exercises. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  limit
--   $3  1
--   $4  1
WITH found AS (
         SELECT custom_exercise.id AS id,
                custom_exercise.name AS name,
                custom_exercise.name_key COLLATE "C" AS name_key
         FROM custom_exercise
         WHERE custom_exercise.user_id = CAST($1 AS uuid)
         ORDER BY name_key,
                  custom_exercise.id
         LIMIT (CAST($2 AS integer) + CAST($3 AS integer))
       ),
     shown AS (
         SELECT found.id AS id,
                found.name AS name,
                found.name_key AS name_key
         FROM found
         ORDER BY found.name_key,
                  found.id
         LIMIT CAST($2 AS integer)
       ),
     last AS (
         SELECT shown.id AS id,
                shown.name AS name,
                shown.name_key AS name_key
         FROM shown
         ORDER BY shown.name_key DESC,
                  shown.id DESC
         LIMIT CAST($4 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.id AS id,
                                shown.name AS name
                         FROM shown
                         ORDER BY shown.name_key,
                                  shown.id) AS anon_1),
                  json_build_array()) AS coalesce_1,
         CAST(NULL AS pg_catalog.json) AS anon_2,
         (SELECT last.name_key
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_3,
         (SELECT last.id
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_4
