-- Built by exercise_buddy.auth.active_sessions._IS_ACTIVE. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  session_id
SELECT EXISTS (SELECT *
               FROM auth_session
               WHERE auth_session.user_id = CAST($1 AS uuid)
                 AND auth_session.id = CAST($2 AS uuid)
                 AND auth_session.revoked_at IS NULL) AS anon_1
