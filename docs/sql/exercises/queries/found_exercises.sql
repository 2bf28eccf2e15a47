-- Built by exercise_buddy.exercises.queries.found_exercises. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  False
--   $3  search
--   $4  0
--   $5  with_equipment
--   $6  1000
--   $7  1
--   $8  999
--   $9  words
--   $10  2000
--   $11  1
--   $12  999
--   $13  0
--   $14  3000
--   $15  1
--   $16  999
--   $17  part
--   $18  4000
--   $19  slips
--   $20  0
--   $21  1000
--   $22  1
--   $23  999
--   $24  0.3
--   $25  True
--   $26  False
--   $27  category
--   $28  countable
--   $29  custom
--   $30  equipment
--   $31  measures
--   $32  muscle
--   $33  4000
--   $34  limit
--   $35  1
--   $36  1
WITH exercise_name AS (
         SELECT exercise_name.exercise_id AS exercise_id,
                exercise_name.name_key AS name_key,
                exercise_name.search_key AS search_key,
                exercise_name.exercise AS exercise,
                exercise_name.custom AS custom,
                exercise_name.own AS own,
                exercise_name.other AS other
         FROM ((((SELECT catalogue_exercise.id AS exercise_id,
                         catalogue_exercise.name_key AS name_key,
                         catalogue_exercise.search_key AS search_key,
                         catalogue_exercise.name AS exercise,
                         FALSE AS custom,
                         FALSE AS own,
                         FALSE AS other
                  FROM catalogue_exercise

                  UNION ALL

                  SELECT catalogue_exercise.id AS exercise_id,
                         exercise_alias.name_key AS name_key,
                         exercise_alias.search_key AS search_key,
                         catalogue_exercise.name AS exercise,
                         FALSE AS custom,
                         FALSE AS own,
                         TRUE AS other
                  FROM catalogue_exercise, exercise_alias
                  WHERE catalogue_exercise.id = exercise_alias.exercise_id)

                 UNION ALL

                 SELECT custom_exercise.id AS exercise_id,
                        custom_exercise.name_key AS name_key,
                        custom_exercise.search_key AS search_key,
                        custom_exercise.name AS exercise,
                        TRUE AS custom,
                        TRUE AS own,
                        FALSE AS other
                 FROM custom_exercise
                 WHERE custom_exercise.user_id = CAST($1 AS uuid))

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
                  AND custom_exercise.user_id = CAST($1 AS uuid))

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
                 AND custom_exercise_alias.user_id = CAST($1 AS uuid)) AS exercise_name
       ),
     hit AS (
         SELECT exercise_name.exercise_id AS exercise_id,
                CASE
                  WHEN exercise_name.search_key = CAST($3 AS varchar)
                    THEN CAST($4 AS integer)
                  WHEN array_position(CAST(CAST($5 AS text[]) AS text[]),
                                      exercise_name.search_key) IS NOT NULL
                    THEN array_position(CAST(CAST($5 AS text[]) AS text[]),
                                        exercise_name.search_key)
                  WHEN starts_with(exercise_name.search_key,
                                   CAST($3 AS varchar))
                    THEN CAST($6 AS integer) + CAST((CAST($7 AS integer) - similarity(CAST($3 AS varchar),
                                                                                      exercise_name.search_key)) * CAST($8 AS integer) AS integer)
                  WHEN ' ' || exercise_name.search_key LIKE ALL(CAST(CAST($9 AS text[]) AS text[]))
                    THEN CAST($10 AS integer) + CAST((CAST($11 AS integer) - similarity(CAST($3 AS varchar),
                                                                                        exercise_name.search_key)) * CAST($12 AS integer) AS integer)
                  WHEN strpos(exercise_name.search_key,
                              CAST($3 AS varchar)) > CAST($13 AS integer)
                    THEN CAST($14 AS integer) + CAST((CAST($15 AS integer) - similarity(CAST($3 AS varchar),
                                                                                        exercise_name.search_key)) * CAST($16 AS integer) AS integer)
                END AS rank
         FROM exercise_name
         WHERE exercise_name.search_key LIKE CAST($17 AS varchar)
           AND CASE
                 WHEN exercise_name.search_key = CAST($3 AS varchar)
                   THEN CAST($4 AS integer)
                 WHEN array_position(CAST(CAST($5 AS text[]) AS text[]),
                                     exercise_name.search_key) IS NOT NULL
                   THEN array_position(CAST(CAST($5 AS text[]) AS text[]),
                                       exercise_name.search_key)
                 WHEN starts_with(exercise_name.search_key,
                                  CAST($3 AS varchar))
                   THEN CAST($6 AS integer) + CAST((CAST($7 AS integer) - similarity(CAST($3 AS varchar),
                                                                                     exercise_name.search_key)) * CAST($8 AS integer) AS integer)
                 WHEN ' ' || exercise_name.search_key LIKE ALL(CAST(CAST($9 AS text[]) AS text[]))
                   THEN CAST($10 AS integer) + CAST((CAST($11 AS integer) - similarity(CAST($3 AS varchar),
                                                                                       exercise_name.search_key)) * CAST($12 AS integer) AS integer)
                 WHEN strpos(exercise_name.search_key,
                             CAST($3 AS varchar)) > CAST($13 AS integer)
                   THEN CAST($14 AS integer) + CAST((CAST($15 AS integer) - similarity(CAST($3 AS varchar),
                                                                                       exercise_name.search_key)) * CAST($16 AS integer) AS integer)
               END IS NOT NULL
       ),
     near AS (
         SELECT similar_name.exercise_id AS exercise_id,
                similar_name.name_key AS name_key,
                similar_name.search_key AS search_key,
                similar_name.exercise AS exercise,
                similar_name.custom AS custom,
                similar_name.own AS own,
                similar_name.other AS other
         FROM ((SELECT near_name.exercise_id AS exercise_id,
                       near_name.name_key AS name_key,
                       near_name.search_key AS search_key,
                       near_name.exercise AS exercise,
                       near_name.custom AS custom,
                       near_name.own AS own,
                       near_name.other AS other
                FROM (SELECT catalogue_exercise.id AS exercise_id,
                             catalogue_exercise.name_key AS name_key,
                             catalogue_exercise.search_key AS search_key,
                             catalogue_exercise.name AS exercise,
                             FALSE AS custom,
                             FALSE AS own,
                             FALSE AS other
                      FROM catalogue_exercise
                      ORDER BY catalogue_exercise.search_key <->> CAST($3 AS varchar),
                               name_key,
                               exercise_id
                      LIMIT 60) AS near_name

                UNION ALL

                SELECT near_alias.exercise_id AS exercise_id,
                       near_alias.name_key AS name_key,
                       near_alias.search_key AS search_key,
                       near_alias.exercise AS exercise,
                       near_alias.custom AS custom,
                       near_alias.own AS own,
                       near_alias.other AS other
                FROM (SELECT catalogue_exercise.id AS exercise_id,
                             exercise_alias.name_key AS name_key,
                             exercise_alias.search_key AS search_key,
                             catalogue_exercise.name AS exercise,
                             FALSE AS custom,
                             FALSE AS own,
                             TRUE AS other
                      FROM catalogue_exercise, exercise_alias
                      WHERE catalogue_exercise.id = exercise_alias.exercise_id
                      ORDER BY exercise_alias.search_key <->> CAST($3 AS varchar),
                               name_key,
                               exercise_id
                      LIMIT 60) AS near_alias)

               UNION ALL

               SELECT near_own_name.exercise_id AS exercise_id,
                      near_own_name.name_key AS name_key,
                      near_own_name.search_key AS search_key,
                      near_own_name.exercise AS exercise,
                      near_own_name.custom AS custom,
                      near_own_name.own AS own,
                      near_own_name.other AS other
               FROM (SELECT own_name.exercise_id AS exercise_id,
                            own_name.name_key AS name_key,
                            own_name.search_key AS search_key,
                            own_name.exercise AS exercise,
                            own_name.custom AS custom,
                            own_name.own AS own,
                            own_name.other AS other
                     FROM ((SELECT custom_exercise.id AS exercise_id,
                                   custom_exercise.name_key AS name_key,
                                   custom_exercise.search_key AS search_key,
                                   custom_exercise.name AS exercise,
                                   TRUE AS custom,
                                   TRUE AS own,
                                   FALSE AS other
                            FROM custom_exercise
                            WHERE custom_exercise.user_id = CAST($1 AS uuid)

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
                              AND custom_exercise.user_id = CAST($1 AS uuid))

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
                             AND custom_exercise_alias.user_id = CAST($1 AS uuid)) AS own_name
                     ORDER BY own_name.search_key <->> CAST($3 AS varchar),
                              own_name.name_key,
                              own_name.exercise_id
                     LIMIT 60) AS near_own_name) AS similar_name
       ),
     matching_name AS (
         SELECT hit.exercise_id AS exercise_id,
                hit.rank AS rank
         FROM hit

         UNION ALL

         SELECT near.exercise_id AS exercise_id,
                CAST($18 AS integer) + CASE
                                         WHEN near.search_key LIKE ANY(CAST(CAST($19 AS text[]) AS text[]))
                                           THEN CAST($20 AS integer)
                                         ELSE CAST($21 AS integer)
                                       END + CAST((CAST($22 AS integer) - similarity(CAST($3 AS varchar),
                                                                                     near.search_key)) * CAST($23 AS integer) AS integer) AS rank
         FROM near
         WHERE NOT EXISTS (SELECT *
                           FROM hit)
           AND word_similarity(CAST($3 AS varchar),
                               near.search_key) >= CAST($24 AS double precision)
       ),
     found AS (
         SELECT ranked.id AS id,
                ranked.slug AS slug,
                ranked.name AS name,
                ranked.custom AS custom,
                ranked.category AS category,
                ranked.equipment AS equipment,
                ranked.mechanic AS mechanic,
                ranked.force AS force,
                ranked.level AS level,
                ranked.primary_muscles AS primary_muscles,
                ranked.secondary_muscles AS secondary_muscles,
                ranked.measures AS measures,
                ranked.met AS met,
                ranked.bodyweight_share AS bodyweight_share,
                ranked.assisted AS assisted,
                ranked.countable AS countable,
                ranked.instructions AS instructions,
                ranked.images AS images,
                ranked.name_key AS name_key,
                ranked.rank AS rank
         FROM (SELECT exercise.id AS id,
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
                      exercise.name_key AS name_key,
                      anon_2.rank AS rank,
                      row_number() OVER (ORDER BY anon_2.rank,
                                                  exercise.id) AS place
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
                     WHERE catalogue_exercise.id = ANY(ARRAY(SELECT matching_name.exercise_id
                                                             FROM matching_name))

                     UNION ALL

                     SELECT custom_exercise.id AS id,
                            CAST(NULL AS text) AS slug,
                            custom_exercise.name AS name,
                            CAST($25 AS boolean) AS custom,
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
                            CAST($26 AS boolean) AS countable,
                            CAST('{}' AS text[]) AS instructions,
                            CAST('{}' AS text[]) AS images,
                            custom_exercise.name_key COLLATE "C" AS name_key
                     FROM custom_exercise
                     WHERE custom_exercise.user_id = CAST($1 AS uuid)
                       AND custom_exercise.id = ANY(ARRAY(SELECT matching_name.exercise_id
                                                          FROM matching_name))) AS exercise
                    INNER JOIN (SELECT matching_name.exercise_id AS exercise_id,
                                       min(matching_name.rank) AS rank
                                FROM matching_name
                                GROUP BY matching_name.exercise_id) AS anon_2 ON anon_2.exercise_id = exercise.id
               WHERE exercise.category = $27
                 AND exercise.countable = CAST($28 AS boolean)
                 AND exercise.custom = CAST($29 AS boolean)
                 AND exercise.equipment = $30
                 AND exercise.measures = $31
                 AND CAST(CAST($32 AS varchar) AS text) = ANY(CAST(array_cat(exercise.primary_muscles, exercise.secondary_muscles) AS text[]))) AS ranked
         WHERE ranked.rank < CAST($33 AS integer)
            OR ranked.place <= 20
         ORDER BY ranked.rank,
                  ranked.name_key,
                  ranked.id
         LIMIT (CAST($34 AS integer) + CAST($35 AS integer))
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
                found.name_key AS name_key,
                found.rank AS rank
         FROM found
         ORDER BY found.rank,
                  found.name_key,
                  found.id
         LIMIT CAST($34 AS integer)
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
                shown.name_key AS name_key,
                shown.rank AS rank
         FROM shown
         ORDER BY shown.rank DESC,
                  shown.name_key DESC,
                  shown.id DESC
         LIMIT CAST($36 AS integer)
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
                         ORDER BY shown.rank,
                                  shown.name_key,
                                  shown.id) AS anon_1),
                  json_build_array()) AS coalesce_1,
         CAST(NULL AS pg_catalog.json) AS anon_3,
         (SELECT last.rank
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_4,
         (SELECT last.name_key
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_5,
         (SELECT last.id
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_6
