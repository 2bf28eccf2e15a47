-- Built by exercise_buddy.transfers.imports.queries.one_import. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  import_id
SELECT (SELECT row_to_json(anon_2) AS row_to_json_1
        FROM (SELECT workout_import.id AS id,
                     workout_import.source AS source,
                     workout_import.file_name AS file_name,
                     workout_import.workouts AS workouts,
                     workout_import.sets AS sets,
                     workout_import.duplicates AS duplicates,
                     workout_import.replaced AS replaced,
                     workout_import.remapped AS remapped,
                     workout_import.body_measurements AS body_measurements,
                     workout_import.replaced_body_measurements AS replaced_body_measurements,
                     workout_import.created_at AS created_at,
                     CASE
                       WHEN workout_import.is_cancelled
                        AND workout_import.state IN ('queued', 'running', 'undoing')
                         THEN 'cancelling'
                       ELSE workout_import.state
                     END AS state,
                     workout_import.dry_run AS dry_run,
                     workout_import.progress AS progress,
                     workout_import.report AS report,
                     workout_import.problem AS problem
              FROM workout_import
              WHERE workout_import.user_id = CAST($1 AS uuid)
                AND workout_import.id = CAST($2 AS uuid)) AS anon_2) AS anon_1
