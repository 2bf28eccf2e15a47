-- Built by exercise_buddy.users.queries.profile. Written by: exercise-buddy dev sql
--   $1  user_id
SELECT (SELECT row_to_json(anon_2) AS row_to_json_1
        FROM (SELECT user_account.id AS id,
                     user_account.email AS email,
                     user_account.email_verified_at IS NOT NULL AS email_verified,
                     user_account.username AS username,
                     user_account.display_name AS display_name,
                     user_account.avatar_url AS avatar_url,
                     user_account.time_zone AS time_zone,
                     user_account.week_starts_on AS week_starts_on,
                     user_account.unit_system AS unit_system,
                     user_account.locale AS locale,
                     user_account.created_at AS created_at,
                     user_account.updated_at AS updated_at
              FROM user_account
              WHERE user_account.id = CAST($1 AS uuid)) AS anon_2) AS anon_1
