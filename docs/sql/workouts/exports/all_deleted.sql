-- Built by exercise_buddy.workouts.exports._all_deleted. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  limit
--   $3  1
--   $4  1
WITH found AS (
         SELECT deleted_workout.user_id AS user_id,
                deleted_workout.workout_id AS workout_id,
                deleted_workout.revision AS revision,
                deleted_workout.deleted_at AS deleted_at
         FROM deleted_workout
         WHERE deleted_workout.user_id = CAST($1 AS uuid)
         ORDER BY deleted_workout.workout_id DESC
         LIMIT (CAST($2 AS integer) + CAST($3 AS integer))
       ),
     shown AS (
         SELECT found.user_id AS user_id,
                found.workout_id AS workout_id,
                found.revision AS revision,
                found.deleted_at AS deleted_at
         FROM found
         ORDER BY found.workout_id DESC
         LIMIT CAST($2 AS integer)
       ),
     last AS (
         SELECT shown.user_id AS user_id,
                shown.workout_id AS workout_id,
                shown.revision AS revision,
                shown.deleted_at AS deleted_at
         FROM shown
         ORDER BY shown.workout_id
         LIMIT CAST($4 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.workout_id AS workout_id,
                                shown.deleted_at AS deleted_at
                         FROM shown
                         ORDER BY shown.workout_id DESC) AS anon_1),
                  json_build_array()) AS coalesce_1,
         CAST(NULL AS pg_catalog.json) AS anon_2,
         (SELECT last.workout_id
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_3
