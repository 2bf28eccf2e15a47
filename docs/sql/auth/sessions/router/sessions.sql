-- Built by exercise_buddy.auth.sessions.router.sessions. Written by: exercise-buddy dev sql
--   $1  current_id
--   $2  user_id
--   $3  limit
--   $4  1
--   $5  1
WITH found AS (
         SELECT auth_session.user_id AS user_id,
                auth_session.id AS id,
                auth_session.token_hash AS token_hash,
                auth_session.previous_token_hash AS previous_token_hash,
                auth_session.generation AS generation,
                auth_session.delivery AS delivery,
                auth_session.method AS method,
                auth_session.user_agent AS user_agent,
                auth_session.address AS address,
                auth_session.created_at AS created_at,
                auth_session.rotated_at AS rotated_at,
                auth_session.idle_expires_at AS idle_expires_at,
                auth_session.expires_at AS expires_at,
                auth_session.revoked_at AS revoked_at
         FROM auth_session
         WHERE auth_session.user_id = CAST($2 AS uuid)
           AND auth_session.revoked_at IS NULL
           AND now() < LEAST(auth_session.expires_at, auth_session.idle_expires_at)
         ORDER BY auth_session.id DESC
         LIMIT (CAST($3 AS integer) + CAST($4 AS integer))
       ),
     shown AS (
         SELECT found.user_id AS user_id,
                found.id AS id,
                found.token_hash AS token_hash,
                found.previous_token_hash AS previous_token_hash,
                found.generation AS generation,
                found.delivery AS delivery,
                found.method AS method,
                found.user_agent AS user_agent,
                found.address AS address,
                found.created_at AS created_at,
                found.rotated_at AS rotated_at,
                found.idle_expires_at AS idle_expires_at,
                found.expires_at AS expires_at,
                found.revoked_at AS revoked_at
         FROM found
         ORDER BY found.id DESC
         LIMIT CAST($3 AS integer)
       ),
     last AS (
         SELECT shown.user_id AS user_id,
                shown.id AS id,
                shown.token_hash AS token_hash,
                shown.previous_token_hash AS previous_token_hash,
                shown.generation AS generation,
                shown.delivery AS delivery,
                shown.method AS method,
                shown.user_agent AS user_agent,
                shown.address AS address,
                shown.created_at AS created_at,
                shown.rotated_at AS rotated_at,
                shown.idle_expires_at AS idle_expires_at,
                shown.expires_at AS expires_at,
                shown.revoked_at AS revoked_at
         FROM shown
         ORDER BY shown.id
         LIMIT CAST($5 AS integer)
       )
  SELECT COALESCE((SELECT json_agg(anon_1) AS json_agg_1
                   FROM (SELECT shown.id AS id,
                                shown.method AS method,
                                shown.user_agent AS user_agent,
                                shown.address AS address,
                                shown.id = CAST($1 AS uuid) AS current,
                                shown.created_at AS created_at,
                                shown.rotated_at AS last_used_at,
                                LEAST(shown.expires_at, shown.idle_expires_at) AS expires_at
                         FROM shown
                         ORDER BY shown.id DESC) AS anon_1),
                  json_build_array()) AS coalesce_1,
         CAST(NULL AS pg_catalog.json) AS anon_2,
         (SELECT last.id
          FROM last
          WHERE (SELECT count(*) AS count_1
                 FROM found) > (SELECT count(*) AS count_2
                                FROM shown)) AS anon_3
