-- Built by exercise_buddy.auth.revoked_sessions._EXISTS. Written by: exercise-buddy dev sql
--   $1  session_id
SELECT EXISTS (SELECT *
               FROM ended_session
               WHERE ended_session.session_id = CAST($1 AS uuid)) AS anon_1
