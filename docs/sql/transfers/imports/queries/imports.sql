-- Built by exercise_buddy.transfers.imports.queries.imports. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  limit
--   $3  1
--   $4  1
WITH found AS (
         SELECT workout_import.user_id AS user_id,
                workout_import.id AS id,
                workout_import.source AS source,
                workout_import.state AS state,
                workout_import.file_name AS file_name,
                workout_import.workouts AS workouts,
                workout_import.sets AS sets,
                workout_import.duplicates AS duplicates,
                workout_import.replaced AS replaced,
                workout_import.remapped AS remapped,
                workout_import.body_measurements AS body_measurements,
                workout_import.replaced_body_measurements AS replaced_body_measurements,
                workout_import.dry_run AS dry_run,
                workout_import.options AS options,
                workout_import.is_cancelled AS is_cancelled,
                workout_import.progress AS progress,
                workout_import.attempts AS attempts,
                workout_import.report AS report,
                workout_import.problem AS problem,
                workout_import.created_at AS created_at,
                workout_import.updated_at AS updated_at
         FROM workout_import
         WHERE workout_import.user_id = CAST($1 AS uuid)
         ORDER BY workout_import.id DESC
         LIMIT (CAST($2 AS integer) + CAST($3 AS integer))
       ),
     shown AS (
         SELECT found.user_id AS user_id,
                found.id AS id,
                found.source AS source,
                found.state AS state,
                found.file_name AS file_name,
                found.workouts AS workouts,
                found.sets AS sets,
                found.duplicates AS duplicates,
                found.replaced AS replaced,
                found.remapped AS remapped,
                found.body_measurements AS body_measurements,
                found.replaced_body_measurements AS replaced_body_measurements,
                found.dry_run AS dry_run,
                found.options AS options,
                found.is_cancelled AS is_cancelled,
                found.progress AS progress,
                found.attempts AS attempts,
                found.report AS report,
                found.problem AS problem,
                found.created_at AS created_at,
                found.updated_at AS updated_at
         FROM found
         ORDER BY found.id DESC
         LIMIT CAST($2 AS integer)
       ),
     last AS (
         SELECT shown.user_id AS user_id,
                shown.id AS id,
                shown.source AS source,
                shown.state AS state,
                shown.file_name AS file_name,
                shown.workouts AS workouts,
                shown.sets AS sets,
                shown.duplicates AS duplicates,
                shown.replaced AS replaced,
                shown.remapped AS remapped,
                shown.body_measurements AS body_measurements,
                shown.replaced_body_measurements AS replaced_body_measurements,
                shown.dry_run AS dry_run,
                shown.options AS options,
                shown.is_cancelled AS is_cancelled,
                shown.progress AS progress,
                shown.attempts AS attempts,
                shown.report AS report,
                shown.problem AS problem,
                shown.created_at AS created_at,
                shown.updated_at AS updated_at
         FROM shown
         ORDER BY shown.id
         LIMIT CAST($4 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.id AS id,
                                shown.source AS source,
                                shown.file_name AS file_name,
                                shown.workouts AS workouts,
                                shown.sets AS sets,
                                shown.duplicates AS duplicates,
                                shown.replaced AS replaced,
                                shown.remapped AS remapped,
                                shown.body_measurements AS body_measurements,
                                shown.replaced_body_measurements AS replaced_body_measurements,
                                shown.created_at AS created_at,
                                CASE
                                  WHEN shown.is_cancelled
                                   AND shown.state IN ('queued', 'running', 'undoing')
                                    THEN 'cancelling'
                                  ELSE shown.state
                                END AS state,
                                shown.dry_run AS dry_run,
                                shown.progress AS progress
                         FROM shown
                         ORDER BY shown.id DESC) AS anon_1),
                  json_build_array()) AS coalesce_1,
         CAST(NULL AS pg_catalog.json) AS anon_2,
         (SELECT last.id
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_3
