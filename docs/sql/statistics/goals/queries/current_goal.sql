-- Built by exercise_buddy.statistics.goals.queries.current_goal. Written by: exercise-buddy dev sql
--   $1  user_id
SELECT (SELECT row_to_json(anon_2) AS row_to_json_1
        FROM (SELECT anon_3.metric AS metric,
                     anon_3.target AS target,
                     anon_3.rest_days AS rest_days,
                     anon_3.valid_since AS valid_since
              FROM (SELECT goal.metric AS metric,
                           goal.target AS target,
                           goal.rest_days AS rest_days,
                           goal.valid_since AS valid_since,
                           goal.ended_on AS ended_on
                    FROM goal
                    WHERE goal.user_id = CAST($1 AS uuid)
                    ORDER BY goal.valid_since DESC
                    LIMIT 1) AS anon_3
              WHERE anon_3.ended_on IS NULL) AS anon_2) AS anon_1
