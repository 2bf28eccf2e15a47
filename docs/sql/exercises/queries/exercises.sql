-- Built by exercise_buddy.exercises.queries.exercises. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  False
--   $3  True
--   $4  False
--   $5  category
--   $6  countable
--   $7  custom
--   $8  equipment
--   $9  measures
--   $10  muscle
--   $11  limit
--   $12  1
--   $13  1
WITH found AS (
         SELECT exercise.id AS id,
                exercise.slug AS slug,
                exercise.name AS name,
                exercise.custom AS custom,
                exercise.category AS category,
                exercise.equipment AS equipment,
                exercise.mechanic AS mechanic,
                exercise.force AS force,
                exercise.level AS level,
                exercise.primary_muscles AS primary_muscles,
                exercise.secondary_muscles AS secondary_muscles,
                exercise.measures AS measures,
                exercise.met AS met,
                exercise.bodyweight_share AS bodyweight_share,
                exercise.assisted AS assisted,
                exercise.countable AS countable,
                exercise.instructions AS instructions,
                exercise.images AS images,
                exercise.name_key AS name_key
         FROM (SELECT catalogue_exercise.id AS id,
                      catalogue_exercise.slug AS slug,
                      catalogue_exercise.name AS name,
                      CAST($2 AS boolean) AS custom,
                      catalogue_exercise.category AS category,
                      catalogue_exercise.equipment AS equipment,
                      catalogue_exercise.mechanic AS mechanic,
                      catalogue_exercise.force AS force,
                      catalogue_exercise.level AS level,
                      catalogue_exercise.primary_muscles AS primary_muscles,
                      catalogue_exercise.secondary_muscles AS secondary_muscles,
                      catalogue_exercise.measures AS measures,
                      catalogue_exercise.met AS met,
                      catalogue_exercise.bodyweight_share AS bodyweight_share,
                      catalogue_exercise.assisted AS assisted,
                      catalogue_exercise.countable AS countable,
                      catalogue_exercise.instructions AS instructions,
                      catalogue_exercise.images AS images,
                      catalogue_exercise.name_key COLLATE "C" AS name_key
               FROM catalogue_exercise

               UNION ALL

               SELECT custom_exercise.id AS id,
                      CAST(NULL AS text) AS slug,
                      custom_exercise.name AS name,
                      CAST($3 AS boolean) AS custom,
                      custom_exercise.category AS category,
                      custom_exercise.equipment AS equipment,
                      custom_exercise.mechanic AS mechanic,
                      custom_exercise.force AS force,
                      custom_exercise.level AS level,
                      custom_exercise.primary_muscles AS primary_muscles,
                      custom_exercise.secondary_muscles AS secondary_muscles,
                      custom_exercise.measures AS measures,
                      custom_exercise.met AS met,
                      custom_exercise.bodyweight_share AS bodyweight_share,
                      custom_exercise.assisted AS assisted,
                      CAST($4 AS boolean) AS countable,
                      CAST('{}' AS text[]) AS instructions,
                      CAST('{}' AS text[]) AS images,
                      custom_exercise.name_key COLLATE "C" AS name_key
               FROM custom_exercise
               WHERE custom_exercise.user_id = CAST($1 AS uuid)) AS exercise
         WHERE exercise.category = $5
           AND exercise.countable = CAST($6 AS boolean)
           AND exercise.custom = CAST($7 AS boolean)
           AND exercise.equipment = $8
           AND exercise.measures = $9
           AND CAST(CAST($10 AS varchar) AS text) = ANY(CAST(array_cat(exercise.primary_muscles, exercise.secondary_muscles) AS text[]))
         ORDER BY exercise.name_key,
                  exercise.id
         LIMIT (CAST($11 AS integer) + CAST($12 AS integer))
       ),
     shown AS (
         SELECT found.id AS id,
                found.slug AS slug,
                found.name AS name,
                found.custom AS custom,
                found.category AS category,
                found.equipment AS equipment,
                found.mechanic AS mechanic,
                found.force AS force,
                found.level AS level,
                found.primary_muscles AS primary_muscles,
                found.secondary_muscles AS secondary_muscles,
                found.measures AS measures,
                found.met AS met,
                found.bodyweight_share AS bodyweight_share,
                found.assisted AS assisted,
                found.countable AS countable,
                found.instructions AS instructions,
                found.images AS images,
                found.name_key AS name_key
         FROM found
         ORDER BY found.name_key,
                  found.id
         LIMIT CAST($11 AS integer)
       ),
     last AS (
         SELECT shown.id AS id,
                shown.slug AS slug,
                shown.name AS name,
                shown.custom AS custom,
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
                shown.countable AS countable,
                shown.instructions AS instructions,
                shown.images AS images,
                shown.name_key AS name_key
         FROM shown
         ORDER BY shown.name_key DESC,
                  shown.id DESC
         LIMIT CAST($13 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.id AS id,
                                shown.slug AS slug,
                                shown.name AS name,
                                to_json(ARRAY(SELECT other_1.name
                                              FROM LATERAL (SELECT exercise_alias.name AS name,
                                                                   exercise_alias.name_key AS name_key
                                                            FROM exercise_alias
                                                            WHERE exercise_alias.exercise_id = shown.id

                                                            UNION ALL

                                                            SELECT custom_exercise_alias.name AS name,
                                                                   custom_exercise_alias.name_key AS name_key
                                                            FROM custom_exercise_alias
                                                            WHERE custom_exercise_alias.user_id = CAST($1 AS uuid)
                                                              AND (custom_exercise_alias.catalogue_exercise_id = shown.id
                                                                OR custom_exercise_alias.custom_exercise_id = shown.id)) AS other_1
                                              ORDER BY other_1.name_key COLLATE "C")) AS aliases,
                                shown.custom AS custom,
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
                                shown.countable AS countable,
                                shown.instructions AS instructions,
                                shown.images AS images
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
