-- Built by exercise_buddy.exercises.exports.custom_exercises. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  limit
--   $3  1
--   $4  1
WITH found AS (
         SELECT custom_exercise.user_id AS user_id,
                custom_exercise.id AS id,
                custom_exercise.name AS name,
                custom_exercise.name_key AS name_key,
                custom_exercise.category AS category,
                custom_exercise.equipment AS equipment,
                custom_exercise.mechanic AS mechanic,
                custom_exercise.force AS force,
                custom_exercise.level AS level,
                custom_exercise.primary_muscles AS primary_muscles,
                custom_exercise.secondary_muscles AS secondary_muscles,
                custom_exercise.measures AS measures,
                custom_exercise.met AS met,
                custom_exercise.search_key AS search_key,
                custom_exercise.bodyweight_share AS bodyweight_share,
                custom_exercise.assisted AS assisted,
                custom_exercise.fingerprint AS fingerprint,
                custom_exercise.import_id AS import_id,
                custom_exercise.created_at AS created_at,
                custom_exercise.updated_at AS updated_at
         FROM custom_exercise
         WHERE custom_exercise.user_id = CAST($1 AS uuid)
         ORDER BY custom_exercise.id
         LIMIT (CAST($2 AS integer) + CAST($3 AS integer))
       ),
     shown AS (
         SELECT found.user_id AS user_id,
                found.id AS id,
                found.name AS name,
                found.name_key AS name_key,
                found.category AS category,
                found.equipment AS equipment,
                found.mechanic AS mechanic,
                found.force AS force,
                found.level AS level,
                found.primary_muscles AS primary_muscles,
                found.secondary_muscles AS secondary_muscles,
                found.measures AS measures,
                found.met AS met,
                found.search_key AS search_key,
                found.bodyweight_share AS bodyweight_share,
                found.assisted AS assisted,
                found.fingerprint AS fingerprint,
                found.import_id AS import_id,
                found.created_at AS created_at,
                found.updated_at AS updated_at
         FROM found
         ORDER BY found.id
         LIMIT CAST($2 AS integer)
       ),
     last AS (
         SELECT shown.user_id AS user_id,
                shown.id AS id,
                shown.name AS name,
                shown.name_key AS name_key,
                shown.category AS category,
                shown.equipment AS equipment,
                shown.mechanic AS mechanic,
                shown.force AS force,
                shown.level AS level,
                shown.primary_muscles AS primary_muscles,
                shown.secondary_muscles AS secondary_muscles,
                shown.measures AS measures,
                shown.met AS met,
                shown.search_key AS search_key,
                shown.bodyweight_share AS bodyweight_share,
                shown.assisted AS assisted,
                shown.fingerprint AS fingerprint,
                shown.import_id AS import_id,
                shown.created_at AS created_at,
                shown.updated_at AS updated_at
         FROM shown
         ORDER BY shown.id DESC
         LIMIT CAST($4 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.id AS id,
                                shown.name AS name,
                                shown.category AS category,
                                shown.equipment AS equipment,
                                shown.mechanic AS mechanic,
                                shown.force AS force,
                                shown.level AS level,
                                shown.primary_muscles AS primary_muscles,
                                shown.secondary_muscles AS secondary_muscles,
                                shown.measures AS measures,
                                shown.met AS met,
                                shown.bodyweight_share AS bodyweight_share,
                                shown.assisted AS assisted,
                                shown.created_at AS created_at
                         FROM shown
                         ORDER BY shown.id) AS anon_1),
                  json_build_array()) AS coalesce_1,
         CAST(NULL AS pg_catalog.json) AS anon_2,
         (SELECT last.id
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_3
