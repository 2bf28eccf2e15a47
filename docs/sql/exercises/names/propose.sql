-- Built by exercise_buddy.exercises.names._PROPOSE. Written by: exercise-buddy dev sql
--   $1  keys
--   $2  search_keys
--   $3  user_id
--   $4  0.4
SELECT anon_1.key,
       likely.exercise_id,
       likely.exercise,
       likely.custom,
       CAST(likely.score AS double precision) AS score
FROM unnest(CAST(CAST($1 AS text[]) AS text[]),
            CAST(CAST($2 AS text[]) AS text[])) AS anon_1 (key, search_key)
     INNER JOIN LATERAL (SELECT near.exercise_id AS exercise_id,
                                max(similarity(anon_1.search_key, near.search_key)) AS score,
                                min(near.exercise) AS exercise,
                                bool_or(near.custom) AS custom
                         FROM LATERAL (SELECT similar_name.exercise_id AS exercise_id,
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
                                                    ORDER BY catalogue_exercise.search_key <-> anon_1.search_key,
                                                             name_key,
                                                             exercise_id
                                                    LIMIT 20) AS near_name

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
                                                    ORDER BY exercise_alias.search_key <-> anon_1.search_key,
                                                             name_key,
                                                             exercise_id
                                                    LIMIT 20) AS near_alias)

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
                                                           AND custom_exercise_alias.user_id = CAST($3 AS uuid)) AS own_name
                                                   ORDER BY own_name.search_key <-> anon_1.search_key,
                                                            own_name.name_key,
                                                            own_name.exercise_id
                                                   LIMIT 20) AS near_own_name) AS similar_name) AS near
                         WHERE similarity(anon_1.search_key, near.search_key) >= CAST($4 AS double precision)
                         GROUP BY near.exercise_id
                         ORDER BY max(similarity(anon_1.search_key, near.search_key)) DESC,
                                  min(near.exercise),
                                  near.exercise_id
                         LIMIT 3) AS likely ON TRUE
ORDER BY anon_1.key,
         likely.score DESC,
         likely.exercise
