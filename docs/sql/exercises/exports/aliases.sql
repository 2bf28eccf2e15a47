-- Built by exercise_buddy.exercises.exports._aliases. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  limit
--   $3  1
--   $4  1
WITH found AS (
         SELECT custom_exercise_alias.user_id AS user_id,
                custom_exercise_alias.name_key AS name_key,
                custom_exercise_alias.name AS name,
                custom_exercise_alias.search_key AS search_key,
                custom_exercise_alias.catalogue_exercise_id AS catalogue_exercise_id,
                custom_exercise_alias.custom_exercise_id AS custom_exercise_id,
                custom_exercise_alias.is_reserved AS is_reserved,
                custom_exercise_alias.created_at AS created_at
         FROM custom_exercise_alias
         WHERE custom_exercise_alias.user_id = CAST($1 AS uuid)
         ORDER BY custom_exercise_alias.name_key
         LIMIT (CAST($2 AS integer) + CAST($3 AS integer))
       ),
     shown AS (
         SELECT found.user_id AS user_id,
                found.name_key AS name_key,
                found.name AS name,
                found.search_key AS search_key,
                found.catalogue_exercise_id AS catalogue_exercise_id,
                found.custom_exercise_id AS custom_exercise_id,
                found.is_reserved AS is_reserved,
                found.created_at AS created_at
         FROM found
         ORDER BY found.name_key
         LIMIT CAST($2 AS integer)
       ),
     last AS (
         SELECT shown.user_id AS user_id,
                shown.name_key AS name_key,
                shown.name AS name,
                shown.search_key AS search_key,
                shown.catalogue_exercise_id AS catalogue_exercise_id,
                shown.custom_exercise_id AS custom_exercise_id,
                shown.is_reserved AS is_reserved,
                shown.created_at AS created_at
         FROM shown
         ORDER BY shown.name_key DESC
         LIMIT CAST($4 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.name AS name,
                                COALESCE(shown.catalogue_exercise_id, shown.custom_exercise_id) AS exercise_id,
                                shown.is_reserved AS is_reserved,
                                shown.created_at AS created_at
                         FROM shown
                         ORDER BY shown.name_key) AS anon_1),
                  json_build_array()) AS coalesce_1,
         CAST(NULL AS pg_catalog.json) AS anon_2,
         (SELECT last.name_key
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_3
