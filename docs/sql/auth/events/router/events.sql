-- Built by exercise_buddy.auth.events.router.events. Written by: exercise-buddy dev sql
--   $1  user_id
--   $2  limit
--   $3  1
--   $4  1
WITH found AS (
         SELECT security_event.user_id AS user_id,
                security_event.id AS id,
                security_event.session_id AS session_id,
                security_event.kind AS kind,
                security_event.address AS address,
                security_event.user_agent AS user_agent,
                security_event.details AS details,
                security_event.created_at AS created_at
         FROM security_event
         WHERE security_event.user_id = CAST($1 AS uuid)
         ORDER BY security_event.id DESC
         LIMIT (CAST($2 AS integer) + CAST($3 AS integer))
       ),
     shown AS (
         SELECT found.user_id AS user_id,
                found.id AS id,
                found.session_id AS session_id,
                found.kind AS kind,
                found.address AS address,
                found.user_agent AS user_agent,
                found.details AS details,
                found.created_at AS created_at
         FROM found
         ORDER BY found.id DESC
         LIMIT CAST($2 AS integer)
       ),
     last AS (
         SELECT shown.user_id AS user_id,
                shown.id AS id,
                shown.session_id AS session_id,
                shown.kind AS kind,
                shown.address AS address,
                shown.user_agent AS user_agent,
                shown.details AS details,
                shown.created_at AS created_at
         FROM shown
         ORDER BY shown.id
         LIMIT CAST($4 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.id AS id,
                                shown.kind AS kind,
                                shown.address AS address,
                                shown.user_agent AS user_agent,
                                shown.session_id AS session_id,
                                shown.details AS details,
                                shown.created_at AS created_at
                         FROM shown
                         ORDER BY shown.id DESC) AS anon_1),
                  json_build_array()) AS coalesce_1,
         CAST(NULL AS pg_catalog.json) AS anon_2,
         (SELECT last.id
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_3
