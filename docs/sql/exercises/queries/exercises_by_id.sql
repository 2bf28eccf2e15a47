-- Built by exercise_buddy.exercises.queries.exercises_by_id. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  False
--   $3  ids
--   $4  True
--   $5  False
SELECT anon_1.id,
       CAST(row_to_json(anon_1) AS text) AS row_to_json_1
FROM (SELECT exercise.id AS id,
             exercise.slug AS slug,
             exercise.name AS name,
             to_json(ARRAY(SELECT other_1.name
                           FROM LATERAL (SELECT exercise_alias.name AS name,
                                                exercise_alias.name_key AS name_key
                                         FROM exercise_alias
                                         WHERE exercise_alias.exercise_id = exercise.id

                                         UNION ALL

                                         SELECT custom_exercise_alias.name AS name,
                                                custom_exercise_alias.name_key AS name_key
                                         FROM custom_exercise_alias
                                         WHERE custom_exercise_alias.user_id = CAST($1 AS uuid)
                                           AND (custom_exercise_alias.catalogue_exercise_id = exercise.id
                                             OR custom_exercise_alias.custom_exercise_id = exercise.id)) AS other_1
                           ORDER BY other_1.name_key COLLATE "C")) AS aliases,
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
             exercise.images AS images
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
            WHERE catalogue_exercise.id = ANY(ARRAY(SELECT unnest(CAST($3 AS uuid[])) AS unnest_1))

            UNION ALL

            SELECT custom_exercise.id AS id,
                   CAST(NULL AS text) AS slug,
                   custom_exercise.name AS name,
                   CAST($4 AS boolean) AS custom,
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
                   CAST($5 AS boolean) AS countable,
                   CAST('{}' AS text[]) AS instructions,
                   CAST('{}' AS text[]) AS images,
                   custom_exercise.name_key COLLATE "C" AS name_key
            FROM custom_exercise
            WHERE custom_exercise.user_id = CAST($1 AS uuid)
              AND custom_exercise.id = ANY(ARRAY(SELECT unnest(CAST($3 AS uuid[])) AS unnest_1))) AS exercise) AS anon_1
