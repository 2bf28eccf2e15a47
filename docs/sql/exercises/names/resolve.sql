-- Built by exercise_buddy.exercises.names._RESOLVE. Written by: exercise-buddy dev sql
--   $1  0
--   $2  2
--   $3  user_id
--   $4  keys
--   $5  search_keys
--   $6  0
--   $7  2
--   $8  0
--   $9  2
--   $10  4
--   $11  6
--   $12  4
--   $13  6
--   $14  4
--   $15  6
WITH own_name AS (
         (SELECT custom_exercise.id AS exercise_id,
                 custom_exercise.name_key AS name_key,
                 custom_exercise.search_key AS search_key,
                 custom_exercise.name AS exercise,
                 TRUE AS custom,
                 TRUE AS own,
                 FALSE AS other
          FROM custom_exercise
          WHERE custom_exercise.user_id = CAST($3 AS uuid)

          UNION ALL

          SELECT custom_exercise.id AS exercise_id,
                 custom_exercise_alias.name_key AS name_key,
                 custom_exercise_alias.search_key AS search_key,
                 custom_exercise.name AS exercise,
                 TRUE AS custom,
                 TRUE AS own,
                 TRUE AS other
          FROM custom_exercise, custom_exercise_alias
          WHERE custom_exercise.user_id = custom_exercise_alias.user_id
            AND custom_exercise.id = custom_exercise_alias.custom_exercise_id
            AND custom_exercise.user_id = CAST($3 AS uuid))

         UNION ALL

         SELECT catalogue_exercise.id AS exercise_id,
                custom_exercise_alias.name_key AS name_key,
                custom_exercise_alias.search_key AS search_key,
                catalogue_exercise.name AS exercise,
                FALSE AS custom,
                TRUE AS own,
                TRUE AS other
         FROM catalogue_exercise, custom_exercise_alias
         WHERE catalogue_exercise.id = custom_exercise_alias.catalogue_exercise_id
           AND custom_exercise_alias.user_id = CAST($3 AS uuid)
       ),
     found AS (
         ((((SELECT own_name.exercise_id AS exercise_id,
                    own_name.name_key AS name_key,
                    own_name.search_key AS search_key,
                    own_name.exercise AS exercise,
                    own_name.custom AS custom,
                    own_name.own AS own,
                    own_name.other AS other,
                    anon_1.key AS key,
                    CASE
                      WHEN own_name.own
                        THEN CAST($1 AS integer)
                      ELSE CAST($2 AS integer)
                    END + CAST(own_name.other AS integer) AS priority
             FROM own_name,
                  unnest(CAST(CAST($4 AS text[]) AS text[]),
                         CAST(CAST($5 AS text[]) AS text[])) AS anon_1 (key, search_key)
             WHERE own_name.name_key = anon_1.key

             UNION ALL

             SELECT catalogue_exercise.id AS exercise_id,
                    catalogue_exercise.name_key AS name_key,
                    catalogue_exercise.search_key AS search_key,
                    catalogue_exercise.name AS exercise,
                    FALSE AS custom,
                    FALSE AS own,
                    FALSE AS other,
                    anon_1.key AS key,
                    CASE
                      WHEN FALSE
                        THEN CAST($6 AS integer)
                      ELSE CAST($7 AS integer)
                    END + CAST(FALSE AS integer) AS priority
             FROM catalogue_exercise,
                  unnest(CAST(CAST($4 AS text[]) AS text[]),
                         CAST(CAST($5 AS text[]) AS text[])) AS anon_1 (key, search_key)
             WHERE catalogue_exercise.name_key = anon_1.key)

            UNION ALL

            SELECT catalogue_exercise.id AS exercise_id,
                   exercise_alias.name_key AS name_key,
                   exercise_alias.search_key AS search_key,
                   catalogue_exercise.name AS exercise,
                   FALSE AS custom,
                   FALSE AS own,
                   TRUE AS other,
                   anon_1.key AS key,
                   CASE
                     WHEN FALSE
                       THEN CAST($8 AS integer)
                     ELSE CAST($9 AS integer)
                   END + CAST(TRUE AS integer) AS priority
            FROM catalogue_exercise,
                 exercise_alias,
                 unnest(CAST(CAST($4 AS text[]) AS text[]),
                        CAST(CAST($5 AS text[]) AS text[])) AS anon_1 (key, search_key)
            WHERE catalogue_exercise.id = exercise_alias.exercise_id
              AND exercise_alias.name_key = anon_1.key)

           UNION ALL

           SELECT own_name.exercise_id AS exercise_id,
                  own_name.name_key AS name_key,
                  own_name.search_key AS search_key,
                  own_name.exercise AS exercise,
                  own_name.custom AS custom,
                  own_name.own AS own,
                  own_name.other AS other,
                  anon_1.key AS key,
                  CASE
                    WHEN own_name.own
                      THEN CAST($10 AS integer)
                    ELSE CAST($11 AS integer)
                  END + CAST(own_name.other AS integer) AS priority
           FROM own_name,
                unnest(CAST(CAST($4 AS text[]) AS text[]),
                       CAST(CAST($5 AS text[]) AS text[])) AS anon_1 (key, search_key)
           WHERE own_name.search_key = anon_1.search_key)

          UNION ALL

          SELECT catalogue_exercise.id AS exercise_id,
                 catalogue_exercise.name_key AS name_key,
                 catalogue_exercise.search_key AS search_key,
                 catalogue_exercise.name AS exercise,
                 FALSE AS custom,
                 FALSE AS own,
                 FALSE AS other,
                 anon_1.key AS key,
                 CASE
                   WHEN FALSE
                     THEN CAST($12 AS integer)
                   ELSE CAST($13 AS integer)
                 END + CAST(FALSE AS integer) AS priority
          FROM catalogue_exercise,
               unnest(CAST(CAST($4 AS text[]) AS text[]),
                      CAST(CAST($5 AS text[]) AS text[])) AS anon_1 (key, search_key)
          WHERE catalogue_exercise.search_key = anon_1.search_key)

         UNION ALL

         SELECT catalogue_exercise.id AS exercise_id,
                exercise_alias.name_key AS name_key,
                exercise_alias.search_key AS search_key,
                catalogue_exercise.name AS exercise,
                FALSE AS custom,
                FALSE AS own,
                TRUE AS other,
                anon_1.key AS key,
                CASE
                  WHEN FALSE
                    THEN CAST($14 AS integer)
                  ELSE CAST($15 AS integer)
                END + CAST(TRUE AS integer) AS priority
         FROM catalogue_exercise,
              exercise_alias,
              unnest(CAST(CAST($4 AS text[]) AS text[]),
                     CAST(CAST($5 AS text[]) AS text[])) AS anon_1 (key, search_key)
         WHERE catalogue_exercise.id = exercise_alias.exercise_id
           AND exercise_alias.search_key = anon_1.search_key
       ),
     matched AS (
         SELECT DISTINCT ON (found.key) found.exercise_id AS exercise_id,
                                        found.name_key AS name_key,
                                        found.search_key AS search_key,
                                        found.exercise AS exercise,
                                        found.custom AS custom,
                                        found.own AS own,
                                        found.other AS other,
                                        found.key AS key,
                                        found.priority AS priority
         FROM found
         ORDER BY found.key,
                  found.priority,
                  found.exercise,
                  found.exercise_id
       )
  SELECT matched.key,
         CASE
           WHEN matched.other
             THEN 'alias'
           ELSE 'exact'
         END AS how,
         matched.exercise_id,
         matched.exercise,
         matched.custom,
         found_exercise.equipment,
         found_exercise.measures,
         found_exercise.bodyweight_share,
         loaded_variant.id AS loaded_id,
         loaded_variant.name AS loaded_name,
         CASE
           WHEN matched.other
             THEN meant_alias.loaded_exercise_id IS NOT NULL
           ELSE matched.search_key !~ '(^| )(bodyweight|freehand)( |$)'
         END AS means_loaded
  FROM matched
       LEFT JOIN catalogue_exercise AS found_exercise ON found_exercise.id = matched.exercise_id
                                                     AND NOT matched.own
       LEFT JOIN exercise_alias AS meant_alias ON meant_alias.name_key = matched.name_key
                                              AND matched.other
       LEFT JOIN catalogue_exercise AS loaded_variant ON loaded_variant.id = (SELECT exercise_alias.loaded_exercise_id
                                                                              FROM exercise_alias
                                                                              WHERE exercise_alias.exercise_id = found_exercise.id
                                                                                AND exercise_alias.loaded_exercise_id IS NOT NULL
                                                                              LIMIT 1)
