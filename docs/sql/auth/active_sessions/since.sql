-- Built by exercise_buddy.auth.active_sessions._SINCE. Written by: exercise-buddy dev sql
--   $1  since
SELECT ended_session.session_id
FROM ended_session
WHERE ended_session.ended_at > CAST($1 AS timestamp with time zone)
