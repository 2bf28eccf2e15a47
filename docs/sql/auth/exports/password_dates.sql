-- Built by exercise_buddy.auth.exports._password_dates. Written by: exercise-buddy dev sql
--   $1  user_id
SELECT (SELECT row_to_json(anon_2) AS row_to_json_1
        FROM (SELECT password_credential.changed_at AS changed_at
              FROM password_credential
              WHERE password_credential.user_id = CAST($1 AS uuid)) AS anon_2) AS anon_1
